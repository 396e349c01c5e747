"""The version, and what is underneath."""

from __future__ import annotations

import contextlib
import platform
from pathlib import Path
from typing import Any

import numpy as np

from actkernels import dispatch, pool


def version() -> str:
    """Return the version, which stands in pyproject.toml alone: as installed, else as in the checkout that is used."""
    from importlib import metadata  # takes longer than the rest of the package: not at import

    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version("actkernels")
    import tomllib

    with contextlib.suppress(OSError, KeyError, tomllib.TOMLDecodeError):
        project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
        if project["name"] == "actkernels":
            return str(project["version"])
    return "unknown"


def config() -> dict[str, Any]:
    """Return the versions, the CPU levels there are and the one in use, the number of threads and what set it.

    Returns
    -------
    dict
        Plain strings, numbers and lists, fit for JSON.
    """
    return {
        "actkernels": version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "isa": dispatch.get_isa(),
        "available_isas": list(dispatch.available_isas()),
        "threads": pool.get_num_threads(),
        "threads_set_by": pool.set_by(),
    }


def show_config() -> None:
    """Print the versions, the CPU levels there are and the one in use, the number of threads and what set it.

    Examples
    --------
    >>> import actkernels as ak
    >>> ak.show_config()  # doctest: +ELLIPSIS
    actkernels      ...
    """
    for name, value in config().items():
        print(f"{name.replace('_', ' '):15} {', '.join(value) if isinstance(value, list) else value}")
