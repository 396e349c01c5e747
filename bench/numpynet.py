"""`Activation_layer` beside the NumPy expressions that NumPyNet's layer evaluates, for each of its 18 activations.

    python bench/numpynet.py                  # measure, write bench/results/numpynet.json
    python bench/numpynet.py --readme         # put the table of that file into README.md

Both sides do what the layer does for float64 images of shape (5, 100, 100, 3): forward into a new output and a
delta of zeros, backward as delta *= gradient(output) and a copy into the caller's array. They alternate in one
process, each time on fresh data; the medians are compared. NumPyNet finds the pieces of Plse, Hardtan and Lhtan
with np.vectorize, one Python call per element. As nobody need write it so, a second mean is given, with masks there.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import time
from pathlib import Path

import numpy as np
from pages import between, markdown

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "numpynet.json"
MARKER = "bench/numpynet.py"
SHAPE = (5, 100, 100, 3)
SELU_SCALE, SELU_ALPHA = 1.0507, 1.6732  # as NumPyNet rounds them


# ---- NumPyNet's expressions: x is the input, of which the layer made a copy; y the output, likewise


def put(array, mask, value):
    array[mask] = value
    return array


def stair(x):
    step, half = np.floor(x), np.floor(x / 2.0)
    even = step % 2 == 0
    x = put(x, even, half[even])
    return put(x, ~even, ((x - step) + half)[~even])


def element_by_element(condition):
    return np.vectorize(condition, otypes=[bool])


def plse(x, middle):
    low, high, inside = x < -4.0, x > 4.0, middle(x)
    x = put(x, low, (x[low] + 4.0) * 0.01)
    x = put(x, high, (x[high] - 4.0) * 0.01 + 1.0)
    return put(x, inside, x[inside] * 0.125 + 0.5)


def elu(x):
    low = x < 0.0
    return put(x, low, np.exp(x[low]) - 1.0)


def scale_below(x, mask, factor):
    return put(x, mask, x[mask] * factor)


def lhtan(x):
    high = x > 1.0
    x = put(x, high, (x[high] - 1.0) * 0.001 + 1.0)
    return scale_below(x, x < 0.0, 0.001)


def hard_tan(x):
    inside = (x >= -2.5) & (x <= 2.5)
    return np.where(inside, 0.2 * x + 0.5, put(put(x.copy(), x < -2.5, 0.0), x > 2.5, 1.0))


def two_slopes(y, mask, where, elsewhere):
    return put(put(y, mask, where), ~mask, elsewhere)


EXPRESSIONS = {
    "Linear": (lambda x: x, lambda y: np.ones_like(y, dtype=float)),
    "Logistic": (lambda x: 1.0 / (1.0 + np.exp(-x)), lambda y: (1.0 - y) * y),
    "Loggy": (
        lambda x: 2.0 / (1.0 + np.exp(-x)) - 1.0,
        lambda y: 2.0 * (1.0 - (y + 1.0) * 0.5) * (y + 1.0) * 0.5,
    ),
    "Tanh": (np.tanh, lambda y: 1.0 - y * y),
    "Relu": (lambda x: put(x, x < 0.0, 0.0), lambda y: two_slopes(y, y > 0.0, 1.0, 0.0)),
    "Elu": (elu, lambda y: np.add(put(y, y >= 0.0, 1.0), 1.0, out=y, where=y < 0.0)),
    "Selu": (
        lambda x: (x >= 0) * SELU_SCALE * x + (x < 0) * SELU_SCALE * SELU_ALPHA * (np.exp(x) - 1.0),
        lambda y: (y >= 0) * SELU_SCALE + (y < 0) * (y + SELU_SCALE * SELU_ALPHA),
    ),
    "Relie": (lambda x: scale_below(x, x <= 0.0, 0.01), lambda y: two_slopes(y, y > 0.0, 1.0, 0.01)),
    "Leaky": (lambda x: scale_below(x, x <= 0.0, 0.1), lambda y: two_slopes(y, y > 0.0, 1.0, 0.1)),
    "Ramp": (lambda x: put(x.copy(), x <= 0.0, 0.0) + 0.1 * x, lambda y: (y > 0.0) + 0.1),
    "Plse": (
        lambda x: plse(x, element_by_element(lambda t: t >= -4.0 and t <= 4.0)),
        lambda y: put(
            put(y, element_by_element(lambda t: t >= 0.0 or t <= 1.0)(y), 0.125),
            element_by_element(lambda t: t < 0.0 or t > 1.0)(y),
            0.01,
        ),
    ),
    "Stair": (stair, lambda y: two_slopes(y, np.floor(y) == y, 0.0, 1.0)),
    "Hardtan": (
        hard_tan,
        lambda y: put(np.zeros_like(y), element_by_element(lambda t: t > -2.5 and t < 2.5)(y), 0.2),
    ),
    "Lhtan": (
        lhtan,
        lambda y: put(
            put(y, element_by_element(lambda t: t <= 0.0 or t >= 1.0)(y), 0.001),
            element_by_element(lambda t: t > 0.0 and t < 1.0)(y),
            1.0,
        ),
    ),
    "Elliot": (
        lambda x: 0.5 * x / (1.0 + np.abs(x + 1.0)) + 0.5,
        lambda y: 0.5 / ((1.0 + np.abs(y)) * (1.0 + np.abs(y))),
    ),
    "SymmElliot": (lambda x: x / (1.0 + np.abs(x)), lambda y: 1.0 / (1.0 + np.abs(y)) ** 2),
    "SoftPlus": (lambda x: np.log(1.0 + np.exp(x)), lambda y: np.exp(y) / (1.0 + np.exp(y))),
    "SoftSign": (lambda x: x / (np.abs(x) + 1.0), lambda y: 1.0 / (np.abs(y) + 1.0) ** 2),
}

WITH_MASKS = {
    "Plse": (
        lambda x: plse(x, lambda x: (x >= -4.0) & (x <= 4.0)),
        lambda y: two_slopes(y, (y < 0.0) | (y > 1.0), 0.01, 0.125),
    ),
    "Hardtan": (hard_tan, lambda y: two_slopes(y, (y > -2.5) & (y < 2.5), 0.2, 0.0)),
    "Lhtan": (lhtan, lambda y: two_slopes(y, (y > 0.0) & (y < 1.0), 1.0, 0.001)),
}


class PlainLayer:
    """What NumPyNet's layer does, with the expressions above."""

    def __init__(self, activate, gradient):
        self.activate, self.gradient = activate, gradient

    def forward(self, inpt):
        self.output = self.activate(inpt.copy())
        self.delta = np.zeros(inpt.shape)

    def backward(self, delta):
        self.delta *= self.gradient(self.output.copy())
        delta[:] = self.delta


