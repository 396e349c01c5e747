"""NumPyNet computing with these activations, without a change to its code.

`patched` lasts for a ``with`` block; `patch` and `unpatch` for longer. While it lasts, the classes of
``NumPyNet.activations`` compute here, whoever calls them: the convolutional, connected, shortcut and recurrent
layers do. An ``Activation_layer`` that is made is that of `actkernels`, whatever name the class was imported to. What
differs in the results is listed in docs/numpynet.md.

A layer takes its functions when it is made: one made while this lasts keeps them, and so does one made before it.
NumPyNet's `save_model` stores functions and classes by their names, so that a model saved here can be read without
this package.

Examples
--------
>>> from actkernels.integrations import numpynet
>>> with numpynet.patched():  # doctest: +SKIP
...     model.fit(X, y)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

import actkernels as ak
from actkernels.activations import overwritable
from actkernels.integrations._replacement import Replacement

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike

__all__ = ["patch", "patched", "unpatch"]

# With copy=False these write into their array, and their callers expect it; the others never do, and NumPyNet's
# recurrent layers go on using what they passed.
_ACTIVATES_IN_PLACE = frozenset(("Relu", "Elu", "Relie", "Ramp", "Leaky", "Stair", "Hardtan", "Lhtan"))
_GRADIENT_IN_PLACE = frozenset(("Relu", "Elu", "Relie", "Leaky", "Stair", "Hardtan"))
# Parameters that NumPyNet keeps on the class, to be set there, and reads at each call.
_ON_THE_CLASS = {
    "Leaky": ("alpha", "LEAKY_COEF"),
    "Elliot": ("steepness", "STEEPNESS"),
    "SymmElliot": ("steepness", "STEEPNESS"),
}


def _softplus_gradient(y: ArrayLike, out: Any) -> Any:
    """logistic(x) where softplus(x) = y: 1 - exp(-y)."""
    gradient = ak.elu(np.negative(y), out=out)
    return np.negative(gradient, out=gradient if isinstance(gradient, np.ndarray) else None)


def _stair_gradient(y: ArrayLike, out: Any) -> Any:
    """The stair is level at whole numbers; that it also rises from one of them its output does not tell."""
    rising = np.not_equal(y, np.floor(y))
    return np.multiply(rising, 1.0, out=out, dtype=ak.identity(y).dtype if out is None else out.dtype)


def _lhtan_gradient(y: ArrayLike, out: Any) -> Any:
    """The output lies on the same side of either kink as the input."""
    return ak.get("Lhtan").gradient(x=y, out=out)


# NumPyNet's layers pass the output to all of them.
_FROM_OUTPUT: dict[str, Callable[..., Any]] = {
    "SoftPlus": _softplus_gradient,
    "Stair": _stair_gradient,
    "Lhtan": _lhtan_gradient,
}


class _Static:
    """`activate` or `gradient` of one of NumPyNet's classes, with its calling contract."""

    def __init__(self, theirs: type, name: str) -> None:
        self._class = theirs.__name__
        self._theirs = theirs
        self.replaced = theirs.__dict__[name]
        self.__name__ = name
        self.__doc__ = self.replaced.__func__.__doc__
        self._in_place = self._class in {"activate": _ACTIVATES_IN_PLACE, "gradient": _GRADIENT_IN_PLACE}[name]
        self._is_nothing = (self._class, name) == ("Linear", "activate")
        self._kernel: ak.Activation = getattr(ak.activations, self._class).kernel
        self._compute = {"activate": self._activate, "gradient": _FROM_OUTPUT.get(self._class, self._gradient)}[name]

    @property
    def kernel(self) -> ak.Activation:
        """The activation, with the parameters that the class has now."""
        if self._class in _ON_THE_CLASS:
            parameter, attribute = _ON_THE_CLASS[self._class]
            value = float(getattr(self._theirs, attribute))
            if self._kernel.params[parameter] != value:
                self._kernel = self._kernel.with_params(**{parameter: value})
        return self._kernel

    def __call__(self, x: Any, copy: bool = False) -> Any:
        if self._is_nothing and not copy:
            return x
        return self._compute(x, None if copy or not self._in_place else _place(x, self.__name__))

    def _activate(self, x: Any, out: Any) -> Any:
        return self.kernel(x, out=out)

    def _gradient(self, y: Any, out: Any) -> Any:
        return self.kernel.gradient(y=y, out=out)

    def install(self) -> None:
        setattr(self._theirs, self.__name__, self)

    def restore(self) -> None:
        setattr(self._theirs, self.__name__, self.replaced)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._theirs, self.__name__)


