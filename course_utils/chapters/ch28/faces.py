"""Drawn faces for chapter 28: identities without end, and known causes of what differs between two pictures."""

from collections.abc import Collection

import numpy as np

PIXELS = 32  # height and width of a picture
CAUSES = ("shift", "turn", "light", "mood", "noise")
# Of an identity: half width and half height of the head, half the distance of the eyes, their height and size, length
# of the nose, half width and height of the mouth, hairline, tone of the skin. The picture reaches from -1 to 1, heights
# point down.
LEAST = (0.50, 0.68, 0.18, -0.22, 0.06, 0.12, 0.14, 0.36, -0.62, 0.40)
MOST = (0.72, 0.88, 0.34, 0.02, 0.13, 0.34, 0.36, 0.56, -0.36, 0.75)
BACKGROUND, HAIR, EYE, BROW, NOSE, LIPS = 0.2, 0.12, 0.04, 0.10, 0.28, 0.16  # grey values


def identities(rng: np.random.Generator, people: int) -> np.ndarray:
    """Draw the ten numbers that make a face, uniformly.

    Args:
        rng: Draws them.
        people: How many faces.

    Returns:
        Traits `(people, 10)`.
    """
    return rng.uniform(LEAST, MOST, (people, len(LEAST)))


def photographs(
    rng: np.random.Generator, traits: np.ndarray, pictures: int, causes: Collection[str] = CAUSES
) -> np.ndarray:
    """Draw pictures of each face, each in circumstances of its own.

    Args:
        rng: Draws the circumstances.
        traits: Of the faces, `(people, 10)`, from `identities`.
        pictures: Of each face.
        causes: What differs between pictures of one face: `shift`, by up to 0.22 of half the picture in each direction;
            `turn`, by up to 0.3 radians, and size, by up to a tenth; `light`, its strength by up to 35 % and up to 30 %
            more on one side; `mood`, mouth, eyelids and brows; `noise`, of standard deviation 0.03.

    Returns:
        Grey values from 0 to 1, float32, `(people, pictures, 32, 32, 1)`.

    Raises:
        ValueError: A cause is not known.
    """
    if not set(causes) <= set(CAUSES):
        raise ValueError(f"causes are {', '.join(CAUSES)}; got {', '.join(sorted(set(causes) - set(CAUSES)))}")
    count = len(traits) * pictures
    traits = np.repeat(np.asarray(traits, "float32"), pictures, axis=0)

    def draw(cause: str, numbers: int) -> np.ndarray:
        drawn = rng.uniform(-1, 1, (numbers, count, 1, 1)).astype("float32")
        return drawn * (cause in causes)

    right, down = 0.22 * draw("shift", 2)
    angle, size = draw("turn", 2)
    strength, from_right, from_below = draw("light", 3)
    mood = draw("mood", 3)
    middle = (np.arange(PIXELS, dtype="float32") + 0.5) * 2 / PIXELS - 1
    across, along = middle[None, None], middle[None, :, None]
    cos, sin = (turned(0.3 * angle) / (1 + 0.1 * size) for turned in (np.cos, np.sin))
    x = cos * (across - right) + sin * (along - down)
    y = cos * (along - down) - sin * (across - right)
    grey = _face(x, y, traits.T[..., None, None], mood)
    grey = grey * (1 + 0.35 * strength) * (1 + 0.3 * (from_right * across + from_below * along))
    if "noise" in causes:
        grey = grey + 0.03 * rng.standard_normal(grey.shape, dtype="float32")
    return np.clip(grey, 0, 1).reshape(len(traits) // pictures, pictures, PIXELS, PIXELS, 1)


def _face(x: np.ndarray, y: np.ndarray, traits: np.ndarray, mood: np.ndarray) -> np.ndarray:
    """Return the grey values at the places (x, y) of a face, each `(count, height, width)`."""
    width, height, apart, eye_y, eye, nose, mouth, mouth_y, hairline, tone = traits
    smile, opened, brow = mood
    side = np.abs(x)
    head = _inside(1 - np.hypot(x / width, y / height), 0.07)
    parts = [
        (head * _inside(hairline - y, 0.05), HAIR),
        (_inside(eye - np.hypot(side - apart, (y - eye_y) / (0.7 + 0.3 * opened)), 0.03), EYE),
        (_bar(side - apart, y - eye_y + 0.2 + 0.05 * brow, 1.3 * eye, 0.04), BROW),
        (_bar(y - eye_y - 0.08 - nose / 2, side, nose / 2, 0.045), NOSE),
        (_bar(side, y - mouth_y + 0.08 * smile * ((side / mouth) ** 2 - 0.5), mouth, 0.05 + 0.03 * opened), LIPS),
    ]
    grey = BACKGROUND + (tone - BACKGROUND) * head
    for covered, value in parts:
        grey = grey + covered * (value - grey)
    return grey


def _bar(along: np.ndarray, across: np.ndarray, half_length: np.ndarray, half_width: np.ndarray | float) -> np.ndarray:
    return _inside(half_length - np.abs(along), 0.03) * _inside(half_width - np.abs(across), 0.02)


def _inside(distance: np.ndarray, softness: float) -> np.ndarray:
    """Return 1 well inside an outline, 0 well outside, and values between near it."""
    return 1 / (1 + np.exp(np.clip(-distance / softness, -30, 30)))
