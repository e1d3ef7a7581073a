"""Checks of chapter 29, Style transfer."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

NEARLY_NOTHING = 0.02  # of exercise 29.1


@prediction(
    "29.1",
    {
        "mosaic": "the mosaic's Gram matrices to change more",
        "stripes": "the Gram matrices of the stripes to change more",
        "neither": "hardly any change in both",
    },
)
def mirrored_style(measured: Any) -> Finding:
    """Decide whose Gram matrices a mirror changes more, from the difference by style."""
    mosaic, stripes = (float(measured[name]) for name in ("mosaic", "stripes"))
    if not np.isfinite([mosaic, stripes]).all():
        return Finding(None, "a difference is no number", "there is nothing to compare")
    numbers = f"the style cost is {mosaic:.2f} for the mosaic and {stripes:.2f} for the stripes"
    if max(mosaic, stripes) < NEARLY_NOTHING:
        return Finding("neither", numbers, "both hardly change")
    if abs(mosaic - stripes) < 0.1 * max(mosaic, stripes):
        return Finding(None, numbers, "the two cannot be told apart")
    if stripes > mosaic:
        reason = "the stripes have one direction, which a mirror turns, and the stones have all directions alike"
        return Finding("stripes", numbers, "the stripes change more", reason)
    return Finding("mosaic", numbers, "the mosaic changes more")


@exercise("29.2", kind="experiment")
def gram_by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the Gram matrix of two maps at four places."""
    if shape_of(answer) == (4, 4):
        raise Hint("You compared places. The matrix has a row and a column for each map: 2 × 2.")
    matrix = as_array(answer, (2, 2), "The Gram matrix")
    right = np.array([[6, 2], [2, 10]]) / 4
    if not np.allclose(matrix, right, atol=1e-3):
        mistakes = [
            (4 * right, "These are the sums over the four places; the mean is asked."),
            (2 * right, "You divided by the number of maps; there are four places to average over."),
            (np.diag(np.diag(right)), "The two maps do come together: look at the second place."),
            (right[::-1, ::-1], "The first map belongs to the first row."),
            (1, "This is the product of the means; take the mean of the products."),
        ]
        refuse_mistakes(matrix, mistakes, rtol=0, atol=1e-3)
        raise Hint(
            "Write the four products of the two maps below each other, and take their mean; for the diagonal the "
            "products of a map with itself."
        )
    return "6/4 and 10/4 say how strong the maps are; 2/4 comes from the second place alone, where both are active."


@exercise("29.3", kind="code")
def style_gradient(answer: Any, rng: np.random.Generator) -> str:
    """Check the derivative of the mean square difference of two Gram matrices by the activations."""
    for places, maps in ((7, 3), (4, 5), (12, 2)):
        f, other = rng.standard_normal((2, places, maps))
        target = other.T @ other / places
        result = call(answer, f.copy(), target.copy())
        if shape_of(result) == (maps, places) != (places, maps):
            raise Hint("The gradient is transposed: it has a row for each place and a column for each map, as F has.")
        if shape_of(result) == (maps, maps) != (places, maps):
            raise Hint("This has the shape of a Gram matrix. The derivative by F has the shape of F.")
        gradient = as_array(result, (places, maps), "The gradient")
        wrong = f.T @ f / places - target
        right = 4 / (places * maps**2) * f @ wrong
        if np.allclose(gradient, right, rtol=1e-4, atol=1e-6):
            continue
        mistakes = [
            (right / 2, "Half of it. Every activation is in a row *and* in a column of the Gram matrix."),
            (right / 4, "A quarter of it: a factor of 2 from the square, and another one is missing, too."),
            (right * places, "The 1/P of the Gram matrix goes along when you differentiate it."),
            (right * maps**2, "E is a mean over the M² entries."),
            (right * maps, "E divides by M², the number of entries, not by M."),
            (-right, "The sign is wrong: the gradient points to where E grows."),
            (4 / (places * maps**2) * f @ (f.T @ f - target), "The Gram matrix of F has to be divided by P."),
        ]
        refuse_mistakes(gradient, mistakes, rtol=1e-4, atol=1e-6)
        raise Hint(
            f"For {places} places and {maps} maps differences give {right[0, 0]:.4f} for the first entry; yours is "
            f"{gradient[0, 0]:.4f}. Differentiate one entry of the Gram matrix by one F[p, k] first."
        )
    return (
        "equal to the derivative by differences. At a place it is the product of the activations there with "
        "what is wrong in the whole picture, the same matrix for all places."
    )


