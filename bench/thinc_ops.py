"""Each activation of thinc's backends and its backprop: NumpyOps beside ActkernelsOps.

    python bench/thinc_ops.py          # measure, write bench/results/thinc_ops.json: half a minute
    python bench/thinc_ops.py --docs   # put the table of that file into docs/thinc.md

Arrays are what thinc's layers have, float32 of shape (256, 512), and calls are as its layers call: not in place. Both
sides alternate in one process, on one thread; medians of its processor time are given.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from importlib import metadata
from pathlib import Path

import numpy as np
from numpynet import cpu_name
from pages import between, markdown

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "thinc_ops.json"
MARKER = "bench/thinc_ops.py"
SHAPE = (256, 512)
# and what the backprop takes beside the delta
SAVED = {
    "relu": "Y",
    "relu_k": "X",
    "clipped_linear": "X",
    "hard_sigmoid": "X",
    "hard_tanh": "X",
    "sigmoid": "Y",
    "swish": "XY",
    "hard_swish": "X",
    "hard_swish_mobilenet": "X",
    "gelu": "X",
    "gelu_approx": "X",
    "mish": "X",
    "dish": "X",
}


def microseconds(function, *arrays):
    start = time.thread_time()
    function(*arrays)
    return 1e6 * (time.thread_time() - start)


def measure(rounds):
    from thinc.api import NumpyOps

    from actkernels.integrations.thinc import ActkernelsOps

    random = np.random.default_rng(7)
    sides = {"thinc": NumpyOps(), "actkernels": ActkernelsOps()}
    rows = {}
    for name, saved in SAVED.items():
        x, delta = (random.standard_normal(SHAPE, dtype=np.float32) for _ in range(2))
        arrays = {"X": x, "Y": getattr(sides["thinc"], name)(x)}
        times = {}
        for _ in range(rounds):
            for side, ops in sides.items():
                times.setdefault(side, []).append(microseconds(getattr(ops, name), x))
                backprop = getattr(ops, f"backprop_{name}")
                times.setdefault(f"{side}_backprop", []).append(
                    microseconds(backprop, delta, *(arrays[key] for key in saved))
                )
        rows[name] = {column: statistics.median(values) for column, values in times.items()}
        print(*cells(name, rows[name]), sep="  ", flush=True)
    return rows


def cells(name, row):
    """A row of the table."""
    return [
        f"`{name}`",
        *(
            text
            for suffix in ("", "_backprop")
            for text in (
                f"{row['thinc' + suffix]:.0f}",
                f"{row['actkernels' + suffix]:.0f}",
                f"{row['thinc' + suffix] / row['actkernels' + suffix]:.1f}",
            )
        ),
    ]


def table(results):
    header = ["", "NumpyOps", "ActkernelsOps", "ratio", "backprop: NumpyOps", "ActkernelsOps", "ratio"]
    versions = ", ".join(f"{key} {value}" for key, value in results["versions"].items())
    return "\n".join(
        [
            markdown(header, [cells(name, row) for name, row in results["rows"].items()]),
            "",
            f"Microseconds of processor time for float32 arrays of shape {tuple(results['shape'])}, one thread;"
            f" {results['cpu']}, CPU level {results['isa']}; {versions}. Made by `python bench/thinc_ops.py`.",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=201)
    parser.add_argument("--docs", action="store_true", help="only write the table into docs/thinc.md")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    if given.docs:
        page = ROOT / "docs" / "thinc.md"
        page.write_text(between(page.read_text(), MARKER, table(json.loads(RESULTS.read_text()))))
        return
    ak.set_num_threads(1)
    results = {
        "cpu": cpu_name(),
        "isa": ak.get_isa(),
        "versions": {
            "Python": platform.python_version(),
            "NumPy": np.__version__,
            "thinc": metadata.version("thinc"),
            "actkernels": ak.__version__,
        },
        "shape": SHAPE,
        "rows": measure(given.rounds),
    }
    given.output.write_text(json.dumps(results, indent=1) + "\n")
    print("\n" + table(results))


if __name__ == "__main__":
    main()
