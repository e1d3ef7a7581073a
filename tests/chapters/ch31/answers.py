"""Known answers to the exercises of chapter 31."""

import keras
import numpy as np

AUC = [0.77, 0.37, 0.82, 0.67, 0.59, 0.72, 0.8, 0.6, 0.79, 0.51]


def alarms(**instead):
    return [instead.get(f"of_{digit}", auc) for digit, auc in enumerate(AUC)]


PREDICTIONS = {
    "31.1": [
        (alarms(), "1", "0.37 for 1 and 0.51 for 9.*an unseen 1 has, more often than not, a smaller error"),
        (alarms(of_1=0.55), "9", "so the 9 raises the weakest alarm"),
        (alarms(of_0=0.2), "0", "an unseen 0 has"),
        (alarms(of_2=0.3), "2", "an unseen 2 has"),
        (alarms(of_3=0.3), "3", "an unseen 3 has"),
        (alarms(of_4=0.3), "4", "an unseen 4 has"),
        (alarms(of_5=0.3), "5", "an unseen 5 has"),
        (alarms(of_6=0.3), "6", "an unseen 6 has"),
        (alarms(of_7=0.3), "7", "an unseen 7 has"),
        (alarms(of_8=0.3), "8", "an unseen 8 has"),
        (alarms(of_9=0.38), None, "cannot be told apart"),
        (alarms(of_4=np.nan), None, "nothing to compare"),
    ]
}


def compare(ways, clean, rng, sd=0.25, clip=True, shape=None, draw="standard_normal", target="clean"):
    noisy = clean + sd * getattr(rng, draw)(shape or clean.shape)
    noisy = np.clip(noisy, 0, 1) if clip else noisy
    judge = clean if target == "clean" else noisy
    errors = {name: np.mean((clean_up(noisy) - judge) ** 2) for name, clean_up in ways.items()}
    return errors | {"nothing": np.mean((noisy - clean) ** 2)}


def nothing_unclipped(ways, clean, rng):
    noise = 0.25 * rng.standard_normal(clean.shape)
    return compare(ways, clean, np.random.default_rng(1)) | {"nothing": np.mean(noise**2)}


def as_the_colleague(ways, clean, rng):
    errors = {}
    for name, clean_up in ways.items():
        noisy = clean
        noisy += (0.25 * rng.standard_normal(clean.shape)).astype("float32")
        errors[name] = np.mean((clean_up(np.clip(noisy, 0, 1)) - clean) ** 2)
    return errors


def noise_of_its_own(ways, clean, rng):
    errors = {}
    for name, clean_up in ways.items():
        noisy = np.clip(clean + 0.25 * rng.standard_normal(clean.shape), 0, 1)
        errors[name] = np.mean((clean_up(noisy) - clean) ** 2)
    return errors | {"nothing": np.mean((noisy - clean) ** 2)}


def uniform(ways, clean, rng):
    return compare({}, clean, rng) | {
        name: clean_up(np.clip(clean + rng.uniform(-0.43, 0.43, clean.shape), 0, 1)).mean()
        for name, clean_up in ways.items()
    }


def without_nothing(ways, clean, rng):
    return {name: error for name, error in compare(ways, clean, rng).items() if name != "nothing"}


def roots(ways, clean, rng):
    return {name: np.sqrt(error) for name, error in compare(ways, clean, rng).items()}


def black_as_nothing(ways, clean, rng):
    return compare(ways, clean, rng) | {"nothing": np.mean(clean**2)}


def halves(whole):
    _, to_code, to_pixels = whole.layers
    code = keras.Input(to_code.output.shape[1:])
    return keras.Model(whole.input, to_code.output), keras.Model(code, to_pixels(code))


def as_sequentials(whole):
    _, to_code, to_pixels = whole.layers
    inputs, units = to_code.kernel.shape
    return keras.Sequential([keras.Input((inputs,)), to_code]), keras.Sequential([keras.Input((units,)), to_pixels])


def copied(whole):
    whole_again = keras.models.clone_model(whole)
    whole_again.set_weights(whole.get_weights())
    return halves(whole_again)


def untrained(whole):
    return halves(keras.models.clone_model(whole))


def pixels_for_a_code(whole):
    return whole, halves(whole)[1]


def whole_as_decoder(whole):
    return halves(whole)[0], whole


