"""Activates and back-propagates an array on disk, chunk by chunk, with memory for a few chunks only.

    pip install 'actkernels[large]'
    python examples/larger_than_memory.py                                   # 64 MB, seconds
    python examples/larger_than_memory.py --gigabytes 40 --folder /scratch  # more than there is memory

Three Zarr arrays of float32 are made in the folder: the input ``x``, the output ``y`` and the delta, which becomes the
gradient with respect to the input. Dask reads, computes and writes chunk by chunk in a few threads, each of which holds
a handful of chunks at a time. Compare the peak that is printed with the size of the arrays.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import zarr
from dask.diagnostics import ProgressBar

import actkernels as ak


def peak_memory():
    """Megabytes of memory that this process has held at most, or None."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def store(array, folder, name):
    """Compute a Dask array into a Zarr array, a chunk at a time, and return it as it lies there."""
    path = str(folder / f"{name}.zarr")
    target = zarr.open_array(path, mode="w", shape=array.shape, chunks=array.chunksize, dtype=array.dtype)
    print(f"{name:>5}: ", end="", flush=True)
    with ProgressBar(dt=0.5):
        da.store(array, target, lock=False)
    return da.from_zarr(path)


def run(folder, rows, columns=1024, chunk_rows=1024, activation="gelu", workers=2):
    """Forward and backward; returns the three arrays as they lie on disk."""
    kernel = ak.get(activation)
    chunks = (chunk_rows, columns)
    threads = ak.get_num_threads()
    ak.set_num_threads(1)  # Dask's threads share the processors already
    try:
        with dask.config.set(scheduler="threads", num_workers=workers):
            random = da.random.default_rng(0)
            x = store(random.standard_normal((rows, columns), chunks=chunks, dtype=np.float32), folder, "x")
            y = store(kernel(x), folder, "y")
            delta = da.ones((rows, columns), chunks=chunks, dtype=np.float32)
            saved = {"y": y} if kernel.saves == "output" else {"x": x}
            return x, y, store(kernel.backward(delta, **saved), folder, "delta")
    finally:
        ak.set_num_threads(threads)


def main(arguments=None):
    """What the command does."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=0.064, help="size of each of the three arrays")
    parser.add_argument("--chunk-rows", type=int, default=1024, help="of 1024 numbers, so 4 MB a chunk by default")
    parser.add_argument("--activation", default="gelu")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="by default a temporary one, which is removed")
    given = parser.parse_args(arguments)
    folder = given.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    rows = max(1, round(given.gigabytes * 1e9 / 4096))
    before = peak_memory()
    try:
        begin = time.perf_counter()
        arrays = run(folder, rows, chunk_rows=given.chunk_rows, activation=given.activation, workers=given.workers)
        seconds = time.perf_counter() - begin
        size = sum(array.nbytes for array in arrays) / 1e6
        print(f"{size:.0f} MB of arrays in {seconds:.1f} s")
        if before is not None:
            print(f"memory: {before:.0f} MB when the modules were imported, {peak_memory():.0f} MB at most")
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
