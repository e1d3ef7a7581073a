"""Known answers to the exercises of chapter 10."""

import numpy as np

PREDICTIONS = {
    "10.1": [
        ({10: 0.35, 20: 0.04, 40: 0.02}, "half", "from 0.350 with 10 points to 0.040 with 20, .*copy all the errors"),
        ({10: 0.35, 20: 0.25, 40: 0.1}, "little", "more than half is left"),
        ({10: 0.35, 20: 0.34, 40: 0.3}, "same", "hardly changes"),
        ({10: 0.35, 20: 0.5, 40: 0.8}, "grow", "it grows"),
        ({10: 0.35, 20: np.nan, 40: 0.8}, None, "nothing to compare"),
    ]
}


def soft(V, length):
    return np.sign(V) * np.maximum(np.abs(V) - length, 0)


def penalised_step(W, gradient, rate, l2, l1):
    return soft(W - rate * (gradient + l2 * W), rate * l1)


def in_place(W, gradient, rate, l2, l1):
    W -= rate * (gradient + l2 * W)
    return soft(W, rate * l1)


def without_a_threshold(W, gradient, rate, l2, l1):
    return W - rate * (gradient + l2 * W + l1 * np.sign(W))


def positive_only(W, gradient, rate, l2, l1):
    return np.maximum(W - rate * (gradient + l2 * W) - rate * l1, 0)


def hard(W, gradient, rate, l2, l1):
    V = W - rate * (gradient + l2 * W)
    return np.where(np.abs(V) > rate * l1, V, 0)


class Adam:
    mean = square = step = 0

    def __call__(self, gradient):
        self.step += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        size = np.sqrt(self.square / (1 - 0.999**self.step)) + 1e-7
        return self.mean / (1 - 0.9**self.step) / size


def kept(gradients, lam, inside, rate=0.001, start=1.0):
    w, d = np.full(2, start), Adam()
    for gradient in gradients:
        w = w - rate * d(gradient + lam * w) if inside else w - rate * (d(gradient) + lam * w)
    return w


def without_the_rate(gradients, lam, inside):
    w, d = np.ones(2), Adam()
    for gradient in gradients:
        w = w - 0.001 * d(gradient + lam * w) if inside else (1 - lam) * w - 0.001 * d(gradient)
    return w


def a_new_adam_each_step(gradients, lam, inside):
    w = np.ones(2)
    for gradient in gradients:
        w = w - 0.001 * Adam()(gradient + lam * w)
    return w


DIAGNOSIS = {"floor": 27, "A": "overfits", "B": "sound", "C": "unfinished", "D": "too stiff"}
RIGHT = {"10.2": DIAGNOSIS, "10.3": penalised_step, "10.4": 0.01, "10.5": kept}
WRONG = {
    "10.2": [
        (DIAGNOSIS | {"floor": 0.27}, "in percent"),
        (DIAGNOSIS | {"floor": 30}, "now and then"),
        (DIAGNOSIS | {"floor": 100 / 3}, "one of ten classes"),
        (DIAGNOSIS | {"floor": 73}, "an error is wanted"),
        (DIAGNOSIS | {"floor": 70}, "nobody replaced"),
        (DIAGNOSIS | {"floor": 3}, "right by chance"),
        (DIAGNOSIS | {"floor": 0}, "judged by the labels"),
        (DIAGNOSIS | {"floor": 25}, "differs from the truth"),
        (DIAGNOSIS | {"floor": "low"}, "should be a number"),
        (DIAGNOSIS | {"A": "sound", "B": "overfits"}, "to get below it"),
        (DIAGNOSIS | {"B": "too stiff", "D": "sound"}, "Compare them with the floor"),
        (DIAGNOSIS | {"C": "too stiff", "D": "unfinished"}, "What do more steps do"),
        (DIAGNOSIS | {"A": "bad"}, "For A choose one of"),
        (DIAGNOSIS | {"A": ...}, "still a placeholder"),
        ({"A": "overfits"}, "a dictionary with the keys"),
        (27, "a dictionary with the keys"),
    ],
    "10.3": [
        (lambda W, g, rate, l2, l1: soft(W - rate * (g + l2 * W), l1), "You shorten by l1"),
        (without_a_threshold, "along the sign of W"),
        (positive_only, "Negative weights are lost"),
        (hard, "must be shortened as well"),
        (lambda W, g, rate, l2, l1: soft(W - rate * g, rate * l1), "The L2 penalty is missing"),
        (lambda W, g, rate, l2, l1: penalised_step(W, g, rate, 2 * l2, l1), "The gradient of l2/2"),
        (lambda W, g, rate, l2, l1: soft(W - rate * g - l2 * W, rate * l1), "· rate"),
        (lambda W, g, rate, l2, l1: soft(W, rate * l1) - rate * (g + l2 * W), "comes first"),
        (lambda W, g, rate, l2, l1: W - rate * (g + l2 * W), "does nothing yet"),
        (lambda W, g, rate, l2, l1: penalised_step(W, -g, rate, l2, l1), "the smallest cost is at"),
        (in_place, "changes the arrays"),
        (lambda W, g, rate, l2, l1: None, "returns nothing yet"),
        (lambda W, g, rate, l2, l1: penalised_step(W, g, rate, l2, l1).sum(), "should have shape"),
    ],
    "10.4": [
        (0.0, "Ada's choice"),
        (0.05, "The smallest weights"),
        (0.02, "λ in the notation"),
        (0.03, "too much or too little"),
        (0.005, "Compare the six networks"),
        ("none", "should be a number"),
    ],
    "10.5": [
        (lambda g, lam, inside: kept(g, lam, not inside), "are exchanged"),
        (lambda g, lam, inside: kept(g, 0, inside), "The penalty is missing"),
        (without_the_rate, "outside is multiplied by the rate"),
        (lambda g, lam, inside: kept(g, lam, inside, rate=0.01), "The rate is 0.001"),
        (lambda g, lam, inside: kept(g, lam, inside, start=0.0), "start at 1"),
        (a_new_adam_each_step, "one object of Adam"),
        (lambda g, lam, inside: kept(g, lam, inside)[0], "should have shape"),
    ],
}
