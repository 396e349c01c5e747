"""Training with Activation_layer: time of forward and backward beside PyTorch, memory, and what a small call costs.

    python bench/layer.py                       # bench/results/layer.json and the table of docs/performance.md
    python bench/layer.py --rows relu --threads 1

Images of (64, 112, 112, 32) float32, a hundred megabytes, go forward and back; so does `torch.nn.functional`, with
autograd. Both alternate, and the first passes, which make the arrays, do not count. Memory is what a process of its own
needs at most beyond what it had with the input and the delta made. Needs ``pip install 'actkernels[peers]'``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import timeit
from pathlib import Path
from typing import Any

import numpy as np
from numpynet import cpu_name
from pages import between, markdown

import actkernels as ak
from actkernels.config import config

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "layer.json"
PAGE = ROOT / "docs" / "performance.md"
MARKER = "bench/layer.py"
SHAPE = (64, 112, 112, 32)
ROWS = {  # names in torch.nn.functional
    "relu": "relu",
    "leaky_relu": "leaky_relu",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "gelu": "gelu",
    "silu": "silu",
    "mish": "mish",
    "elu": "elu",
    "selu": "selu",
    "softplus": "softplus",
    "softsign": "softsign",
    "hard_swish": "hardswish",
}
REPEATS = 7


def images(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(SHAPE, dtype=np.float32)


def training_times(row: str, threads: int) -> dict[str, float]:
    """Milliseconds of forward and backward together: ours and PyTorch's."""
    import torch

    torch.set_num_threads(threads)
    x, delta, received = images(0), images(1), np.zeros(SHAPE, np.float32)
    own = delta.copy()
    tensor, tensor_delta = torch.from_numpy(x).requires_grad_(), torch.from_numpy(delta)
    function = getattr(torch.nn.functional, ROWS[row])
    layer = ak.Activation_layer(activation=row)

    def ours() -> None:
        layer.forward(x)
        layer.delta = own
        layer.backward(received)

    def theirs() -> None:
        tensor.grad = None
        function(tensor).backward(tensor_delta)

    times: dict[str, list[float]] = {"ours": [], "torch": []}
    with ak.threads(threads):
        for _ in range(REPEATS + 2):
            for name, step in (("ours", ours), ("torch", theirs)):
                np.copyto(own, delta)  # which a backward pass multiplies
                start = time.perf_counter()
                step()
                times[name].append(time.perf_counter() - start)
    return {name: round(statistics.median(found[2:]) * 1e3, 2) for name, found in times.items()}


def most_memory() -> int:
    """The most memory that this process has had, in kilobytes; Linux keeps account of it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def peak(row: str) -> None:
    """Print the megabytes that training takes at most, of which the output is one part; run alone in a process."""
    x, delta, own = images(0), images(1), images(1)
    before = most_memory()
    layer = ak.Activation_layer(activation=row)
    for _ in range(3):
        layer.forward(x)
        layer.delta = own
        layer.backward(delta)
    print((most_memory() - before) / 1024)


def small_calls() -> dict[str, float]:
    """Nanoseconds of calls for 64 numbers: ``np.tanh``, ours, and forward and backward of a layer."""
    x = np.random.default_rng(0).standard_normal((1, 4, 4, 4), dtype=np.float32)
    y, delta, own = np.empty_like(x), np.ones_like(x), np.ones_like(x)
    layer = ak.Activation_layer(activation="gelu")

    def train() -> None:
        layer.forward(x)
        layer.delta = own
        layer.backward(delta)

    names = {"np": np, "ak": ak, "x": x, "y": y, "train": train}
    calls = ("np.tanh(x, out=y)", "ak.tanh(x, out=y)", "ak.relu(x, out=y)", "ak.gelu(x, out=y)", "train()")
    return {
        call: round(min(timeit.repeat(call, globals=names, number=20_000, repeat=9)) / 20_000 * 1e9, 1)
        for call in calls
    }


def measure(rows: list[str], threads: list[int]) -> dict[str, Any]:
    import torch

    times = {f"{row} {count}": training_times(row, count) for row in rows for count in threads}
    command = [sys.executable, __file__, "--peak"]
    memory = {row: float(subprocess.check_output([*command, row], cwd=ROOT / "bench")) for row in ("relu", "gelu")}
    return {
        "config": config() | {"cpu": cpu_name(), "torch": torch.__version__},
        "times": times,
        "megabytes": {row: round(value, 1) for row, value in memory.items()},
        "small": small_calls(),
    }


def table(results: dict[str, Any]) -> str:
    """What docs/performance.md shows."""
    found, small = results["config"], results["small"]
    threads = sorted({int(key.split()[1]) for key in results["times"]})
    header = ["activation", *(f"ours, {count} thread{'s' * (count > 1)}" for count in threads)]
    header += [f"PyTorch, {count}" for count in threads] + [f"ratio, {count}" for count in threads]
    lines = []
    for row in dict.fromkeys(key.split()[0] for key in results["times"]):
        cells = [results["times"][f"{row} {count}"] for count in threads]
        lines.append([f"`{row}`", *(f"{c['ours']:.1f}" for c in cells), *(f"{c['torch']:.1f}" for c in cells)])
        lines[-1] += [f"{c['torch'] / c['ours']:.1f}" for c in cells]
    size = np.prod(SHAPE) * 4 / 2**20
    return f"""{markdown(header, lines)}

Milliseconds of forward and backward on {" x ".join(map(str, SHAPE))} float32 ({size:.0f} MB), repeated. Beyond
the input and the two deltas training takes {results["megabytes"]["relu"]:.0f} MB, which is the output.

For 64 numbers `ak.relu(x, out=y)` takes {small["ak.relu(x, out=y)"]:.0f} ns, `ak.tanh`
{small["ak.tanh(x, out=y)"]:.0f}, `np.tanh` {small["np.tanh(x, out=y)"]:.0f}, a layer's forward and backward
{small["train()"] / 1e3:.1f} us.

{found["cpu"]}, {found["isa"]}, Python {found["python"]}, NumPy {found["numpy"]}, PyTorch {found["torch"]}; by
`python bench/layer.py`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--peak", metavar="NAME", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        peak(arguments.peak)
        return
    results = measure(arguments.rows, arguments.threads)
    if arguments.rows == list(ROWS):
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(between(PAGE.read_text(), MARKER, table(results)))
    else:
        print(table(results))


if __name__ == "__main__":
    main()
