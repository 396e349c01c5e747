"""NumPyNet's digits example, trained with its own activations and with these: accuracy and time.

    git clone https://github.com/Nico-Curti/NumPyNet
    pip install scikit-learn opencv-python-headless pillow
    python bench/numpynet_digits.py NumPyNet [--activation Relu] [--rounds 3]

The network, the data and the optimiser are those of NumPyNet's examples/MNIST.py; all weights and shuffles come from
one seed, so that both sides do the same arithmetic but for the activations. They alternate, and the medians are given,
in total and of the time spent in `activate` and `gradient` alone, which is measured in a run of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import platform
import statistics
import sys
import time

import numpy as np

import actkernels as ak
from actkernels.integrations import numpynet


def digits():
    """Images with three equal channels and labels as one-hot vectors, for training and for the test."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    loaded = datasets.load_digits()
    images = np.repeat(loaded.images[..., None], 3, axis=-1) / 255
    parts = train_test_split(images, np.eye(10)[loaded.target], test_size=0.33, random_state=42)
    train, test, train_labels, test_labels = (part[:size] for part, size in zip(parts, (1000, 300) * 2, strict=True))
    return train, train_labels.reshape(-1, 1, 1, 10), test, test_labels.reshape(-1, 1, 1, 10)


def train(activation, epochs, data, watch=None):
    """Seconds of training, and the accuracy on the test's images; `watch` wraps each layer's functions."""
    from NumPyNet import layers
    from NumPyNet.network import Network
    from NumPyNet.optimizer import Adam

    images, labels, test, test_labels = data
    np.random.seed(123)  # noqa: NPY002 - which is what NumPyNet draws from
    model = Network(batch=128, input_shape=images.shape[1:])
    for layer in (
        layers.Convolutional_layer(size=3, filters=32, stride=1, pad=True, activation=activation),
        layers.BatchNorm_layer(),
        layers.Maxpool_layer(size=2, stride=1, padding=True),
        layers.Connected_layer(outputs=100, activation=activation),
        layers.BatchNorm_layer(),
        layers.Connected_layer(outputs=10, activation="Linear"),
        layers.Softmax_layer(spatial=True, groups=1, temperature=1.0),
    ):
        if watch is not None and hasattr(layer, "activation"):
            layer.activation, layer.gradient = watch(layer.activation), watch(layer.gradient)
        model.add(layer)
    model.compile(optimizer=Adam(lr=1.0, decay=0.001))
    with contextlib.redirect_stdout(io.StringIO()):
        begin = time.perf_counter()
        model.fit(X=images, y=labels, max_iter=epochs, verbose=True)
        seconds = time.perf_counter() - begin
        out = model.predict(test, verbose=False)
    return seconds, float(np.mean(out.argmax(-1) == test_labels.argmax(-1)))


class Watch:
    """The time that is spent in functions."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self, function):
        def timed(*arguments, **keywords):
            begin = time.perf_counter()
            try:
                return function(*arguments, **keywords)
            finally:
                self.seconds += time.perf_counter() - begin

        return timed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="a checkout of NumPyNet")
    parser.add_argument("--activation", action="append", help="may be repeated; by default Relu, as in the example")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    sys.path.insert(0, given.source)
    ak.set_num_threads(1)  # as NumPy
    data = digits()
    print("| activation | training, s | with actkernels | in activations, s | with actkernels | accuracy | with |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for activation in given.activation or ["Relu"]:
        total, inside, accuracy = ([], []), ([], []), ([], [])
        for _ in range(given.rounds):
            for side, context in enumerate((contextlib.nullcontext, numpynet.patched)):
                with context():
                    seconds, right = train(activation, given.epochs, data)
                    train(activation, 1, data, watch := Watch())
                total[side].append(seconds)
                accuracy[side].append(right)
                inside[side].append(watch.seconds * given.epochs)
        seconds = [f"{statistics.median(side):.2f}" for side in (*total, *inside)]
        right = [f"{statistics.median(side):.1%}" for side in accuracy]
        print("| " + " | ".join([activation, *seconds, *right]) + " |", flush=True)
    print(
        f"\n{given.epochs} epochs of 1000 images, one thread in activations, CPU level {ak.get_isa()};"
        f" Python {platform.python_version()}, NumPy {np.__version__}, actkernels {ak.__version__}"
    )


if __name__ == "__main__":
    main()
