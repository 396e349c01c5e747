"""Speed beside PyTorch, JAX, ONNX Runtime, SciPy, NumPy, numexpr, Numba, thinc and NumPyNet's expressions.

    python bench/peers.py                                  # the headline rows: about 50 minutes on two cores
    python bench/peers.py --threads 2                      # those with two threads: about 40 minutes
    python bench/peers.py --rows tanh gelu --threads 1     # some cells; the others stay as they were measured
    python bench/peers.py --resume                         # only cells that were not measured yet
    python bench/peers.py --quick                          # a few cells, small sizes, seconds; nothing is written
    python bench/peers.py --docs                           # write docs/speed.md and its charts from the results

A cell is an activation, a dtype, a pass, a size and a number of threads. What is called is in bench/timed.py. Ours and
theirs take turns in one process for each number of threads, which is bound to as many processors, in another order each
round. A turn begins when no thread of the library before computes any more, which it does for up to 50 ms while it
waits for work. Then calls that are not counted wake the library, 3 ms of them, with several threads 60: so long the
system may take until it moves a thread away from the processor of the one that calls. The turn gives the median of what
follows, and a cell the median of its turns, five, or three for the largest arrays.

Inputs are N(0, 1), in a ring of arrays. Deltas and what is computed in place are filled again before each turn of the
ring, counted or not, so that each is multiplied once, nothing drifts, and data are as near as filling leaves them. The
first array of the ring is not counted: while the others are filled, threads fall asleep.

A cell is measured again, after a pause, if other processes had more than a twentieth of a processor meanwhile. One of
the others that takes more than four times as long as the fastest is soon asked no more. One whose result is not that of
ours, roughly, is left out, and so is one that lacks the function, the type or the pass. The largest arrays are not
given to those that take more than eight times as long for the size before, but to PyTorch.

Measuring needs ``pip install 'actkernels[peers]'``, and leaves out what is not there.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import libraries
import numpy as np
import timed
from numpynet import cpu_name

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "peers.json"

DTYPES = ("float32", "float64", "float16", "bfloat16")
SIZES = (64, 4_096, 150_000, 16_777_216)
THREADS = (1, 2)
QUICK = {"rows": ["relu", "tanh", "gelu"], "dtypes": ["float32"], "sizes": [64, 4_096], "threads": [1]}
AXES = ("rows", "dtypes", "passes", "sizes", "threads", "peers")

LARGE = 2**22
HOPELESS, GIVEN_UP = 8.0, 4.0
DISTURBED, ATTEMPTS, PATIENCE = 0.05, 3, 5  # processors that others have, measurements of a cell, seconds between
WINDOW, IDLE = 0.01, 0.001  # seconds; the system counts what runs on another processor every 4 milliseconds
SAMPLE, WARM, WARM_THREADS = 2_000_000, 3_000_000, 60_000_000  # nanoseconds
TOLERANCE = {"float32": 1e-3, "float64": 1e-3, "float16": 1e-2, "bfloat16": 5e-2}  # of another function, not of errors
CORNERS = 1e-3  # of the numbers may lie where the function has a corner, at which each chooses its gradient
SECONDS = {1: (0.5, 2.5), 2: (2.5, 5.5)}  # that a cell takes, roughly, by threads: up to 150,000 elements, and more
MARK = "cell: "

Cell = tuple[str, str, str, int, int]


def name(cell: Cell) -> str:
    """The key of a cell: ``gelu float32 out 4096 1``."""
    return " ".join(map(str, cell))


# ---- in the process that measures -----------------------------------------------------------------------------


@functools.lru_cache(maxsize=3)
def normal(dtype: str, size: int, seed: int) -> tuple[np.ndarray, ...]:
    """A ring of inputs or deltas."""
    generator = np.random.default_rng(seed)
    ring = 2 if size >= LARGE else min(32, max(4, 2**15 // size))
    return tuple(generator.standard_normal(size, dtype=np.float32).astype(dtype) for _ in range(ring))


@functools.lru_cache(maxsize=1)
def buffers(dtype: str, size: int) -> list[timed.Slot]:
    """x, y, d and t for each place in the ring; all but x are filled later."""
    return [(x, np.empty_like(x), np.empty_like(x), np.empty_like(x)) for x in normal(dtype, size, 1)]


def settle() -> None:
    """Wait until no thread of this process computes: those of the library before wait in a loop, up to 50 ms."""
    for _ in range(20):
        before = time.process_time()
        time.sleep(WINDOW)
        if time.process_time() - before < IDLE:
            return


class Contender:
    """One side of a cell, ready to run."""

    def __init__(self, side: timed.Side, cell: Cell, fill: Callable[[], None]) -> None:
        row, dtype, self.which, size, self.count = cell
        self.side, self.fill, self.arrays = side, fill, buffers(dtype, size)
        statement = side.statement(row, self.which, dtype) if dtype in side.dtypes else None
        if statement is None:
            raise LookupError(f"{side.title} has no {row}")
        self.run = timed.loop(*statement)
        fill()
        self.slots = [side.slot(arrays, self.which) for arrays in self.arrays]

    def nanoseconds(self) -> float:
        """One turn: median time of a call."""
        settle()
        spent, times = 0, []
        warm = time.perf_counter_ns() + (WARM_THREADS if self.count > 1 else WARM)
        with self.side.threads(self.count):
            while spent < SAMPLE:
                self.fill()
                first, *slots = self.slots = self.side.renew(self.slots, self.arrays, self.which)
                self.run([first])  # filling takes so long that threads may sleep again
                start = time.perf_counter_ns()
                self.run(slots)
                taken = time.perf_counter_ns() - start
                if start > warm:
                    spent += taken
                    times.append(taken / len(slots))
        return statistics.median(times)

    def result(self) -> Any:
        """What it computes for the last slot; this compiles what has to be compiled."""
        with self.side.threads(self.count):
            self.fill()
            self.slots = self.side.renew(self.slots, self.arrays, self.which)
            value = self.run(self.slots)
            return self.side.result(value, self.slots[-1], self.which)


def filling(cell: Cell) -> Callable[[], None]:
    """A function that makes y and d what the pass begins with; thinc's works in the y that it is given."""
    row, dtype, which, size, _ = cell
    arrays = buffers(dtype, size)
    if which == "backward":
        outputs = [ak.ACTIVATIONS[row](x) for x, _y, _d, _t in arrays]
        pairs = [(y, output) for (_x, y, _d, _t), output in zip(arrays, outputs, strict=True)]
        for x, _y, _d, t in arrays:
            t[:] = np.exp(-np.abs(x))
        pairs += [(d, delta) for (_x, _y, d, _t), delta in zip(arrays, normal(dtype, size, 2), strict=True)]
    else:  # those that work in place begin with x
        pairs = [(y, x) for x, y, _d, _t in arrays]

    def fill() -> None:
        for target, source in pairs:
            np.copyto(target, source)

    return fill


