"""Whether speed depends on the values: the slowest over the fastest of seven kinds of input, for each row and pass.

    python bench/values.py                  # a table of what is above the limit; two minutes
    python bench/values.py --isa baseline --rows tanh gelu

Inputs are numbers of the standard normal distribution, all 100, all -100, all subnormal, all NaN, all infinity and all
minus infinity, 4,096 of each, which stay in an L1 cache. Rows on sines and cosines are measured without infinities: a
far angle takes longer. Status 1 if anything is above the limit.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import actkernels as ak
from actkernels.catalogue import ROWS
from actkernels.config import config

RESULTS = Path(__file__).resolve().parent / "results" / "values.json"
COUNT = 4096
LIMIT = 2.0
REPEATS = 9


def inputs(dtype: type, waves: bool) -> dict[str, np.ndarray]:
    """The kinds of input by name."""
    rng = np.random.default_rng(0)
    subnormal = rng.integers(1, 2**20, COUNT) * rng.choice([-1, 1], COUNT) * np.finfo(dtype).smallest_subnormal
    constants = {"100": 100, "-100": -100, "nan": np.nan} | ({} if waves else {"inf": np.inf, "-inf": -np.inf})
    return {
        "normal": rng.standard_normal(COUNT).astype(dtype),
        "subnormal": subnormal.astype(dtype),
        **{name: np.full(COUNT, value, dtype) for name, value in constants.items()},
    }


def times(activation: ak.Activation, which: str, kinds: dict[str, np.ndarray]) -> dict[str, float]:
    """The shortest times for each kind, in nanoseconds an element; kinds take turns."""
    out = np.empty_like(kinds["normal"])
    ones = np.ones_like(out)
    best = dict.fromkeys(kinds, np.inf)
    for _ in range(REPEATS):
        for kind, x in kinds.items():
            for _ in range(3):
                start = time.perf_counter()
                if which == "forward":
                    activation(x, out=out)
                else:
                    activation.backward(ones, x=x, out=out)
                best[kind] = min(best[kind], time.perf_counter() - start)
    return {kind: seconds / COUNT * 1e9 for kind, seconds in best.items()}


def measure(names: list[str], levels: list[str]) -> Iterator[dict]:
    """Every combination: where it is, the slowest over the fastest kind, and the times."""
    for level in levels:
        ak.set_isa(level)
        for row in ROWS:
            if row.name not in names:
                continue
            for dtype in (np.float32, np.float64):
                kinds = inputs(dtype, bool(row.frequency))
                for which in ("forward", "backward"):
                    found = times(ak.ACTIVATIONS[row.name], which, kinds)
                    yield {
                        "row": row.name,
                        "isa": level,
                        "dtype": dtype.__name__,
                        "pass": which,
                        "ratio": round(max(found.values()) / min(found.values()), 2),
                        "nanoseconds": {kind: round(time, 3) for kind, time in found.items()},
                    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", nargs="+", choices=ak.ACTIVATIONS, default=list(ak.ACTIVATIONS), metavar="NAME")
    parser.add_argument("--isa", nargs="+", choices=ak.available_isas(), default=list(ak.available_isas()[:1]))
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE.json")
    given = parser.parse_args()
    found = list(measure(given.rows, given.isa))
    slow = [entry for entry in found if entry["ratio"] > LIMIT]
    for entry in sorted(slow, key=lambda entry: -entry["ratio"]):
        where = f"{entry['row']} {entry['dtype']} {entry['pass']} {entry['isa']}"
        print(f"{entry['ratio']:6.2f} {where:48}", *(f"{kind} {ns:.2f}" for kind, ns in entry["nanoseconds"].items()))
    print(f"{len(slow)} of {len(found)} above {LIMIT:g}")
    given.output.write_text(json.dumps({"config": config(), "limit": LIMIT, "measured": found}, indent=1) + "\n")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
