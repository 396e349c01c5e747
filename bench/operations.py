"""How many operations the kernels take, from their object code, beside the time that they take.

    python bench/operations.py                  # all rows: bench/results/operations.json and docs/operations.md
    python bench/operations.py --rows tanh gelu # a table alone
    python bench/operations.py --isa x86_64_v3

A kernel's loop takes one vector in each turn. Its instructions but for those that count and jump are what the processor
has to do; the floor is what that takes at the pace that the best tenth of the long loops reaches. Linux on x86-64, with
objdump.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import object_code
from pages import markdown

import actkernels as ak
from actkernels.catalogue import ROWS, Row
from actkernels.config import config

RESULTS = Path(__file__).resolve().parent / "results" / "operations.json"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
PASSES = {"forward": "forward", "gradient_x": "gradient"}
BYTES = {"x86_64_v4": 64, "x86_64_v3": 32, "baseline": 16}
COUNT = 4096  # float32 numbers, which stay in an L1 cache
COUNTER = re.compile(r"(add|sub|inc|dec|lea|cmp|test|j\w+|nop\w*)\b")
STORE = re.compile(r"v?mov\w+\s+%[xyz]mm\d+(?:\{%k\d\})?,.*\(")
DIVISION = re.compile(r"v?(div|sqrt)p[sd]\b")


def loop(row: Row, which: str, level: str) -> list[str] | None:
    """The instructions of the loop that usual inputs go through, without those that count; None if it is no loop."""
    kernels = object_code.kernels(row, level, which not in row.plain and row.has_usual_kernels)
    loops = object_code.innermost_loops(kernels[which, "float32"])
    register = object_code.REGISTER[level]
    for body in loops:
        if any(STORE.match(line) for line in body) and any(register in line for line in body):
            return [line for line in body if not COUNTER.match(line)]
    return None


def nanoseconds(activation: ak.Activation, which: str) -> float:
    """The shortest time of an element."""
    x = np.random.default_rng(0).standard_normal(COUNT, dtype=np.float32)
    out, best = np.empty_like(x), np.inf
    for _ in range(200):
        start = time.perf_counter()
        if which == "forward":
            activation(x, out=out)
        else:
            activation.gradient(x=x, out=out)
        best = min(best, time.perf_counter() - start)
    return best / COUNT * 1e9


def measure(rows: list[Row], level: str) -> dict[str, Any]:
    """Operations, divisions, loads and stores of a vector, and nanoseconds of an element, for each row and pass."""
    ak.set_isa(level)
    found = {}
    with ak.threads(1):
        for row in rows:
            for which in PASSES:
                body = loop(row, which, level)
                if body is None:
                    continue
                found[f"{row.name} {which}"] = {
                    "operations": len(body),
                    "divisions": sum(bool(DIVISION.match(line)) for line in body),
                    "stores": sum(bool(STORE.match(line)) for line in body),
                    "nanoseconds": round(nanoseconds(ak.ACTIVATIONS[row.name], which), 3),
                }
    return {"config": config(), "lanes": BYTES[level] // 4, "measured": found}


def pace(results: dict[str, Any]) -> float:
    """Operations a nanosecond that the best tenth of the loops reaches, among those that are long."""
    entries = [entry for entry in results["measured"].values() if entry["operations"] >= 40]
    paces = sorted(entry["operations"] / entry["nanoseconds"] / results["lanes"] for entry in entries)
    return paces[-1 - len(paces) // 10] if paces else float("nan")


def table(results: dict[str, Any]) -> str:
    """All that was measured, a line for each row."""
    lanes, best = results["lanes"], pace(results)
    header = ["activation"]
    for title in PASSES.values():
        header += [f"{title}: operations", "divisions", "floor, ns", "measured, ns"]
    lines = []
    for row in ROWS:
        cells = []
        for which in PASSES:
            entry = results["measured"].get(f"{row.name} {which}")
            floor = entry and f"{entry['operations'] / best / lanes:.2f}"
            cells += (
                [str(entry["operations"]), str(entry["divisions"]), floor, f"{entry['nanoseconds']:.2f}"]
                if entry
                else [""] * 4
            )
        if any(cells):
            lines.append([f"`{row.name}`", *cells])
    return markdown(header, lines)


def page(results: dict[str, Any]) -> str:
    """docs/operations.md."""
    found = results["config"]
    return f"""# Operations

What the loops of the kernels consist of: the operations for one vector of {results["lanes"]} float32 numbers, as they
stand in the object code, and the nanoseconds that an element takes, of {COUNT:,} normal numbers in an L1 cache, call
included. The floor is what the operations alone would take at the pace that the best tenth of the long loops reaches,
{pace(results):.1f} a nanosecond. Cheap rows are above it because looking at the inputs and the call itself count there.
Level {found["isa"]}, Python {found["python"]}, NumPy {found["numpy"]}; by `python bench/operations.py`.

{table(results)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", nargs="+", metavar="NAME", default=[])
    parser.add_argument("--isa", choices=ak.available_isas(), default=ak.get_isa())
    arguments = parser.parse_args()
    rows = [row for row in ROWS if not arguments.rows or row.name in {ak.get(name).name for name in arguments.rows}]
    results = measure(rows, arguments.isa)
    if arguments.rows or arguments.isa != ak.available_isas()[0]:
        print(table(results))
    else:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(page(results))


if __name__ == "__main__":
    main()