def _place(x: Any, what: str) -> Any:
    """Where to write the result: into `x`, but integers, which cannot hold it, get a new array."""
    return None if not isinstance(x, np.ndarray) or x.dtype.kind in "biu" else overwritable(x, what)


def _make_layer(theirs: Any, module: ModuleType) -> type:
    """What instances of NumPyNet's layer become: the layer of `actkernels`, still one of NumPyNet's."""
    from NumPyNet.exception import NotFittedError

    class Activation_layer(ak.Activation_layer, theirs):  # noqa: N801 - NumPyNet's name
        __doc__ = ak.Activation_layer.__doc__
        __call__ = theirs.__call__  # with NumPyNet's error

        def __init__(self, input_shape: Any = None, activation: Any = module.Activations, **kwargs: Any) -> None:
            found = module._check_activation(self, activation)
            if isinstance(found.activate, _Static):
                ak.Activation_layer.__init__(self, input_shape, found.activate.kernel)
                self.activation, self.gradient = found.activate, found.gradient
            else:  # a class of the user's own
                self.__class__ = theirs
                original(self, input_shape=input_shape, activation=activation, **kwargs)

        def backward(self, delta: Any, copy: bool = False) -> Any:
            if self.output is None:
                raise NotFittedError("backward: no forward pass yet; call forward(inpt) first")
            return super().backward(delta, copy)

        def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
            # as one of theirs, with what theirs keeps
            names = ("input_shape", "activation", "gradient", "output", "delta")
            return object.__new__, (theirs,), {name: getattr(self, name) for name in names}

        def __setstate__(self, state: dict[str, Any]) -> None:
            ak.Activation_layer.__init__(self, None, state["activation"].kernel)
            if self.kernel.saves == "input":  # which is not stored, so that it takes a forward pass first
                state = state | {"output": None, "delta": None}
            for name, value in state.items():
                setattr(self, name, value)

    original = theirs.__init__
    Activation_layer.__module__, Activation_layer.__qualname__ = theirs.__module__, theirs.__qualname__
    return Activation_layer


class _Patch:
    """What is replaced, and by what."""

    def __init__(self) -> None:
        try:
            import NumPyNet.layers.activation_layer as module
            from NumPyNet import activations
        except ModuleNotFoundError as error:
            if error.name is None or error.name.split(".")[0] != "NumPyNet":
                raise
            raise ImportError(
                "NumPyNet is not installed. It is not on PyPI, where that name is another project's:"
                " pip install git+https://github.com/Nico-Curti/NumPyNet"
            ) from error
        self.functions = [
            _Static(value, function)
            for name, value in vars(activations).items()
            for function in ("activate", "gradient")
            if isinstance(value, type)
            and issubclass(value, activations.Activations)
            and name != "Activations"
            and hasattr(ak.activations, name)
            and isinstance(vars(value).get(function), staticmethod)
        ]
        self.theirs: Any = module.Activation_layer
        self.original = self.theirs.__init__
        self.ours: Any = _make_layer(self.theirs, module)

    def install(self) -> None:
        theirs, ours, original = self.theirs, self.ours, self.original

        # The class stays and its instances become ours, so that no name that it was imported to need be found.
        def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807 - becomes a method
            if type(self) is theirs:
                self.__class__ = ours
                ours.__init__(self, *arguments, **keywords)
            else:
                original(self, *arguments, **keywords)

        def __setstate__(self: Any, state: dict[str, Any]) -> None:  # noqa: N807 - becomes a method
            if type(self) is theirs and isinstance(state["activation"], _Static):
                self.__class__ = ours
                ours.__setstate__(self, state)
            else:
                self.__dict__.update(state)

        for function in self.functions:
            function.install()
        theirs.__init__ = __init__
        theirs.__setstate__ = __setstate__

    def restore(self) -> None:
        for function in self.functions:
            function.restore()
        self.theirs.__init__ = self.original
        if "__setstate__" in vars(self.theirs):
            del self.theirs.__setstate__


def _replace() -> Callable[[], None]:
    patch = _Patch()
    try:
        patch.install()
    except BaseException:
        patch.restore()
        raise
    return patch.restore


_replacement = Replacement(_replace)


def patch() -> None:
    """Let NumPyNet compute with these activations until `unpatch`.

    Raises
    ------
    ImportError
        If NumPyNet is not installed.
    """
    _replacement.on()


def unpatch() -> None:
    """Give NumPyNet its own activations back; inside of `patched`, when that ends."""
    _replacement.off()


def patched() -> AbstractContextManager[None]:
    """Let NumPyNet compute with these activations inside of a ``with`` block.

    Blocks may be nested, and entered by several threads: the last to leave restores what was there.

    Raises
    ------
    ImportError
        If NumPyNet is not installed.
    """
    return _replacement.block()
