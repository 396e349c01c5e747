"""What it takes to run a trained network with PyTorch, and with NumPy and actkernels: installed size, import, calls.

    pip install 'actkernels[torch]'
    python bench/inference.py

Sizes are those of the files that the packages and what they require have installed. Each import is the median of seven
fresh processes that have read the files before. The network has layers of 64, 256, 256 and 10 with gelu between them,
float32; a call is a forward pass, the two alternate in one process with one thread each, and the median is given.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported

import numpy as np
from numpynet import cpu_name

import actkernels as ak

BATCHES = (1, 32, 1024)


def requirements(name, seen):
    """The distribution and all that it requires, as far as they are installed."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return
    if distribution.name in seen:
        return
    seen[distribution.name] = distribution
    for requirement in distribution.requires or ():
        if "extra ==" not in requirement:
            requirements(re.match(r"[\w.-]+", requirement)[0], seen)


def size(*names):
    """Megabytes of files of some distributions and their requirements."""
    seen = {}
    for name in names:
        requirements(name, seen)
    total = 0
    for name, distribution in seen.items():
        if name == "actkernels":  # which may be a checkout
            files = Path(ak.__file__).parent.rglob("*")
        else:
            files = (Path(distribution.locate_file(file)) for file in distribution.files or ())
        total += sum(file.stat().st_size for file in files if file.is_file() and "__pycache__" not in file.parts)
    return total / 1e6


def importing(modules, processes=7):
    """Milliseconds until a fresh process has imported some modules."""
    program = f"import time\nbegin = time.perf_counter()\nimport {modules}\nprint(time.perf_counter() - begin)"
    runs = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(processes + 1)
    ]
    return 1e3 * statistics.median(runs[1:])


def calls():
    """Microseconds of a forward pass by either, for each size of the batch."""
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
    ak.set_num_threads(1)
    linear, gelu = torch.nn.Linear, torch.nn.GELU
    model = torch.nn.Sequential(linear(64, 256), gelu(), linear(256, 256), gelu(), linear(256, 10)).eval()
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}

    def forward(x):
        for layer in ("0", "2"):
            x = x @ weights[f"{layer}.weight"].T
            x += weights[f"{layer}.bias"]
            ak.gelu(x, out=x)
        return x @ weights["4.weight"].T + weights["4.bias"]

    def theirs(x):
        with torch.inference_mode():
            return model(torch.from_numpy(x)).numpy()

    for batch in BATCHES:
        x = np.random.default_rng(batch).normal(size=(batch, 64)).astype(np.float32)
        np.testing.assert_allclose(forward(x), theirs(x), rtol=1e-4, atol=1e-5)
        times = {theirs: [], forward: []}
        for _ in range(300):
            for function, runs in times.items():
                begin = time.perf_counter()
                function(x)
                runs.append(time.perf_counter() - begin)
        yield batch, *(1e6 * statistics.median(runs) for runs in times.values())


def main():
    print("| | PyTorch | NumPy and actkernels |")
    print("|---|---:|---:|")
    print(f"| installed, MB | {size('torch', 'numpy'):.0f} | {size('actkernels', 'numpy'):.0f} |")
    print(f"| import, ms | {importing('torch'):.0f} | {importing('numpy, actkernels'):.0f} |")
    for batch, theirs, ours in calls():
        print(f"| forward pass of {batch}, µs | {theirs:.0f} | {ours:.0f} |")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "numpy", "actkernels"))
    print(f"\n{cpu_name()}, CPU level {ak.get_isa()}, one thread; Python {platform.python_version()}, {versions}.")


if __name__ == "__main__":
    main()
