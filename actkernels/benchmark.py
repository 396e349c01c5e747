"""How fast the activations are here: what ``python -m actkernels bench`` measures and prints."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from actkernels.activation import ACTIVATIONS, Activation
from actkernels.config import config

SIZE = 150_000
"""Elements by default: the layer's (5, 100, 100, 3), which fit an L2 cache."""

_SAMPLE = 2e-3  # seconds that calls are repeated for, so that the clock is precise
_SAMPLES = 7


def nanoseconds(call: Callable[[], Any], size: int) -> float:
    """The median time of a call for each of `size` elements, after one to warm up.

    Parameters
    ----------
    call : callable
        Without arguments.
    size : int
        Elements that a call computes.

    Returns
    -------
    float
        Nanoseconds for each element.
    """
    start = time.perf_counter()
    call()
    repeats = max(1, int(_SAMPLE / max(time.perf_counter() - start, 1e-7)))
    times = []
    for _ in range(_SAMPLES):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) / repeats / size * 1e9


def measure(activations: Iterable[Activation], dtype: str, size: int) -> Iterator[dict[str, Any]]:
    """Time activations over numbers of the standard normal distribution.

    Parameters
    ----------
    activations : iterable of Activation
        Which ones, with their parameters.
    dtype : {"float16", "float32", "float64"}
        Of the arrays.
    size : int
        Elements of an array.

    Yields
    ------
    dict
        The name, and the nanoseconds that an element takes: ``forward`` into an array that is there, ``backward`` in
        place.

    Examples
    --------
    >>> import actkernels as ak
    >>> from actkernels import benchmark
    >>> [found] = benchmark.measure([ak.relu], "float32", 1000)
    >>> found["name"], found["forward"] > 0
    ('relu', True)
    """
    x = np.random.default_rng(0).standard_normal(size).astype(dtype)
    out, ones = np.empty_like(x), np.ones_like(x)
    delta = ones.copy()

    def backward(activation: Activation) -> None:
        delta[...] = ones  # or repeated products would leave the numbers that are normal
        activation.backward(delta, x=x, out=delta)

    refill = nanoseconds(lambda: np.copyto(delta, ones), size)
    for activation in activations:
        yield {
            "name": activation.name,
            "forward": nanoseconds(partial(activation, x, out=out), size),
            "backward": max(0.0, nanoseconds(partial(backward, activation), size) - refill),
        }


def run(activations: Iterable[Activation] | None, dtype: str, size: int) -> dict[str, Any]:
    """Measure, with a line of progress where somebody sees it.

    Parameters
    ----------
    activations : iterable of Activation or None
        None stands for all.
    dtype, size
        As for `measure`.

    Returns
    -------
    dict
        The machine and versions, what was measured, the times of copying and of NumPy's tanh, and those of each
        activation: plain strings, numbers and lists, fit for JSON.
    """
    chosen = list(ACTIVATIONS.values() if activations is None else activations)
    x = np.random.default_rng(0).standard_normal(size).astype(dtype)
    out = np.empty_like(x)
    found = {
        "config": config(),
        "dtype": dtype,
        "size": size,
        "copy": nanoseconds(lambda: np.copyto(out, x), size),
        "numpy_tanh": nanoseconds(lambda: np.tanh(x, out=out), size),
    }
    rows = []
    for number, row in enumerate(measure(chosen, dtype, size), 1):
        rows.append(row)
        _progress(f"{number} of {len(chosen)}: {row['name']}")
    _progress("")
    return found | {"activations": rows}


def table(found: dict[str, Any]) -> str:
    """What `run` found, for people.

    Parameters
    ----------
    found : dict
        From `run`.

    Returns
    -------
    str
        Lines of text.
    """
    about = found["config"]
    lines = [
        f"{found['dtype']}, {found['size']:,} elements, nanoseconds an element"
        f" ({about['isa']}, {about['threads']} threads, NumPy {about['numpy']})",
        "",
        f"{'activation':18} {'forward':>8} {'backward':>8}",
        *(f"{row['name']:18} {row['forward']:8.3f} {row['backward']:8.3f}" for row in found["activations"]),
        "",
        f"{'copying':18} {found['copy']:8.3f}",
        f"{'numpy.tanh':18} {found['numpy_tanh']:8.3f}",
    ]
    return "\n".join(lines)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:40}", end="" if text else "\r", file=sys.stderr, flush=True)
