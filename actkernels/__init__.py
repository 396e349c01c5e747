"""Activation functions for NumPy arrays: forward, and backward in place.

>>> import numpy as np
>>> import actkernels as ak
>>> x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
>>> ak.relu(x)
array([0., 0., 0., 1., 2.])
>>> ak.leaky_relu.backward(np.ones(5), x=x, alpha=0.2)
array([0.2, 0.2, 0.2, 1. , 1. ])

Every activation is an `Activation`, found by its name here, in `ACTIVATIONS`, or by any other name with `get`.
`Activation_layer` and `activations` have NumPyNet's shape; `ufuncs` holds the NumPy ufuncs underneath.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    from actkernels import _engine  # noqa: F401 - only whether it is there
except ImportError as error:
    raise ImportError(
        f"the compiled modules of actkernels are missing from {__path__[0]}. If that is a checkout, build it there"
        " (pip install -e .) or start Python in another folder."
    ) from error

from actkernels import activations, ufuncs
from actkernels.activation import ACTIVATIONS, Activation, get
from actkernels.buffers import release_memory
from actkernels.config import show_config
from actkernels.dispatch import available_isas, choose_isa, get_isa, set_isa
from actkernels.layer import Activation_layer, NotFittedError
from actkernels.pool import choose_num_threads, get_num_threads, set_num_threads, threads
from actkernels.threadpool_control import register_if_imported

choose_isa()
choose_num_threads()
register_if_imported()
del choose_isa, choose_num_threads, register_if_imported

globals().update(ACTIVATIONS)

if TYPE_CHECKING:
    from actkernels._declared_activations import *  # noqa: F403 - all that the build declares

    __version__: str


def _missing(name: str) -> Any:
    if name == "__version__":
        from actkernels.config import version

        return version()
    hint = ""
    if not name.startswith("_"):
        from actkernels.activation import nearest

        try:
            found = get(name)
            called = found.name if found is ACTIVATIONS[found.name] else str(found)
            hint = f"; did you mean {called!r}, which get({name!r}) finds?"
        except ValueError:
            near = nearest(name, __all__)
            hint = f"; did you mean {near!r}?" if near else ""
    # obj=None, or tracebacks would add their own guess to it
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}", name=name, obj=None)


if not TYPE_CHECKING:  # a checker would take it that every name exists
    __getattr__ = _missing


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Activation_layer",
    "NotFittedError",
    "__version__",
    "activations",
    "available_isas",
    "get",
    "get_isa",
    "get_num_threads",
    "release_memory",
    "set_isa",
    "set_num_threads",
    "show_config",
    "threads",
    "ufuncs",
    *ACTIVATIONS,
]