@exercise("29.4", kind="code")
def mended_gram(answer: Any, rng: np.random.Generator) -> str:
    """Check the Gram matrix of activations `(height, width, maps)`."""
    for shape in ((4, 5, 3), (2, 3, 6), (6, 6, 2)):
        a = np.maximum(rng.standard_normal(shape), 0)
        maps, places = shape[2], shape[0] * shape[1]
        f = a.reshape(places, maps)
        right, mixed = f.T @ f / places, a.reshape(maps, -1)
        result = call(answer, a.copy())
        if shape_of(result) == (places, places) != (maps, maps):
            raise Hint("This compares places with each other: a row for each map is needed.")
        matrix = as_array(result, (maps, maps), "The Gram matrix")
        if np.allclose(matrix, right, rtol=1e-4, atol=1e-6):
            continue
        swapped = a.transpose(2, 1, 0).reshape(maps, -1)
        mistakes = [
            (mixed @ mixed.T / places, "As the colleague's. What stands in the first row after his `reshape`?"),
            (right * places, "Keep the mean over the places."),
            (right * places / maps, "Divide by the number of places; you divide by the number of maps."),
            (swapped @ swapped.T / maps, "The rows are right now; divide by the number of places."),
        ]
        refuse_mistakes(matrix, mistakes, rtol=1e-4, atol=1e-6)
        raise Hint(
            f"For activations of shape {shape} loops give {right[0, 0]:.4f} for the first entry; yours is "
            f"{matrix[0, 0]:.4f}. Sum a[i, j, k] * a[i, j, l] over all i and j."
        )
    return (
        "`reshape` reads the numbers in the order in which they lie, all maps of the first place first. So the "
        "colleague's rows held pieces of all maps. Symmetry and shape could not tell."
    )


@exercise("29.5", kind="code")
def colour_judge(answer: Any, rng: np.random.Generator) -> str:
    """Check the squared relative distance of the mean colours of two pictures."""
    for shape in ((1, 4, 5, 3), (1, 7, 3, 3)):
        picture, target = rng.uniform(0, 255, (2, *shape)) * [1, 0.5, 0.3]
        result = as_array(call(answer, picture.copy(), target.copy()), (), "The judgement")
        mean, wanted = (x.reshape(-1, 3).mean(axis=0) for x in (picture, target))
        squares = np.sum((mean - wanted) ** 2)
        right = squares / np.sum(wanted**2)
        if np.isclose(result, right, rtol=1e-4, atol=0):
            continue
        pixelwise = np.sum((picture - target) ** 2) / np.sum(target**2)
        mistakes = [
            (np.sqrt(right), "The squared distance is asked; you took the root."),
            (squares, "Divide by the square of the target's mean colour."),
            (squares / np.sum(mean**2), "Divide by the square of the *target's* mean colour, not of the picture's."),
            (pixelwise, "You compared the pixels place by place; take the mean colour of each picture first."),
            (
                ((picture.mean() - target.mean()) / target.mean()) ** 2,
                "A mean colour has three values; you averaged them.",
            ),
        ]
        refuse_mistakes(result, mistakes, rtol=1e-4, atol=0)
        raise Hint(f"For pictures of shape {shape} the judgement should be {right:.4f}; yours is {float(result):.4f}.")
    return (
        "it sees the negative, whose mean colour is another, and is blind to shuffled pixels, which the judge of "
        "section 6 sees. A picture has to please both."
    )