def milliseconds(layer, inpt, upstream, delta):
    """Forward and backward once, on data that nobody has touched."""
    x, own = inpt.copy(), upstream.copy()
    start = time.perf_counter()
    layer.forward(x)
    middle = time.perf_counter()
    layer.delta = own
    restart = time.perf_counter()
    layer.backward(delta)
    stop = time.perf_counter()
    return 1e3 * (middle - start), 1e3 * (stop - restart)


def measure(all_expressions, rounds):
    random = np.random.default_rng(7)
    delta = np.empty(SHAPE)
    rows = {}
    for name, expressions in all_expressions.items():
        layers = (ak.Activation_layer(activation=name), PlainLayer(*expressions))
        times = [[], []]
        for _ in range(rounds):
            inpt, upstream = random.standard_normal(SHAPE), random.standard_normal(SHAPE)
            for layer, collected in zip(layers, times, strict=True):
                collected.append(milliseconds(layer, inpt, upstream, delta))
        ours, numpy = ([statistics.median(column) for column in zip(*side, strict=True)] for side in times)
        rows[name] = {"forward": ours[0], "backward": ours[1], "numpy_forward": numpy[0], "numpy_backward": numpy[1]}
        print(f"{name:11} {sum(ours):7.3f} ms, NumPy {sum(numpy):7.3f} ms, {sum(numpy) / sum(ours):6.1f} times as fast")
    return rows


def cpu_name():
    try:
        return re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


def ratio(row):
    return (row["numpy_forward"] + row["numpy_backward"]) / (row["forward"] + row["backward"])


def mean_ratio(rows):
    return statistics.geometric_mean(map(ratio, rows.values()))


def table(results):
    header = ["activation", "forward", "NumPy", "backward", "NumPy", "times as fast"]
    lines = []
    for name, row in results["rows"].items():
        times = (row["forward"], row["numpy_forward"], row["backward"], row["numpy_backward"])
        lines.append([name, *(f"{value:.2f}" for value in times), f"{ratio(row):.1f}"])
    mean = mean_ratio(results["rows"])
    masked = mean_ratio(results["rows"] | results["with_masks"])
    lines.append(["**geometric mean**", *[""] * 4, f"**{mean:.1f}**"])
    lines.append(["the same, with masks where NumPyNet calls Python per element", *[""] * 4, f"{masked:.1f}"])
    versions = ", ".join(f"{key} {value}" for key, value in results["versions"].items())
    return "\n".join(
        [
            markdown(header, lines),
            "",
            f"Milliseconds for float64 images of shape {tuple(results['shape'])}, one thread; {results['cpu']},"
            f" CPU level {results['isa']}; {versions}. Made by `python bench/numpynet.py`.",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--readme", action="store_true", help="only write the table into README.md")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    if not given.readme:
        ak.set_num_threads(1)  # as NumPy
        results = {
            "cpu": cpu_name(),
            "isa": ak.get_isa(),
            "versions": {"Python": platform.python_version(), "NumPy": np.__version__, "actkernels": ak.__version__},
            "shape": SHAPE,
            "rows": measure(EXPRESSIONS, given.rounds),
            "with_masks": measure(WITH_MASKS, given.rounds),
        }
        given.output.parent.mkdir(exist_ok=True)
        given.output.write_text(json.dumps(results, indent=1) + "\n")
        print("\n" + table(results))
        return
    readme = ROOT / "README.md"
    readme.write_text(between(readme.read_text(), MARKER, table(json.loads(RESULTS.read_text()))))


if __name__ == "__main__":
    main()
