"""From how many elements on two threads beat one, for rows of different cost.

    python bench/thresholds.py          # a table, and bench/results/thresholds.json; about a minute

The engine's thresholds come from here: what is found hot, in bytes. A call counts as `hot` if it follows the one
before at once, so that the other thread is awake, and as `cold` if that has had time to fall asleep. The machine
should have nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np

import actkernels as ak
from actkernels import _engine
from actkernels.config import config

RESULTS = Path(__file__).resolve().parent / "results" / "thresholds.json"
CLASSES = {"cheap": "relu", "middle": "logistic", "expensive": "phish"}
COUNTS = [2 ** (power // 2) * (3 if power % 2 else 2) // 2 for power in range(24, 43)]  # 4096, 6144, ..., 2 million
GAIN = 1.05
IDLE = {"hot": 0, "cold": 0.0003}  # seconds between calls
SECONDS = 0.3  # for each figure


def microseconds(name: str, count: int, idle: float) -> tuple[float, float]:
    """The median time of a call with one thread and with two, taken by turns."""
    activation = ak.get(name)
    x = np.random.default_rng(0).standard_normal(count).astype(np.float32)
    out, times = np.empty_like(x), ([], [])
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times[1]) < 20:
        for threads in (1, 2):
            with ak.threads(threads):
                activation(x, out=out)
                for _ in range(5):
                    if idle:
                        time.sleep(idle)
                    start = time.perf_counter()
                    activation(x, out=out)
                    times[threads - 1].append(time.perf_counter() - start)
    return statistics.median(times[0]) * 1e6, statistics.median(times[1]) * 1e6


def threshold(ratios: dict[int, float]) -> int | None:
    """The smallest count from which on two threads always win."""
    found = None
    for count in sorted(ratios, reverse=True):
        if ratios[count] < GAIN:
            break
        found = count
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    before = _engine.share_and_stream_from((0, 0, 0), 16 << 20)
    measured: dict[str, dict] = {}
    try:
        for cost, name in CLASSES.items():
            for state, idle in IDLE.items():
                times = {count: microseconds(name, count, idle) for count in COUNTS}
                ratios = {count: one / two for count, (one, two) in times.items()}
                found = threshold(ratios)
                measured.setdefault(cost, {"row": name})[state] = {"from": found, "microseconds": times}
                print(f"\n{cost} ({name}), {state}: two threads win from {found or 'nowhere'} elements on")
                for count, (one, two) in times.items():
                    print(f"{count:10,} {one:10.1f} us alone {two:10.1f} us with two {one / two:6.2f}")
    finally:
        _engine.share_and_stream_from(*before)
    arguments.output.parent.mkdir(exist_ok=True)
    arguments.output.write_text(json.dumps({"config": config(), "gain": GAIN, "classes": measured}, indent=1) + "\n")


if __name__ == "__main__":
    main()
