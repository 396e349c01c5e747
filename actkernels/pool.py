"""How many threads large arrays are computed with.

Results have the same bits for every number of threads. What decides, the first that there is:

1. ``with threads(n)``, for calls of the Python thread that entered it,
2. `set_num_threads`, for all calls of the process,
3. the environment variable ``ACTKERNELS_NUM_THREADS`` when the package is imported,
4. ``OMP_NUM_THREADS`` before the first large array; joblib and Dask set it for their workers,
5. the CPUs that this process may use: its affinity, or its control group's quota if that is less.

The threads are the package's own. They start with the first array that is worth it, sleep when there is nothing to
do, and end with the process; a forked child starts its own. While they work for one Python thread, the calls of
others compute alone: n callers make n + `get_num_threads` - 1 threads at most, not n times as many.
"""

from __future__ import annotations

import contextlib
import math
import operator
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from actkernels import _engine

VARIABLE = "ACTKERNELS_NUM_THREADS"

_set_by = ""


def get_num_threads() -> int:
    """How many threads a call may use here: the limit of this Python thread, else the process's number.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> import actkernels as ak
    >>> with ak.threads(1):
    ...     ak.get_num_threads()
    1
    """
    _know()
    return _engine.threads_here()


def set_num_threads(n: int) -> None:
    """Compute large arrays with up to `n` threads, in the whole process and from the next call on.

    Parameters
    ----------
    n : int
        At least 1, which means no other thread than the caller's. Numbers beyond 256 count as 256.

    Raises
    ------
    TypeError
        If `n` is no integer.
    ValueError
        If `n` is less than 1.

    See Also
    --------
    threads : the same for one Python thread and a time.

    Examples
    --------
    >>> import actkernels as ak
    >>> before = ak.get_num_threads()
    >>> ak.set_num_threads(2)
    >>> ak.get_num_threads()
    2
    >>> ak.set_num_threads(before)
    >>> ak.set_num_threads(0)
    Traceback (most recent call last):
    ...
    ValueError: the number of threads is at least 1, not 0
    """
    _set(_checked(n), "set_num_threads")


@contextlib.contextmanager
def threads(n: int) -> Iterator[None]:
    """Compute with up to `n` threads inside a ``with`` block, in calls of this Python thread alone.

    It may be nested, and decorates functions. Coroutines that take turns on one Python thread share its limit.

    Parameters
    ----------
    n : int
        As in `set_num_threads`, and with the same errors.

    Examples
    --------
    >>> import numpy as np
    >>> import actkernels as ak
    >>> with ak.threads(2):
    ...     y = ak.gelu(np.ones(1_000_000))
    >>> @ak.threads(1)
    ... def count():
    ...     return ak.get_num_threads()
    >>> count()
    1
    """
    before = _engine.limit_threads(_checked(n))
    try:
        yield
    finally:
        _engine.limit_threads(before)


def set_by() -> str:
    """What decided the number of threads: a function's or a variable's name, or a property of the machine."""
    _know()
    return "threads" if _engine.threads_here() != _engine.threads_of_process() else _set_by


def choose_num_threads() -> None:
    """Use what ``ACTKERNELS_NUM_THREADS`` says, if it says anything. Nothing else is looked at for now."""
    wanted = os.environ.get(VARIABLE, "").strip()
    if wanted:
        if not (wanted.isdecimal() and int(wanted)):
            raise ValueError(f"environment variable {VARIABLE}: the number of threads is at least 1, not {wanted!r}")
        _set(int(wanted), VARIABLE)


def _checked(n: int) -> int:
    try:
        number = operator.index(n)
    except TypeError:
        raise TypeError(f"the number of threads is an int of at least 1, not {type(n).__name__}") from None
    if number < 1:
        raise ValueError(f"the number of threads is at least 1, not {number}")
    return number


def _set(n: int, by: str) -> None:
    global _set_by
    _engine.set_threads(min(n, _engine.MAX_THREADS))
    _set_by = by


def _know() -> None:
    """Make sure that the process has a number, which it gets when it is first asked for."""
    if not _engine.threads_of_process():
        _set(*_default())


def _default() -> tuple[int, str]:
    first = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # of a list, one for each level of nesting
    if first.isdecimal() and int(first):
        return int(first), "OMP_NUM_THREADS"
    cpus = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    quota = _quota()
    return (cpus, "available CPUs") if quota >= cpus else (max(1, math.ceil(quota)), "CPU quota")


def _quota(proc: str = "/proc/self/cgroup", mount: str = "/sys/fs/cgroup") -> float:
    """CPUs that the control groups of this process grant it, of either version; infinity without a limit."""
    quotas = [math.inf]
    for line in (_read(Path(proc)) or "").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        folder = Path(mount, "cpu" if controllers else "", path.lstrip("/"))
        # limits of all groups around it hold; in a container its path may be seen from outside, and not exist here
        for group in (folder, *folder.parents)[: 1 + len(folder.relative_to(mount).parts)]:
            texts = ("cpu.cfs_quota_us", "cpu.cfs_period_us") if controllers else ("cpu.max",)
            with contextlib.suppress(ValueError, ZeroDivisionError):  # no such file, or "max"
                quota, period = map(int, " ".join(_read(group / text) for text in texts).split())
                quotas.append(quota / period if quota > 0 else math.inf)
    return min(quotas)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
