"""Training scikit-learn's perceptrons before and after the patch, and with activations that scikit-learn lacks.

    python bench/sklearn_training.py          # measure, write bench/results/sklearn_training.json: one minute
    python bench/sklearn_training.py --docs   # put the table of that file into docs/sklearn.md

The data are the handwritten digits that come with scikit-learn, 1,797 images of 64 pixels; the optimiser and the
size of a batch are scikit-learn's defaults. A fit with scikit-learn's functions and one with ours alternate in one
process, on one thread; medians of its processor time are given, which others on the machine disturb least. What part
of a fit the activations and their derivatives are is measured by a clock around each, in fits of their own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import statistics
import time
import warnings
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
from numpynet import cpu_name
from pages import between, markdown

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "sklearn_training.json"
MARKER = "bench/sklearn_training.py"
LAYERS = ((100,), (256, 256))
DTYPES = ("float64", "float32")
EPOCHS = 10
THEIRS = ("relu", "tanh", "logistic")  # scikit-learn's activations, and some that it lacks
OTHERS = ("leaky_relu", "silu", "gelu", "mish")


@contextmanager
def clocks(entries):
    """Add up the time that the functions of these dictionaries take."""
    total = [0.0]
    before = [dict(functions) for functions in entries]

    def clocked(function):
        def call(*arrays):
            start = time.thread_time()
            function(*arrays)
            total[0] += time.thread_time() - start

        return call

    for functions in entries:
        functions.update({name: clocked(functions[name]) for name in THEIRS})
    try:
        yield total
    finally:
        for functions, old in zip(entries, before, strict=True):
            functions.update(old)


def digits(dtype):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return (x / 16).astype(dtype), y


def fit(estimator, data, layers, activation):
    """Train once; the milliseconds."""
    model = estimator(layers, activation, max_iter=EPOCHS, random_state=0)
    start = time.thread_time()
    model.fit(*data)
    return 1e3 * (time.thread_time() - start)


def measure(rounds):
    """Rows for scikit-learn's activations, before and after, and rows for others."""
    from sklearn.neural_network import MLPClassifier, _base

    from actkernels.integrations import sklearn as ours

    rows, others = [], []
    for layers, dtype in itertools.product(LAYERS, DTYPES):
        data, case = digits(dtype), {"layers": layers, "dtype": dtype}
        for name in THEIRS:
            times = {column: [] for column in ("before", "after", "within_before", "within_after")}
            for _ in range(rounds):
                for side, context in (("before", nullcontext), ("after", ours.patched)):
                    with context():
                        times[side].append(fit(MLPClassifier, data, layers, name))
                        with clocks((_base.ACTIVATIONS, _base.DERIVATIVES)) as total:
                            fit(MLPClassifier, data, layers, name)
                    times[f"within_{side}"].append(1e3 * total[0])
            rows.append(case | {"activation": name} | {column: statistics.median(t) for column, t in times.items()})
            print(*cells(rows[-1]), sep="  ", flush=True)
        times = {name: [] for name in OTHERS}
        for _, name in itertools.product(range(rounds), OTHERS):
            times[name].append(fit(ours.MLPClassifier, data, layers, name))
        others.append(case | {name: statistics.median(t) for name, t in times.items()})
        print(*others[-1].values(), sep="  ", flush=True)
    return rows, others


def cells(row):
    """A row of the first table."""
    return (
        f"`{row['activation']}`",
        " and ".join(map(str, row["layers"])),
        row["dtype"],
        f"{row['before']:.0f}",
        f"{row['after']:.0f}",
        f"{row['before'] / row['after']:.2f}",
        f"{row['within_before']:.1f}",
        f"{row['within_after']:.1f}",
        f"{row['within_before'] / row['within_after']:.1f}",
    )


def other_cells(row):
    return " and ".join(map(str, row["layers"])), row["dtype"], *(f"{row[name]:.0f}" for name in OTHERS)


def table(results):
    header = ("activation", "hidden units", "dtype", "fit", "patched", "ratio", "activations in it", "patched", "ratio")
    header_of_others = ["hidden units", "dtype", *(f"`{name}`" for name in OTHERS)]
    versions = ", ".join(f"{key} {value}" for key, value in results["versions"].items())
    return "\n".join(
        [
            markdown(header, map(cells, results["rows"]), 3),
            "",
            "and a fit with activations that scikit-learn lacks:",
            "",
            markdown(header_of_others, map(other_cells, results["others"]), 2),
            "",
            f"Milliseconds of processor time for {results['epochs']} epochs of the 1,797 digits, one thread;"
            f" {results['cpu']}, CPU level {results['isa']}; {versions}. Made by `python bench/sklearn_training.py`.",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--docs", action="store_true", help="only write the table into docs/sklearn.md")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    if given.docs:
        page = ROOT / "docs" / "sklearn.md"
        page.write_text(between(page.read_text(), MARKER, table(json.loads(RESULTS.read_text()))))
        return
    import scipy
    import sklearn
    from threadpoolctl import threadpool_limits

    ak.set_num_threads(1)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
        rows, others = measure(given.rounds)
        results = {
            "cpu": cpu_name(),
            "isa": ak.get_isa(),
            "versions": {
                "Python": platform.python_version(),
                "NumPy": np.__version__,
                "SciPy": scipy.__version__,
                "scikit-learn": sklearn.__version__,
                "actkernels": ak.__version__,
            },
            "epochs": EPOCHS,
            "rows": rows,
            "others": others,
        }
    given.output.write_text(json.dumps(results, indent=1) + "\n")
    print("\n" + table(results))


if __name__ == "__main__":
    main()
