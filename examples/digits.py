"""Handwritten digits: a small dense network with `Activation_layer`, trained in seconds, and what it learned drawn.

    python examples/digits.py                         # train, and draw digits.png
    python examples/digits.py --activation gelu mish tanh --epochs 20
    python examples/digits.py --activation elu --dtype float32 --output elu.png

Dense(64), activation, Dense(10), softmax cross entropy; stochastic gradient descent with momentum, on 1,347 of
scikit-learn's 1,797 digits of 8 x 8 pixels; the other 450 are for the test. It needs scikit-learn and matplotlib:
pip install 'actkernels[examples]'.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

import actkernels as ak
from actkernels import pictures

HIDDEN = 128
EPOCHS = 30
BATCH = 32
RATE = 0.1
MOMENTUM = 0.9
TESTED = 450
COLOURS = (pictures.BLUE, pictures.ORANGE, "#009E73", "#CC79A7", "#56B4E9", "#E69F00")  # Okabe and Ito's


def load(dtype=np.float64, seed=0):
    """Training and test set: pixels from 0 to 1, and which digit each is."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise SystemExit(
            "examples/digits.py: scikit-learn is not installed: pip install 'actkernels[examples]'"
        ) from None
    digits = load_digits()
    order = np.random.default_rng(seed).permutation(len(digits.data))
    x, truth = (digits.data[order] / 16).astype(dtype), digits.target[order]
    return (x[TESTED:], truth[TESTED:]), (x[:TESTED], truth[:TESTED])


class Dense:
    """x @ weights + bias, and its way back."""

    def __init__(self, inputs, outputs, rng, dtype):
        self.weights = rng.normal(scale=np.sqrt(2 / inputs), size=(inputs, outputs)).astype(dtype)
        self.bias = np.zeros(outputs, dtype)
        self._velocity = [np.zeros_like(self.weights), np.zeros_like(self.bias)]

    def forward(self, x):
        self._x = x
        return x @ self.weights + self.bias

    def backward(self, delta):
        """Keep the gradients of this layer, and return the delta of the layer before."""
        self._gradients = [self._x.T @ delta, delta.sum(axis=0)]
        return delta @ self.weights.T

    def step(self, rate):
        for array, velocity, gradient in zip((self.weights, self.bias), self._velocity, self._gradients, strict=True):
            velocity *= MOMENTUM
            velocity -= rate * gradient
            array += velocity


class Network:
    """Two dense layers with an activation between them."""

    def __init__(self, activation, hidden=HIDDEN, dtype=np.float64, seed=0):
        rng = np.random.default_rng(seed)
        self.first = Dense(64, hidden, rng, dtype)
        self.activation = ak.Activation_layer(activation=activation)
        self.last = Dense(hidden, 10, rng, dtype)

    def forward(self, x):
        """What goes into the softmax."""
        return self.last.forward(self.activation.forward(self.first.forward(x)).output)

    def backward(self, delta):
        self.activation.delta = self.last.backward(delta)
        delta_before = np.empty_like(self.activation.delta)
        self.activation.backward(delta_before)
        self.first.backward(delta_before)

    def step(self, rate):
        self.first.step(rate)
        self.last.step(rate)


def cross_entropy(z, truth):
    """Mean loss of the softmax of z, and the delta of z."""
    shifted = z - z.max(axis=1, keepdims=True)
    exponentials = ak.exponential(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = (np.log(sums[:, 0]) - shifted[rows, truth]).mean()
    delta = exponentials / sums
    delta[rows, truth] -= 1
    return float(loss), delta / len(z)


def train(activation, epochs=EPOCHS, hidden=HIDDEN, dtype=np.float64, seed=0):
    """A trained network, and after each epoch loss and accuracy in training and test."""
    (x, truth), (x_test, truth_test) = load(dtype)
    network = Network(activation, hidden, dtype, seed)
    rng = np.random.default_rng(seed)
    history = []
    for epoch in range(epochs):
        rate = RATE * (1 - epoch / epochs)  # less and less, so that it settles
        for batch in np.array_split(rng.permutation(len(x)), len(x) // BATCH):
            _, delta = cross_entropy(network.forward(x[batch]), truth[batch])
            network.backward(delta)
            network.step(rate)
        results = []
        for inpt, right in ((x, truth), (x_test, truth_test)):
            z = network.forward(inpt)
            results += [cross_entropy(z, right)[0], float((z.argmax(axis=1) == right).mean())]
        history.append(results)
    return network, np.array(history)


def draw(histories, network):
    """Loss and accuracy of each activation, and the test images that the last network takes for other digits."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit(
            "examples/digits.py: matplotlib is not installed: pip install 'actkernels[examples]'"
        ) from None
    figure = Figure(figsize=(12.0, 4.6), layout="constrained", facecolor="white", dpi=100)
    curves, images = figure.subfigures(1, 2, width_ratios=[3.2, 1.0])
    left, right = curves.subplots(1, 2)
    for (name, history), colour in zip(histories.items(), COLOURS * len(histories), strict=False):
        epochs = np.arange(1, len(history) + 1)
        for axes, columns in ((left, (0, 2)), (right, (1, 3))):
            axes.plot(epochs, history[:, columns[0]], "--", color=colour, linewidth=1.6)
            axes.plot(epochs, history[:, columns[1]], color=colour, linewidth=2.4, label=name)
    left.set_yscale("log")
    left.set_title("softmax cross entropy", fontsize=13)
    right.set_title("accuracy", fontsize=13)
    right.set_ylim(min(0.9, *(history[-1, 3] - 0.02 for history in histories.values())), 1.004)
    right.legend(frameon=False, fontsize=12, loc="lower right", title="solid: test, dashed: training")
    for axes in (left, right):
        axes.set_xlabel("epoch", fontsize=12)
        axes.grid(color="#DDDDDD")
        axes.spines[["top", "right"]].set_visible(False)
    _, (x, truth) = load()
    found = network.forward(x.astype(network.first.weights.dtype)).argmax(axis=1)
    wrong = np.flatnonzero(found != truth)
    images.suptitle(f"{list(histories)[-1]}\n{len(wrong)} of {len(x)} wrong", fontsize=13)
    for axes, index in zip(images.subplots(4, 3).flat, [*wrong[:12], *[None] * 12], strict=False):
        axes.set_axis_off()
        if index is not None:
            axes.imshow(x[index].reshape(8, 8), cmap="Greys")
            axes.set_title(f"{truth[index]}, not {found[index]}", fontsize=10)
    return figure


def activation_of(name):
    try:
        return ak.get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--activation", nargs="+", type=activation_of, metavar="NAME", default=[ak.relu], help="default: relu"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    parser.add_argument("--hidden", type=int, default=HIDDEN, help="nodes of the hidden layer (default: %(default)s)")
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float64")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="FILE", default=Path("digits.png"), help="default: %(default)s")
    given = parser.parse_args(arguments)
    histories = {}
    print(f"{'activation':24} {'loss':>8} {'accuracy':>9}   {'test':>8} {'accuracy':>9}   seconds")
    for activation in given.activation:
        start = time.perf_counter()
        network, history = train(activation, given.epochs, given.hidden, np.dtype(given.dtype), given.seed)
        seconds = time.perf_counter() - start
        histories[repr(activation)] = history
        loss, accuracy, test_loss, test_accuracy = history[-1]
        print(f"{activation!r:24} {loss:8.4f} {accuracy:9.3f}   {test_loss:8.4f} {test_accuracy:9.3f}   {seconds:7.1f}")
    pictures.save(draw(histories, network), given.output)
    print(f"wrote {given.output}")


if __name__ == "__main__":
    main()
