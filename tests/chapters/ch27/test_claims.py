"""Claims of chapter 27 that would interrupt the reading, and the notebook's functions against other computations."""

import json

from course_utils.chapters.ch27.checks import _encoded
from course_utils.chapters.ch27.scenes import coco_folder, digit_scenes, scenes

import keras
import numpy as np
import pytest
from cells import cells_of
from keras import layers
from sklearn.metrics import average_precision_score


@pytest.fixture
def functions():
    """The chapter's own functions on boxes and tables."""
    names = {"np": np, "SIDE": 64}
    by_id = {cell.get("id"): cell.source for cell in cells_of(27)}
    exec(by_id["iou"].partition("\n\n\noverlaps =")[0], names)
    for name in ("suppress", "encode", "average-precision", "anchors"):
        exec(by_id[name], names)
    return names


def boxes(rng, number):
    return np.column_stack([rng.uniform(0.2, 0.8, (number, 2)), rng.uniform(0.1, 0.4, (number, 2))])


def counted(a, b):
    """IoU of boxes with whole corners, by counting pixels."""
    pictures = np.zeros((2, 50, 50), bool)
    for picture, (x, y, width, height) in zip(pictures, (a, b), strict=True):
        left, top = int(x - width / 2), int(y - height / 2)
        picture[top : top + int(height), left : left + int(width)] = True
    return np.sum(pictures[0] & pictures[1]) / np.sum(pictures[0] | pictures[1])


def test_iou_counts_pixels(holds, functions):
    a, b = np.array([20.0, 20, 20, 20]), np.array([28.0, 26, 20, 12])
    holds("object_detection.iou_definition", [counted(a, b), float(functions["iou"](a, b))])
    assert functions["iou"](a, a) == 1 and functions["iou"](a, a + np.array([40, 40, 0, 0])) == 0


def test_box_of_the_notes_lies_in_the_picture(holds):
    x, y, height, width = box = np.array([0.5, 0.7, 0.3, 0.4])
    corners = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    assert np.allclose(corners, (0.3, 0.55, 0.7, 0.85)) and 0 <= min(corners) < max(corners) <= 1
    holds("object_detection.bounding_box_example", box)


def test_counts_and_shapes(holds, functions, rng):
    landmarks = rng.random((64, 2))
    target = np.concatenate([[1], landmarks.ravel()])
    holds("object_detection.landmark_outputs", len(target))
    _, objects = scenes(rng, 1)
    holds("object_detection.yolo_label_length", functions["encode"](objects, 1, 3, 3).shape[1:])
    with_anchors = _encoded(objects, 1, 3, 3, rng.random((2, 2)))
    holds("object_detection.anchor_label_length", with_anchors[0, 0, 0].size)


def test_convolutions_and_poolings_reach_the_grid(holds):
    stack = [keras.Input((100, 100, 3))]
    for pool in (2, 2, 2, 4):
        stack += [layers.Conv2D(4, 3, padding="same"), layers.MaxPooling2D(pool)]
    holds("object_detection.yolo_network_shape", keras.Sequential([*stack, layers.Conv2D(8, 1)]).output_shape[1:])


def test_nothing_there_asks_the_first_output_only(holds, rng):
    y, outputs = np.zeros(8), rng.uniform(0.2, 1, 8)

    def loss(outputs):
        squares = (outputs - y) ** 2
        return squares.sum() if y[0] == 1 else squares[0]

    slopes = [(loss(outputs + step) - loss(outputs - step)) / 2e-5 for step in 1e-5 * np.eye(8)]
    assert abs(slopes[0]) > 0.1
    holds("object_detection.localization_loss_no_object", np.count_nonzero(np.abs(slopes) > 1e-9))


def test_an_object_belongs_to_one_cell(holds, functions):
    target = functions["encode"](np.array([[0, 1, 0.52, 0.45, 0.5, 0.2]]), 1, 3, 3)
    holds("object_detection.midpoint_cell", int(target[..., 0].sum()))
    assert target[0, 1, 1, 0] == 1


def test_label_of_a_car(holds):
    label = np.zeros((2, 8))  # two anchors; pedestrian, car, motorcycle
    label[1, 0], label[1, 5 + 1] = 1, 1
    holds("object_detection.yolo_car_label", label[1, 5:])