def measure(cell: Cell, peers: dict[str, timed.Side]) -> dict[str, float]:
    """Median time of a call in nanoseconds, ours first."""
    dtype, size = cell[1], cell[3]
    fill = filling(cell)
    contenders = {"ours": Contender(timed.Side(), cell, fill)}
    expected = contenders["ours"].result()
    for key, side in peers.items():
        try:
            contender = Contender(side, cell, fill)
            found = contender.result()
        except LookupError:
            continue
        except Exception as error:  # the many ways to lack a type
            print(f"{name(cell)}: {side.title}: {' '.join(str(error).split())[:110]}", flush=True)
            continue
        if found is not None:
            other = ~np.isclose(found, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
            if np.mean(other) > CORNERS:
                worst = np.max(np.abs(found - expected))
                print(f"{name(cell)}: {side.title} gives something else, up to {worst:.3g} off", flush=True)
                continue
        contenders[key] = contender
    samples: dict[str, list[float]] = {key: [] for key in contenders}
    rounds, trial = (5, 2) if size < LARGE else (3, 1)
    order = random.Random(0)
    for done in range(rounds):
        keys = list(contenders)
        order.shuffle(keys)
        for key in keys:
            samples[key].append(contenders[key].nanoseconds())
        if done + 1 >= trial:
            limit = GIVEN_UP * min(map(min, samples.values()))
            contenders = {key: it for key, it in contenders.items() if key == "ours" or min(samples[key]) < limit}
    times: dict[str, float] = {}
    for key, found in samples.items():
        library = key.partition(" ")[0]  # which may be there in two ways
        times[library] = min(float(f"{statistics.median(found):.4g}"), times.get(library, math.inf))
    return times


def used_by_others() -> float:
    """Seconds that other processes have had on all processors, where the system tells."""
    try:
        user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    except OSError:
        return 0.0
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK") - time.process_time()


def share_of_others(work: Callable[[], Any]) -> tuple[Any, float]:
    """What a piece of work gives, and how many processors others had meanwhile."""
    start, used = time.perf_counter(), used_by_others()
    given = work()
    return given, (used_by_others() - used) / (time.perf_counter() - start)


def undisturbed(cell: Cell, peers: dict[str, timed.Side], most: int) -> dict[str, float]:
    """A cell, measured while other processes have next to nothing; failing that, the best of `most` attempts."""
    attempts: list[tuple[dict[str, float], float]] = []
    while not attempts or (attempts[-1][1] >= DISTURBED and len(attempts) < most):
        for _ in range(PATIENCE if attempts else 0):
            if share_of_others(lambda: time.sleep(1))[1] < DISTURBED:
                break
        attempts.append(share_of_others(lambda: measure(cell, peers)))
    times, share = min(attempts, key=lambda attempt: attempt[1])
    if share >= DISTURBED:
        print(f"{name(cell)}: others had {share:.2f} processors meanwhile", flush=True)
    return times


def hopeless(key: str, cell: Cell, found: dict[Cell, dict[str, float]]) -> bool:
    """Whether a peer was so slow before that the largest arrays would only take time."""
    row, dtype, which, size, threads = cell
    before = found.get((row, dtype, which, SIZES[-2], threads), {})
    return size >= LARGE and key in before and key != "torch" and before[key] > HOPELESS * min(before.values())


def child(cells: list[Cell], wanted: list[str], threads: int, attempts: int) -> None:
    """Measure, and write what was found to the parent."""
    if hasattr(os, "sched_setaffinity"):  # what JAX goes by
        processors = sorted(os.sched_getaffinity(0))[:threads]
        if len(processors) < threads:
            raise SystemExit(f"bench/peers.py: {threads} threads need as many processors; here are {len(processors)}")
        os.sched_setaffinity(0, processors)
    with contextlib.suppress(ImportError):
        import ml_dtypes  # noqa: F401  # without which NumPy does not know bfloat16
    limits = ("OMP_NUM_THREADS", "NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS")
    os.environ.update(dict.fromkeys(limits, str(threads)))
    libraries.THREADS = threads
    peers = dict(timed.peers(tuple(wanted)))
    versions = {"Python": platform.python_version(), "actkernels": ak.__version__, "numpy": np.__version__}
    for side in peers.values():
        versions |= side.versions()
    print(MARK + json.dumps({"versions": versions}), flush=True)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found: dict[Cell, dict[str, float]] = {}
        for cell in cells:
            asked = {key: side for key, side in peers.items() if not hopeless(key, cell, found)}
            found[cell] = undisturbed(cell, asked, attempts)
            print(MARK + json.dumps({"cell": name(cell), "times": found[cell]}), flush=True)


# ---- in the process that is called ----------------------------------------------------------------------------


def ask(cells: list[Cell], wanted: list[str], threads: int, attempts: int) -> Iterator[dict[str, Any]]:
    """What a process with this number of threads finds."""
    command = [sys.executable, __file__, "--child"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([cells, wanted, threads, attempts]))
    process.stdin.close()
    for line in process.stdout:
        if line.startswith(MARK):
            yield json.loads(line.removeprefix(MARK))
        else:
            print(line, end="", file=sys.stderr)
    if process.wait():
        raise SystemExit(f"bench/peers.py: the measurement with {threads} threads failed")


@contextlib.contextmanager
def progress(total: float) -> Iterator[Callable[[float, str], None]]:
    """A bar with the time that is left; without rich, or without a terminal, nothing."""
    try:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    except ImportError:
        yield lambda step, text: None
        return
    columns = (BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}")) as bar:
        task = bar.add_task("", total=total)
        yield lambda step, text: bar.update(task, advance=step, description=text)


def seconds(cell: Cell) -> float:
    """What it takes, roughly, if nothing disturbs it."""
    return SECONDS[min(cell[4], 2)][cell[3] >= LARGE]


def fastest(times: dict[str, float]) -> str | None:
    """The peer that takes the least time."""
    return min((key for key in times if key != "ours"), key=times.__getitem__, default=None)


def save(results: dict[str, Any], path: Path) -> None:
    """As JSON, with a line for each cell."""
    head = json.dumps({key: value for key, value in results.items() if key != "cells"}, indent=1)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(times)}" for key, times in results["cells"].items())
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{head[:-2]},\n "cells": {{\n{lines}\n }}\n}}\n')


