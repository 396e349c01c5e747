"""These activations as a backend of thinc.

thinc finds it by an entry point where this package is installed, and computes with it whatever is built while it is
chosen. Everything but the activations and their derivatives is `thinc.api.NumpyOps`.

>>> import pytest
>>> thinc = pytest.importorskip("thinc.api")
>>> from actkernels.integrations.thinc import ActkernelsOps
>>> import numpy as np
>>> with thinc.use_ops("actkernels"):
...     model = thinc.chain(thinc.Gelu(nO=4), thinc.Sigmoid(nO=1)).initialize(X=np.ones((2, 3), dtype=np.float32))
>>> model.predict(np.ones((2, 3), dtype=np.float32)).shape
(2, 1)
>>> model.ops.name
'actkernels'
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from actkernels import _engine
from actkernels.activation import ACTIVATIONS, Activation

try:
    from thinc.api import NumpyOps, registry
except ImportError as error:
    raise ImportError("thinc is missing: pip install 'actkernels[thinc]'") from error

_clipped_linear = ACTIVATIONS["clipped_linear"]
_erf = ACTIVATIONS["erf"]
_hard_swish = ACTIVATIONS["hard_swish"]
_hard_tanh = ACTIVATIONS["hard_tanh"]
_logistic = ACTIVATIONS["logistic"]
_mish = ACTIVATIONS["mish"]
_relu = ACTIVATIONS["relu"]
_silu = ACTIVATIONS["silu"]
_tanh = ACTIVATIONS["tanh"]

_MISH_IS_X = 20.0  # from here on, but for rounding, in float64 too


def _computed_here(*arrays: Any) -> bool:
    """Whether these are arrays of a type that we compute; anything else is left to NumpyOps."""
    return all(isinstance(a, np.ndarray) and a.ndim > 0 and _engine.is_float(a.dtype) for a in arrays)


def _check_shapes(delta: Any, saved: Any) -> None:
    if delta.shape != saved.shape:
        raise ValueError(f"arrays have incompatible shapes: {delta.shape} and {saved.shape}")


def _from_input(name: str, activation: Activation) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The function that thinc calls `name`, and its backprop, where both are functions of X alone."""

    def forward(self, X, inplace=False):
        if not _computed_here(X):
            return getattr(super(ActkernelsOps, self), name)(X, inplace=inplace)
        return activation(X, out=X if inplace else None)

    def backprop(self, dY, X, inplace=False):
        if not _computed_here(dY, X):
            return getattr(super(ActkernelsOps, self), f"backprop_{name}")(dY, X, inplace=inplace)
        return activation.backward(dY, x=X, out=dY if inplace else None)

    forward.__name__, backprop.__name__ = name, f"backprop_{name}"
    return forward, backprop


def _held_line(
    slope: float, offset: float, min_val: float, max_val: float
) -> tuple[Activation, dict[str, float]] | None:
    """The activation that is this line, and its parameters, if one of ours is."""
    if slope == 0 or not min_val <= max_val or not all(map(math.isfinite, (slope, offset, min_val, max_val))):
        return None
    bounds = {"min_val": min_val, "max_val": max_val}
    if slope == 1 and offset == 0:  # two to four times as fast
        return _hard_tanh, bounds
    return _clipped_linear, {"slope": slope, "offset": offset} | bounds


