"""scikit-learn's multi-layer perceptrons with these activations.

Code that has scikit-learn's estimators gets the kernels by one line, `patched` or `patch`: the activations "tanh",
"logistic" and "relu" and their derivatives are replaced, in this process, for as long as it says.
`MLPClassifier` and `MLPRegressor` here are scikit-learn's with any activation of this package in the hidden layers;
they need no patch, and take their activation along where they are pickled to.

>>> import pytest
>>> sklearn = pytest.importorskip("sklearn")
>>> from sklearn.datasets import load_iris
>>> from sklearn.neural_network import MLPClassifier
>>> from actkernels.integrations.sklearn import patched
>>> X, y = load_iris(return_X_y=True)
>>> with patched():
...     model = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
>>> model.score(X, y) > 0.95
True
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from actkernels import _engine
from actkernels.activation import Activation, get
from actkernels.integrations._replacement import Replacement

try:
    import sklearn
    from sklearn import neural_network
    from sklearn.neural_network import _base, _multilayer_perceptron
except ImportError as error:
    raise ImportError("scikit-learn is missing: pip install 'actkernels[sklearn]'") from error

OLDEST, NEWEST = (1, 5), (1, 9)
"""The scikit-learn versions whose own tests pass with these activations."""

_version = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
if not OLDEST <= _version <= NEWEST:
    raise ImportError(
        "actkernels.integrations.sklearn replaces private functions of scikit-learn, and is tested with versions"
        f" {'.'.join(map(str, OLDEST))} to {'.'.join(map(str, NEWEST))}; this is {sklearn.__version__}."
    )

Array = np.ndarray[Any, Any]


# ---- the functions that scikit-learn's estimators call --------------------------------------------------------

_PATCHED = ("tanh", "logistic", "relu")  # "identity" does nothing, and "exp" and "softmax" are no hidden activations


def _activation_for(name: str, theirs: Callable[[Array], None]) -> Callable[[Array], None]:
    """What takes the place of an entry of ACTIVATIONS: in place, for the types that we compute."""
    activation = get(name)

    def activate(X: Array) -> None:
        if _engine.is_float(X.dtype):
            activation(X, out=X)
        else:
            theirs(X)

    return activate


def _derivative_for(name: str, theirs: Callable[[Array, Array], None]) -> Callable[[Array, Array], None]:
    """What takes the place of an entry of DERIVATIVES: the delta is multiplied in place, by what follows from Z."""
    activation = get(name)

    def multiply(Z: Array, delta: Array) -> None:
        if _engine.is_float(delta.dtype) and _engine.is_float(Z.dtype):
            activation.backward(delta, y=Z, out=delta)
        else:
            theirs(Z, delta)

    return multiply


def _replace() -> Callable[[], None]:
    originals: list[tuple[dict[str, Any], str, Any, Any]] = []  # dictionary, name, their function, ours
    tables: list[tuple[dict[str, Any], Any]] = [
        (_base.ACTIVATIONS, _activation_for),
        (_base.DERIVATIVES, _derivative_for),
    ]
    for entries, ours_for in tables:
        for name in _PATCHED:
            theirs = entries[name]
            ours = ours_for(name, theirs)
            originals.append((entries, name, theirs, ours))
            entries[name] = ours

    def restore() -> None:
        for entries, name, theirs, ours in originals:
            if entries[name] is ours:  # else somebody replaced it after us
                entries[name] = theirs

    return restore


_replacement = Replacement(_replace)


def patch() -> None:
    """Replace scikit-learn's functions from now on, until `unpatch`. To call it twice is to call it once.

    The whole process is concerned, all its threads included. Processes that joblib starts are not: what they compute
    is scikit-learn's own. The estimators of this module compute with the kernels there too.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> from actkernels.integrations.sklearn import is_patched, patch, unpatch
    >>> patch()
    >>> is_patched()
    True
    >>> unpatch()
    >>> is_patched()
    False
    """
    _replacement.on()


def unpatch() -> None:
    """Put scikit-learn's functions back, as soon as no block of `patched` is open."""
    _replacement.off()


def patched() -> AbstractContextManager[None]:
    """Replace scikit-learn's functions for the length of a block.

    Blocks nest, in one thread and among several; the last that ends puts scikit-learn's functions back, whether or not
    by an exception, unless `patch` was called.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> from sklearn.neural_network import MLPRegressor
    >>> from actkernels.integrations.sklearn import patched
    >>> with patched():
    ...     model = MLPRegressor(hidden_layer_sizes=8, solver="lbfgs", random_state=0)
    ...     model = model.fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0])
    >>> bool(abs(model.predict([[2.0]])[0] - 4) < 0.1)
    True
    """
    return _replacement.block()


def is_patched() -> bool:
    """Whether scikit-learn's functions are replaced at this moment."""
    return bool(_replacement)


# ---- estimators with any activation ---------------------------------------------------------------------------
#
# scikit-learn activates in place and gives a derivative nothing but the activated array. Where the gradient does not
# follow from that, the input is kept from the forward pass to the derivative of the same `_backprop`.