def begin(given: argparse.Namespace) -> dict[str, Any]:
    """Earlier results, if they are from the same machine."""
    machine = {"cpu": cpu_name(), "isa": ak.get_isa()}
    with contextlib.suppress(FileNotFoundError):
        if given.output:
            earlier = json.loads(given.output.read_text())
            if earlier["machine"] == machine:
                return earlier
    return {"machine": machine, "versions": {}, "cells": {}}


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Measure all cells that were asked for; each row is saved as it is finished."""
    results = begin(given) | {"note": given.note}
    cells = list(itertools.product(given.rows, given.dtypes, given.sizes, given.passes, given.threads))
    cells = [(row, dtype, which, size, threads) for row, dtype, size, which, threads in cells]
    if given.resume:
        cells = [cell for cell in cells if name(cell) not in results["cells"]]
    measured: dict[str, dict[str, float]] = {}
    total = sum(map(seconds, cells))
    print(f"{len(cells)} cells, about {total / 60:.0f} minutes", file=sys.stderr)
    with progress(total) as advance:
        for threads in given.threads:
            rest = [cell for cell in cells if cell[4] == threads]
            for found in ask(rest, given.peers, threads, 1 if given.quick else ATTEMPTS) if rest else ():
                if "versions" in found:
                    if results["versions"] != found["versions"] and not given.peers_chosen:
                        results["cells"] = {**measured} if results["versions"] else results["cells"]
                    results["versions"] |= found["versions"]
                    continue
                cell = rest.pop(0)
                measured[found["cell"]] = found["times"]
                earlier = results["cells"].get(found["cell"], {}) if given.peers_chosen else {}
                results["cells"][found["cell"]] = earlier | found["times"]
                advance(seconds(cell), found["cell"])
                if given.output and (not rest or rest[0][0] != cell[0]):
                    save(results, given.output)
    return {**results, "cells": measured}


def summary(cells: dict[str, dict[str, float]]) -> str:
    """A line for each cell, ratio first."""
    lines = [f"{'ratio':>6}  {'cell':36} {'ns/element':>10}  {'fastest peer':12} {'ns/element':>10}"]
    for cell, times in cells.items():
        size, peer = int(cell.split()[3]), fastest(times)
        if peer:
            lines.append(
                f"{times[peer] / times['ours']:6.2f}  {cell:36} {times['ours'] / size:10.4f}"
                f"  {peer:12} {times[peer] / size:10.4f}"
            )
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", choices=tuple(ak.ACTIVATIONS), metavar="ROW", help="default: 15 of them")
    parser.add_argument("--dtypes", nargs="+", choices=DTYPES)
    parser.add_argument("--passes", nargs="+", choices=timed.PASSES)
    parser.add_argument("--sizes", nargs="+", type=int, metavar="COUNT")
    parser.add_argument("--threads", nargs="+", type=int, metavar="COUNT")
    parser.add_argument("--peers", nargs="+", choices=tuple(timed.TITLES))
    parser.add_argument("--resume", action="store_true", help="only what was not measured yet")
    parser.add_argument("--quick", action="store_true", help="a few small cells; nothing is written")
    parser.add_argument("--docs", action="store_true", help="only write docs/speed.md and its charts")
    parser.add_argument("--note", default="", help="what the page should say of this measurement")
    parser.add_argument("--output", type=Path, help="default: bench/results/peers.json")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.output = given.output or (None if given.quick else RESULTS)
    return given


def main() -> None:
    given = arguments()
    if given.child:
        cells, *rest = json.load(sys.stdin)
        child([tuple(cell) for cell in cells], *rest)
    elif given.docs:
        import peers_report

        peers_report.write(json.loads((given.output or RESULTS).read_text()))
    else:
        given.peers_chosen = bool(given.peers)
        everything = (timed.HEADLINE, DTYPES, timed.PASSES, SIZES, THREADS, tuple(timed.TITLES))
        for axis, default in zip(AXES, everything, strict=True):
            chosen = getattr(given, axis) or (QUICK.get(axis) if given.quick else None)
            setattr(given, axis, list(chosen or default))
        print(summary(run(given)["cells"]))


if __name__ == "__main__":
    main()