@registry.ops("ActkernelsOps")
class ActkernelsOps(NumpyOps):
    """thinc's NumpyOps with the activations of this package.

    It is chosen by name: ``thinc.api.use_ops("actkernels")`` for a block, or
    ``thinc.api.set_current_ops(thinc.api.get_ops("actkernels"))``.

    Parameters
    ----------
    device_type, device_id, use_blis
        As for NumpyOps.

    Notes
    -----
    Methods take and return what thinc's do. With ``inplace=True`` the result is in the first argument, of whatever
    layout, and nothing else is written to. Where values differ is listed in docs/thinc.md.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("thinc")
    >>> import numpy as np
    >>> from actkernels.integrations.thinc import ActkernelsOps
    >>> ops = ActkernelsOps()
    >>> X = np.array([[-1.0, 5.0, 2.0, 5.0]], dtype=np.float32)
    >>> _ = ops.relu(X[:, ::2], inplace=True)
    >>> X
    array([[0., 5., 2., 5.]], dtype=float32)
    """

    name = "actkernels"

    dish, backprop_dish = _from_input("dish", ACTIVATIONS["dish"])
    gelu, backprop_gelu = _from_input("gelu", ACTIVATIONS["gelu"])
    gelu_approx, backprop_gelu_approx = _from_input("gelu_approx", ACTIVATIONS["gelu_tanh"])
    hard_swish_mobilenet, backprop_hard_swish_mobilenet = _from_input("hard_swish_mobilenet", _hard_swish)

    def sigmoid(self, X, *, inplace=False):
        """The logistic function of X held between -20 and 20."""
        if not _computed_here(X):
            return super().sigmoid(X, inplace=inplace)
        Y = np.clip(X, -20.0, 20.0, out=X if inplace else None)
        return _logistic(Y, out=Y)

    def backprop_sigmoid(self, dY, Y, *, inplace=False):
        """The delta by the derivative where `sigmoid` is Y."""
        if not _computed_here(dY, Y):
            return super().backprop_sigmoid(dY, Y, inplace=inplace)
        return _logistic.backward(dY, y=Y, out=dY if inplace else None)

    def dsigmoid(self, Y, *, inplace=False):
        """The derivative where `sigmoid` is Y."""
        if not _computed_here(Y):
            return super().dsigmoid(Y, inplace=inplace)
        return _logistic.gradient(y=Y, out=Y if inplace else None)

    def dtanh(self, Y, *, inplace=False):
        """The derivative where tanh is Y."""
        if not _computed_here(Y):
            return super().dtanh(Y, inplace=inplace)
        return _tanh.gradient(y=Y, out=Y if inplace else None)

    def relu(self, X, inplace=False):
        """X where it is positive, else 0."""
        if not _computed_here(X):
            return super().relu(X, inplace=inplace)
        return _relu(X, out=X if inplace else None)

    def backprop_relu(self, dY, Y, inplace=False):
        """The delta where `relu` is positive, else 0."""
        _check_shapes(dY, Y)
        if not _computed_here(dY, Y):
            return super().backprop_relu(dY, Y, inplace=inplace)
        return _relu.backward(dY, y=Y, out=dY if inplace else None)

    # relu_k, hard_sigmoid, hard_tanh and the backprop of relu_k call these two in thinc

    def clipped_linear(self, X, slope=1.0, offset=0.0, min_val=0.0, max_val=1.0, inplace=False):
        """A line held between two values."""
        ours = _held_line(slope, offset, min_val, max_val)
        if not (ours and _computed_here(X)):
            return super().clipped_linear(X, slope, offset, min_val, max_val, inplace)
        activation, params = ours
        return activation(X, out=X if inplace else None, **params)

    def backprop_clipped_linear(self, dY, X, slope=1.0, offset=0.0, min_val=0.0, max_val=1.0, inplace=False):
        """The delta by the slope of the line, between the values."""
        ours = _held_line(slope, offset, min_val, max_val)
        if not (ours and _computed_here(dY, X)):
            return super().backprop_clipped_linear(dY, X, slope, offset, min_val, max_val, inplace)
        activation, params = ours
        return activation.backward(dY, x=X, out=dY if inplace else None, **params)

    def backprop_hard_sigmoid(self, dY, X, inplace=False):
        """The delta by the derivative of `hard_sigmoid`."""
        return self.backprop_clipped_linear(dY, X, slope=0.2, offset=0.5, inplace=inplace)

    def backprop_hard_tanh(self, dY, X, inplace=False):
        """The delta by the derivative of `hard_tanh`."""
        return self.backprop_clipped_linear(dY, X, min_val=-1.0, max_val=1.0, inplace=inplace)

    def swish(self, X, inplace=False):
        """X times its logistic function."""
        if not _computed_here(X):
            return super().swish(X, inplace=inplace)
        return _silu(X, out=X if inplace else None)

    def backprop_swish(self, dY, X, Y, inplace=False):
        """The delta by the derivative of `swish`; Y, its value, is not needed here."""
        _check_shapes(X, Y)
        if not _computed_here(dY, X):
            return super().backprop_swish(dY, X, Y, inplace=inplace)
        return _silu.backward(dY, x=X, out=dY if inplace else None)

    def hard_swish(self, X, inplace=False):
        """X times `hard_sigmoid`."""
        if not _computed_here(X):
            return super().hard_swish(X, inplace=inplace)
        Y = self.hard_sigmoid(X)
        return np.multiply(X, Y, out=X if inplace else Y)

    def backprop_hard_swish(self, dY, X, inplace=False):
        """The delta by the derivative of `hard_swish`, which is that of mobilenet's at 6/5 X."""
        if not _computed_here(dY, X):
            return super().backprop_hard_swish(dY, X, inplace=inplace)
        return _hard_swish.backward(dY, x=X * 1.2, out=dY if inplace else None)

    def mish(self, X, threshold=20.0, inplace=False):
        """X tanh(softplus(X)) below the threshold, else X."""
        if not _computed_here(X):
            return super().mish(X, threshold=threshold, inplace=inplace)
        if threshold >= _MISH_IS_X:
            return _mish(X, out=X if inplace else None)
        return _mish(X, out=X if inplace else X.copy(), where=np.less(X, threshold))

    def backprop_mish(self, dY, X, threshold=20.0, inplace=False):
        """The delta by the derivative of `mish`."""
        _check_shapes(dY, X)
        if not _computed_here(dY, X):
            return super().backprop_mish(dY, X, threshold=threshold, inplace=inplace)
        if threshold >= _MISH_IS_X:
            return _mish.backward(dY, x=X, out=dY if inplace else None)
        return _mish.backward(dY, x=X, out=dY if inplace else dY.copy(), where=np.less(X, threshold))

    def erf(self, X):
        """The error function."""
        return _erf(X) if _computed_here(X) else super().erf(X)


__all__ = ["ActkernelsOps"]