_inputs: ContextVar[dict[int, Array] | None] = ContextVar("actkernels_sklearn_inputs", default=None)


class _Activations(dict[Any, Callable[[Array], None]]):
    """In the place of scikit-learn's ACTIVATIONS: any name that `actkernels.get` knows, or an Activation."""

    def __missing__(self, key: str | Activation) -> Callable[[Array], None]:
        activation = get(key)

        def from_output(X: Array) -> None:
            activation(X, out=X)

        def from_input(X: Array) -> None:
            inputs = _inputs.get()
            if inputs is None:  # nobody will ask for the gradient
                activation(X, out=X)
            else:
                inputs[id(X)] = x = X.copy()
                activation(x, out=X)

        return self.setdefault(key, from_output if activation.saves == "output" else from_input)


class _Derivatives(dict[Any, Callable[[Array, Array], None]]):
    """In the place of scikit-learn's DERIVATIVES."""

    def __missing__(self, key: str | Activation) -> Callable[[Array, Array], None]:
        activation = get(key)

        def from_output(Z: Array, delta: Array) -> None:
            activation.backward(delta, y=Z, out=delta)

        def from_input(Z: Array, delta: Array) -> None:
            inputs = _inputs.get()
            assert inputs is not None
            activation.backward(delta, x=inputs.pop(id(Z)), out=delta)

        return self.setdefault(key, from_output if activation.saves == "output" else from_input)


_OUTPUTS_ALONE = {name: _base.ACTIVATIONS[name] for name in ("exp", "softmax") if name in _base.ACTIVATIONS}
_GLOBALS = {
    "ACTIVATIONS": _Activations(_OUTPUTS_ALONE),
    "DERIVATIVES": _Derivatives(),
}


def _with_our_functions(method: Any) -> Any:
    """A method of scikit-learn's that looks its activation up here: the same code, with other globals."""
    rebound = FunctionType(
        method.__code__, method.__globals__ | _GLOBALS, method.__name__, method.__defaults__, method.__closure__
    )
    rebound.__kwdefaults__ = method.__kwdefaults__
    rebound.__doc__ = method.__doc__
    return rebound


class _AnyActivation(_multilayer_perceptron.BaseMultilayerPerceptron):
    """What both estimators change of scikit-learn's."""

    if TYPE_CHECKING:  # scikit-learn reads the names of parameters from its own

        def __init__(
            self, hidden_layer_sizes: Any = (100,), activation: str | Activation = "relu", **parameters: Any
        ) -> None: ...

    _forward_pass = _with_our_functions(_multilayer_perceptron.BaseMultilayerPerceptron._forward_pass)
    _forward_pass_fast = _with_our_functions(_multilayer_perceptron.BaseMultilayerPerceptron._forward_pass_fast)
    _propagate_back = _with_our_functions(_multilayer_perceptron.BaseMultilayerPerceptron._backprop)

    def _backprop(self, *args: Any, **keywords: Any) -> Any:
        token = _inputs.set({})
        try:
            return self._propagate_back(*args, **keywords)
        finally:
            _inputs.reset(token)

    def _validate_params(self) -> None:
        super()._validate_params()
        get(self.activation)  # says what is near, if nothing has that name


class MLPClassifier(_AnyActivation, neural_network.MLPClassifier):
    """scikit-learn's MLPClassifier with any activation in the hidden layers.

    Parameters
    ----------
    hidden_layer_sizes, solver, ...
        As in scikit-learn.
    activation : str or Activation, default="relu"
        Any name that `actkernels.get` knows; or an `Activation`, for other parameters, as in
        ``activation=ak.leaky_relu.with_params(alpha=0.2)``.

    Notes
    -----
    Where the gradient does not follow from the output (``Activation.saves``), a hidden layer keeps a copy of its input
    while it trains. The output layer is scikit-learn's.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> from sklearn.datasets import load_iris
    >>> from actkernels.integrations.sklearn import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(16, "gelu", solver="lbfgs", alpha=0.1, max_iter=1000, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    _parameter_constraints = neural_network.MLPClassifier._parameter_constraints | {"activation": [str, Activation]}


class MLPRegressor(_AnyActivation, neural_network.MLPRegressor):
    """scikit-learn's MLPRegressor with any activation in the hidden layers.

    Parameters
    ----------
    hidden_layer_sizes, solver, ...
        As in scikit-learn.
    activation : str or Activation, default="relu"
        As for `MLPClassifier`.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("sklearn")
    >>> import actkernels as ak
    >>> from actkernels.integrations.sklearn import MLPRegressor
    >>> steep = ak.silu.with_params(beta=2.0)
    >>> model = MLPRegressor(hidden_layer_sizes=8, activation=steep, solver="lbfgs", random_state=0)
    >>> model = model.fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0])
    >>> bool(abs(model.predict([[2.0]])[0] - 4) < 0.1)
    True
    """

    _parameter_constraints = neural_network.MLPRegressor._parameter_constraints | {"activation": [str, Activation]}


__all__ = ["MLPClassifier", "MLPRegressor", "is_patched", "patch", "patched", "unpatch"]