def overlap_of(a, b):
    """IoU of two boxes x, y, width, height, side by side in numbers."""
    wide = min(a[0] + a[2] / 2, b[0] + b[2] / 2) - max(a[0] - a[2] / 2, b[0] - b[2] / 2)
    high = min(a[1] + a[3] / 2, b[1] + b[3] / 2) - max(a[1] - a[3] / 2, b[1] - b[3] / 2)
    shared = max(0, wide) * max(0, high)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


@pytest.mark.parametrize("limit", [0.1, 0.3, 0.5])
def test_suppression_is_the_only_set_that_keeps_its_rule(functions, rng, limit):
    """Of all sets of boxes there is one in which a box stands if, and only if, no surer box in it overlaps it."""
    for _ in range(5):
        box, score = boxes(rng, 8), rng.random(8)
        rivals = [
            {a for a in range(8) if score[a] > score[b] and overlap_of(box[a], box[b]) >= limit} for b in range(8)
        ]
        sets = [{b for b in range(8) if number >> b & 1} for number in range(2**8)]
        (kept,) = [some for some in sets if all((b in some) == (not some & rivals[b]) for b in range(8))]
        rows = functions["suppress"](score, box, limit)
        assert list(rows) == sorted(kept, key=lambda b: -score[b])


def test_suppression_is_that_of_tensorflow(functions, rng):
    tf = pytest.importorskip("tensorflow")
    for limit in (0.3, 0.5):
        box, score = boxes(rng, 30), rng.random(30)
        (left, top), (right, bottom) = (box[:, :2] - box[:, 2:] / 2).T, (box[:, :2] + box[:, 2:] / 2).T
        kept = tf.image.non_max_suppression(np.stack([top, left, bottom, right], 1), score, 30, limit)
        np.testing.assert_array_equal(functions["suppress"](score, box, limit), kept)


def test_encoding_and_back(functions, rng):
    _, objects = scenes(rng, 30, counts=(1, 1))
    back = functions["decode"](functions["encode"](objects, 30))
    np.testing.assert_allclose(back[:, [0, 1, 3, 4, 5, 6]], objects, atol=1e-6)


@pytest.mark.parametrize("grid", [3, 8])
def test_encoding_is_that_of_objects_placed_one_by_one(functions, rng, grid):
    _, objects = scenes(rng, 20)
    one_by_one = _encoded(objects, 20, 3, grid, np.ones((1, 2)), last=True)[..., 0, :]
    np.testing.assert_allclose(functions["encode"](objects, 20, 3, grid), one_by_one, atol=1e-6)


def test_a_place_holds_the_last_of_two_objects(functions):
    table = np.array([[0, 2, 0.51, 0.51, 0.3, 0.2], [0, 0, 0.52, 0.53, 0.2, 0.4]])
    target = functions["encode"](table, 1)
    np.testing.assert_allclose(target[0, 4, 4], [1, 0.16, 0.24, 0.2, 0.4, 1, 0, 0], atol=1e-6)
    assert target[..., 0].sum() == 1


def precision_of(found, true, at_least):
    """Average precision by its definition: at each recall the best precision at that recall or above."""
    taken, points, hits = set(), [], 0
    for seen, box in enumerate(sorted(found.tolist(), key=lambda row: -row[2]), 1):
        free = [
            (overlap_of(box[3:], other[2:]), n)
            for n, other in enumerate(true.tolist())
            if other[0] == box[0] and n not in taken
        ]
        best, chosen = max(free, default=(0, None))
        if best >= at_least:
            taken.add(chosen)
            hits += 1
        points.append((hits, hits / seen))
    wanted = range(1, len(true) + 1)
    return sum(max((p for h, p in points if h >= hit), default=0) for hit in wanted) / len(true)