def straight_code(train, test, k, mean_of=None, fitted=None, add=True, rows=slice(None), centre=True):
    mean = (train if mean_of is None else mean_of).mean(axis=0) if centre else 0
    fitted = train if fitted is None else fitted
    directions = np.linalg.svd(fitted - (fitted.mean(axis=0) if centre else 0), full_matrices=False)[2]
    directions = directions[::-1][:k] if rows == "last" else directions[:k]
    codes = (test - mean) @ directions.T
    return codes, codes @ directions + (mean if add else 0)


def by_one_mean(train, test, k):
    codes, restored = straight_code(train - train.mean(), test - train.mean(), k, centre=False)
    return codes, restored + train.mean()


def by_columns(train, test, k):
    mean = train.mean(axis=0)
    directions = np.linalg.svd(train - mean, full_matrices=False)[2][:, :k]
    return (test - mean) @ directions, mean + (test - mean) @ directions @ directions.T


def other_signs(train, test, k):
    codes, restored = straight_code(train, test, k)
    return -codes, restored


def shifted_codes(train, test, k):
    codes, restored = straight_code(train, test, k)
    return codes + 3, restored


RIGHT = {
    "31.2": 1758,
    "31.3": compare,
    "31.4": halves,
    "31.5": straight_code,
}
ALSO_RIGHT = [("31.4", as_sequentials), ("31.5", other_signs)]  # written in another way
WRONG = {
    "31.2": [
        (1757, "a few bytes more"),
        (1731, "biases"),
        (440, "takes four bytes"),
        (3490, "stays in the laboratory"),
        (1133, "keeps the codes too"),
        (64, "how many bytes does each digit save"),
        (1757.2, "should be an integer"),
        ("many", "should be a number"),
    ],
    "31.3": [
        (as_the_colleague, "a second name for the old one"),
        (noise_of_its_own, "once, before the loop"),
        (without_nothing, "lacks 'nothing'"),
        (roots, "without a root"),
        (nothing_unclipped, "as the ways get them, so clipped"),
        (black_as_nothing, "not black ones"),
        (lambda ways, clean, rng: compare(ways, clean, rng, target="noisy"), "not the noisy ones"),
        (lambda ways, clean, rng: compare(ways, clean, rng, clip=False), "Clip the inputs"),
        (lambda ways, clean, rng: compare(ways, clean, rng, sd=0.0625), "not the variance"),
        (lambda ways, clean, rng: compare(ways, clean, rng, sd=0.5), "standard deviation of"),
        (lambda ways, clean, rng: compare(ways, clean, rng, shape=(1, 784)), "for each pixel of each picture"),
        (lambda ways, clean, rng: compare(ways, clean, rng, draw="random"), "should have mean 0"),
        (uniform, "mostly small"),
        (lambda ways, clean, rng: {"nothing": 1}, "Call each way once"),
        (lambda ways, clean, rng: [1, 2], "Return a dictionary"),
        (lambda ways, clean, rng: compare(ways, clean, rng) | {"nothing": [[1], [2, 3]]}, "should"),
        (lambda ways, clean, rng: None, "returns nothing yet"),
    ],
    "31.4": [
        (pixels_for_a_code, "should end with the hidden layer"),
        (whole_as_decoder, "does not take an array"),
        (copied, "not copies"),
        (untrained, "layers those of `whole`"),
        (lambda whole: whole, "Return two models"),
        (lambda whole: whole.layers[1:], "Return two Keras models"),
        (lambda whole: None, "returns nothing yet"),
    ],
    "31.5": [
        (lambda train, test, k: straight_code(train, test, k, centre=False), "Subtract the mean"),
        (lambda train, test, k: straight_code(train, test, k, add=False), "Add the mean"),
        (lambda train, test, k: straight_code(train, test, k, mean_of=test), "not of `test`"),
        (lambda train, test, k: straight_code(test, test, k), "Fit to `train`"),
        (lambda train, test, k: straight_code(train, test, k, rows="last"), "first k directions"),
        (by_columns, "rows of the last matrix"),
        (shifted_codes, "codes are shifted"),
        (by_one_mean, "Each pixel has a mean of its own"),
        (lambda train, test, k: straight_code(train, test, k)[1], "Return two arrays"),
        (lambda train, test, k: ([[1], [2, 3]], test), "The codes should"),
    ],
}
