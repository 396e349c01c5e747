"""Every activation as NumPy ufuncs, under the names by which they pickle.

For each row of the catalogue ``name(x, *parameters)``, ``name_backward_x(delta, x, *parameters)``, and where the
gradient follows from the output ``name_backward_y(delta, y, *parameters)``. Parameters are operands like any
other, float64, and have no defaults here.

Examples
--------
>>> import numpy as np
>>> from actkernels import ufuncs
>>> ufuncs.relu(np.array([[-1.0, 2.0]]), where=[True, False], out=np.full((1, 2), 7.0))
array([[0., 7.]])
>>> ufuncs.leaky_relu(np.float32([-1, 2]), 0.5)
array([-0.5,  2. ], dtype=float32)
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from actkernels import _engine
from actkernels.catalogue import ROWS, Row

if TYPE_CHECKING:
    from actkernels._declared_ufuncs import *  # noqa: F403 - all that the build declares


def _make(row: Row, index: int, which: str) -> np.ufunc:
    operands = {"forward": "x", "backward_x": "delta, x", "backward_y": "delta, y"}[which]
    name = row.name if which == "forward" else f"{row.name}_{which}"
    signature = ", ".join([operands, *row.parameters])
    what = row.definition if which == "forward" else f"delta * gradient of {row.definition}"
    ufunc = _engine.make_ufunc(name, index, which, len(row.parameters), f"{name}({signature}): {what}")
    with contextlib.suppress(AttributeError):  # before NumPy 2.2 a ufunc is found by searching the modules
        ufunc.__module__ = __name__
    return ufunc


__all__: list[str] = []
for _index, _row in enumerate(ROWS):
    for _which in ("forward", "backward_x", "backward_y")[: 3 if _row.has_gradient_y else 2]:
        _ufunc = _make(_row, _index, _which)
        globals()[_ufunc.__name__] = _ufunc
        __all__.append(_ufunc.__name__)
del _index, _row, _which, _ufunc


def __dir__() -> list[str]:
    return sorted(__all__)