@pytest.mark.parametrize("at_least", [0.3, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("misses", [0, 1, 3], ids=["no misses", "a miss for each object", "three misses each"])
def test_average_precision_is_its_definition(functions, rng, at_least, misses):
    """Boxes on their objects, more or less well, some twice, and boxes elsewhere, whose scores make precision dip."""
    true = np.column_stack([rng.integers(4, size=20), rng.integers(3, size=20), boxes(rng, 20)])
    near = np.column_stack([true[:, :2], rng.random(20), true[:, 2:] * rng.uniform(0.9, 1.1, (20, 4))])
    stray = np.column_stack([np.repeat(true[:, :2], misses, axis=0), rng.random(20 * misses), boxes(rng, 20 * misses)])
    found = np.concatenate([near, near[:5] * np.array([1, 1, 0.9, 1, 1, 1, 1]), stray])
    by_kind = []
    for kind in range(3):
        of_kind = found[found[:, 1] == kind], true[true[:, 1] == kind]
        by_kind.append(precision_of(*of_kind, at_least))
        assert functions["average_precision"](*of_kind, at_least) == pytest.approx(by_kind[-1])
    assert functions["mean_average_precision"](found, true, at_least) == pytest.approx(np.mean(by_kind))


def test_a_dip_of_precision_that_is_made_good_does_not_count(functions):
    true = np.column_stack([np.arange(4), np.zeros(4), np.full((4, 4), 0.3)])
    wrong = np.array([9, 0, 0.85, 0.3, 0.3, 0.3, 0.3])
    right = np.column_stack([true[:, :2], [0.9, 0.8, 0.7, 0.6], true[:, 2:]])
    found = np.vstack([right, wrong])  # precision 1, 1/2, 2/3, 3/4, 4/5
    assert functions["average_precision"](found, true) == pytest.approx((1 + 3 * 4 / 5) / 4)
    assert precision_of(found, true, 0.5) == pytest.approx((1 + 3 * 4 / 5) / 4)


def test_average_precision_is_sklearns_where_precision_only_falls(functions):
    """Without a dip the envelope changes nothing; every object is met."""
    true = np.column_stack([np.arange(4), np.zeros(4), np.full((4, 4), 0.3)])
    wrong = np.column_stack([np.arange(4), np.zeros(4), np.full(4, 0.1), np.full((4, 2), 0.8), np.full((4, 2), 0.1)])
    right = np.column_stack([true[:, :2], [0.9, 0.8, 0.7, 0.6], true[:, 2:]])
    found = np.concatenate([wrong, right])
    score = average_precision_score(np.repeat([0, 1], 4), found[:, 2])
    assert functions["average_precision"](found, true) == pytest.approx(score) == 1
    assert functions["average_precision"](wrong, true) == 0
    assert functions["average_precision"](found[:-2], true) == pytest.approx(0.5)  # two objects are never met
    twice = np.concatenate([right, right - np.array([0, 0, 0.05, 0, 0, 0, 0])])  # repeated boxes are no hits
    assert functions["average_precision"](twice, true) < 1


def test_scenes_are_what_their_table_says(rng):
    pictures, objects = scenes(rng, 40, counts=(1, 3), sizes=(10, 20))
    assert pictures.shape == (40, 64, 64, 1) and pictures.dtype == "float32"
    assert set(np.bincount(objects[:, 0].astype(int), minlength=40)) <= {1, 2, 3}
    for picture, _, x, y, *_ in objects:
        middle = pictures[int(picture), int(64 * y), int(64 * x), 0]
        assert abs(middle - 0.5) > 0.02
    assert np.all((objects[:, 2:4] - objects[:, 4:] / 2 >= 0) & (objects[:, 2:4] + objects[:, 4:] / 2 <= 1))
    with pytest.raises(ValueError, match="sizes must be"):
        scenes(rng, 1, sizes=(20, 10))


def test_digits_fill_their_boxes(rng):
    digits = np.zeros((3, 28, 28), np.uint8)
    digits[:, 5:20, 8:15] = 255
    pictures, objects = digit_scenes(rng, digits, np.array([4, 5, 6]), 10)
    assert pictures.shape == (10, 64, 64, 1) and set(objects[:, 1]) <= {4, 5, 6}


def test_a_folder_in_the_format_of_coco(tmp_path):
    keras.utils.save_img(tmp_path / "a.png", np.full((50, 100, 3), 80.0), scale=False)
    described = {
        "images": [{"id": 7, "file_name": "a.png"}],
        "categories": [{"id": 3, "name": "cup"}, {"id": 9, "name": "pen"}],
        "annotations": [{"image_id": 7, "category_id": 9, "bbox": [20, 10, 40, 20]}],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(described))
    pictures, objects, names = coco_folder(tmp_path)
    assert pictures.shape == (1, 64, 64, 1) and names == ("cup", "pen")
    np.testing.assert_allclose(objects, [[0, 1, 0.4, 0.4, 0.4, 0.4]])
    np.testing.assert_allclose(pictures, 80 / 255, atol=0.01)
