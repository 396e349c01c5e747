"""Choose the CPU level: ask the CPU first, import the kernels after.

A kernel module that this machine cannot run is never imported, and of those that it can, only the chosen one is.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from types import ModuleType

from actkernels import _cpu, _engine
from actkernels.catalogue import ROWS

_chosen = ""


def available_isas() -> tuple[str, ...]:
    """CPU levels that were built and that this machine runs, best first.

    Returns
    -------
    tuple of str
        Of ``"x86_64_v4"`` (AVX-512), ``"x86_64_v3"`` (AVX2 and FMA) and ``"baseline"``.

    Examples
    --------
    >>> import actkernels as ak
    >>> "baseline" in ak.available_isas()
    True
    """
    return tuple(level for level in _cpu.supported() if importlib.util.find_spec(f"actkernels._kernels_{level}"))


def get_isa() -> str:
    """The CPU level whose kernels are in use.

    Returns
    -------
    str
        One of `available_isas`.

    Examples
    --------
    >>> import actkernels as ak
    >>> ak.get_isa() in ak.available_isas()
    True
    """
    return _chosen


def set_isa(name: str) -> None:
    """Use the kernels of another CPU level, from the next call on.

    The environment variable ``ACTKERNELS_ISA`` does the same at import.

    Parameters
    ----------
    name : str
        One of `available_isas`.

    Raises
    ------
    ValueError
        If there is no such level here; the message lists those that there are.

    Examples
    --------
    >>> import actkernels as ak
    >>> ak.set_isa(ak.available_isas()[0])
    >>> ak.set_isa("x86_64_v9")
    Traceback (most recent call last):
    ...
    ValueError: CPU level 'x86_64_v9' is not available; available here are: ...
    """
    global _chosen
    if name not in (levels := available_isas()):
        raise ValueError(f"CPU level {name!r} is not available; available here are: {', '.join(levels)}")
    _engine.use_kernels(kernels_of(name).kernels)
    _chosen = name


def kernels_of(level: str) -> ModuleType:
    """Import the kernel module of an available level."""
    module = importlib.import_module(f"actkernels._kernels_{level}")
    if module.row_names != tuple(row.name for row in ROWS):
        raise ImportError(
            f"{module.__file__} was built for another catalogue than {__package__}/catalogue.py:"
            " build the package again"
        )
    return module


def choose_isa() -> None:
    """Use what ``ACTKERNELS_ISA`` names, else the best level there is."""
    wanted = os.environ.get("ACTKERNELS_ISA")
    _engine.know_processor(*_cpu.processor())
    try:
        set_isa(wanted or available_isas()[0])
    except ValueError as error:
        raise ValueError(f"environment variable ACTKERNELS_ISA: {error}") from None
