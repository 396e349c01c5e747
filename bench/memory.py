"""How near to what memory and processors give: beside copying, at other layouts, and with two threads.

    python bench/memory.py                  # bench/results/memory.json and the tables of docs/performance.md: 5 minutes
    python bench/memory.py --rows relu gelu # prints what it finds of these

Everything that is compared alternates in one process, and medians are compared. Copying is `np.copyto`, which is
memcpy; in place it is `np.negative`, a loop that reads, changes and writes. The machine has to be idle.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpynet import cpu_name
from pages import between, markdown

import actkernels as ak
from actkernels.config import config

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "memory.json"
PAGE = ROOT / "docs" / "performance.md"
MARKERS = {"copying": "bench/memory.py, copying", "layouts": "bench/memory.py, layouts", "threads": "bench/memory.py"}
COPYING = ("relu", "leaky_relu", "relu6", "hard_tanh", "hard_sigmoid", "hard_swish")
LAYOUTS = ("relu", "gelu")
LARGE = 2**24
SIZES = (150_000, LARGE)
REPEATS = 9
WORTH = 2_000_000  # elements of a sample


def medians(calls: dict[str, Callable[[], object]], repeats: int = REPEATS, times: int = 1) -> dict[str, float]:
    """Microseconds of each call, which alternate; the first round does not count."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(times):
                call()
            found[name].append((time.perf_counter() - start) / times)
    return {name: float(f"{statistics.median(each[1:]) * 1e6:.4g}") for name, each in found.items()}


def beside_copying(rows: list[str]) -> dict[str, dict[str, float]]:
    """Microseconds for 16,777,216 float32 numbers: into an array, and in place."""
    x = np.random.default_rng(0).standard_normal(LARGE, dtype=np.float32)
    y, z = np.empty_like(x), x.copy()
    functions = {row: ak.ACTIVATIONS[row] for row in rows}
    with ak.threads(1):
        out = medians({"copying": lambda: np.copyto(y, x)} | {n: lambda f=f: f(x, out=y) for n, f in functions.items()})
        place = {"copying": lambda: np.negative(z, out=z)} | {n: lambda f=f: f(z, out=z) for n, f in functions.items()}
        return {"out": out, "in place": medians(place)}


def layouts() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs and outputs of four million numbers each."""
    random = np.random.default_rng(0)
    images = random.standard_normal((64, 64, 64, 32), dtype=np.float32)
    half = images[..., :16]
    return {
        "contiguous": (half.copy(), np.empty(half.shape, np.float32)),
        "(N, 1)": (half.reshape(-1, 1), np.empty((half.size, 1), np.float32)),
        "Fortran order": (np.asfortranarray(half), np.empty(half.shape, np.float32, order="F")),
        "channels 0 to 15 of 32": (half, np.empty_like(images)[..., :16]),
        "every other channel": (images[..., ::2], np.empty_like(images)[..., ::2]),
        "rows reversed": (half.copy()[:, ::-1], np.empty(half.shape, np.float32)[:, ::-1]),
    }


def at_layouts(rows: list[str]) -> dict[str, dict[str, float]]:
    """Microseconds for four million numbers at each layout."""
    arrays = layouts()
    with ak.threads(1):
        return {
            row: medians({name: lambda x=x, y=y, f=ak.ACTIVATIONS[row]: f(x, out=y) for name, (x, y) in arrays.items()})
            for row in rows
        }


def with_threads(rows: list[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Microseconds with one thread and with two, by size and row."""

    def call(row: str, threads: int, x: np.ndarray, y: np.ndarray) -> Callable[[], None]:
        def run() -> None:
            with ak.threads(threads):
                ak.ACTIVATIONS[row](x, out=y)

        return run

    found: dict[str, dict[str, dict[str, float]]] = {}
    for size in SIZES:
        x = np.random.default_rng(0).standard_normal(size, dtype=np.float32)
        y = np.empty_like(x)
        found[str(size)] = {
            row: medians({str(n): call(row, n, x, y) for n in (1, 2)}, times=max(1, WORTH // size)) for row in rows
        }
    return found


def measure(rows: list[str]) -> dict[str, Any]:
    return {
        "config": config() | {"cpu": cpu_name()},
        "copying": beside_copying([row for row in COPYING if row in rows]),
        "layouts": at_layouts([row for row in LAYOUTS if row in rows]),
        "threads": with_threads(rows),
    }


# ---- what docs/performance.md shows ---------------------------------------------------------------------------------


def copying_table(results: dict[str, Any]) -> str:
    out, place = (results["copying"][way] for way in ("out", "in place"))
    names = {"copying": "`np.copyto`; in place `np.negative`"}
    lines = []
    for row in out:
        speeds = [f"{out[row] / 1e3:.1f}", f"{out['copying'] / out[row]:.2f}"]
        speeds += [f"{place[row] / 1e3:.1f}", f"{place['copying'] / place[row]:.2f}"]
        lines.append([names.get(row, f"`{row}`"), *speeds])
    header = ["16,777,216 float32", "ms", "speed of copying", "in place, ms", "speed of negating"]
    return markdown(header, lines)


def layouts_table(results: dict[str, Any]) -> str:
    found = results["layouts"]
    return markdown(
        ["4,194,304 float32", *(f"`{row}`, ms" for row in found)],
        [[name, *(f"{times[name] / 1e3:.1f}" for times in found.values())] for name in next(iter(found.values()), {})],
    )


def gains(results: dict[str, Any], size: str) -> dict[str, float]:
    """How many times as fast two threads are, by row."""
    return {row: times["1"] / times["2"] for row, times in results["threads"][size].items()}


def threads_table(results: dict[str, Any]) -> str:
    lines = []
    for size in results["threads"]:
        found = gains(results, size)
        low = min(found, key=lambda row: found[row])
        values = [statistics.median(found.values()), found[low]]
        lines.append([f"{int(size):,}", f"{values[0]:.2f}", f"{values[1]:.2f} (`{low}`)"])
        lines[-1].append(f"{sum(gain >= 1.7 for gain in found.values())} of {len(found)}")
    found = results["config"]
    return f"""{markdown(["float32 numbers", "two threads, median gain", "least gain", "rows with 1.7 or more"], lines)}

{found["cpu"]}, {found["isa"]}, Python {found["python"]}, NumPy {found["numpy"]}; by `python bench/memory.py`."""


TABLES = {"copying": copying_table, "layouts": layouts_table, "threads": threads_table}


def page(results: dict[str, Any], text: str) -> str:
    for part, marker in MARKERS.items():
        text = between(text, marker, TABLES[part](results))
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", nargs="+", choices=list(ak.ACTIVATIONS), default=list(ak.ACTIVATIONS))
    rows = parser.parse_args().rows
    results = measure(rows)
    if rows == list(ak.ACTIVATIONS):
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(page(results, PAGE.read_text()))
    else:
        print(*(table(results) for table in TABLES.values()), sep="\n\n")


if __name__ == "__main__":
    main()
