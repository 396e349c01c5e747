"""NumPyNet's ``activations``: a class for every activation, under its own names and under NumPyNet's.

Every row of the catalogue is here in CamelCase (`Gelu`, `HardSwish`, `LeakyRelu`), and every class of NumPyNet's
module (`Relu`, `Leaky`, `Hardtan`, ...), so that NumPyNet code runs with only its import changed. A class takes
its parameters in the constructor.

Examples
--------
>>> import numpy as np
>>> from actkernels import activations
>>> x = np.array([-1.0, 2.0])
>>> activations.LeakyRelu(alpha=0.2).activate(x, copy=True)
array([-0.2,  2. ])
>>> activations.Relu.activate(x), x  # in place, and no instance needed
(array([0., 2.]), array([0., 2.]))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from actkernels import _engine
from actkernels.activation import ACTIVATIONS, Activation
from actkernels.catalogue import classes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from actkernels._declared_classes import *  # noqa: F403 - all that the build declares


class _InstanceOrClass:
    """A method that is called on an instance with its parameters, or on the class with the defaults."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type[Activations]) -> Callable[..., Any]:
        method: Callable[..., Any] = self.function.__get__(owner if instance is None else instance)
        return method


class Activations:
    """Base of all activation classes.

    Parameters
    ----------
    **params : float
        Parameters of the activation; the others keep their defaults.

    Attributes
    ----------
    kernel : Activation
        The function, with these parameters.
    name : str
        The name of the class, as NumPyNet spells it.
    """

    kernel: Activation
    name = "Activations"

    def __init__(self, **params: float) -> None:
        self.kernel = self.kernel.with_params(**params)

    @classmethod
    def of(cls, kernel: Activation) -> Activations:
        """Wrap an Activation that was given without its class."""
        activations = cls.__new__(cls)
        activations.kernel = kernel
        activations.name = kernel.name
        return activations

    @_InstanceOrClass
    def activate(self, x: ArrayLike, copy: bool = False) -> Any:
        """Activate `x`, by default in place.

        Parameters
        ----------
        x : array_like
            With ``copy=False`` a writable array of a float type.
        copy : bool, default False
            Whether to leave `x` alone and return a new array.

        Returns
        -------
        ndarray
            The activated array: `x` itself unless `copy`.

        Raises
        ------
        ValueError
            If `x` cannot be overwritten and ``copy=False``.
        """
        return self.kernel(x) if copy else self.kernel(x, out=overwritable(x, "activate"))

    @_InstanceOrClass
    def gradient(self, y: ArrayLike, copy: bool = False) -> Any:
        """The gradient where the function has the value `y`, by default in place.

        Parameters
        ----------
        y : array_like
            The activated array; with ``copy=False`` a writable array of a float type.
        copy : bool, default False
            Whether to leave `y` alone and return a new array.

        Returns
        -------
        ndarray
            The gradient: `y` itself unless `copy`.

        Raises
        ------
        ValueError
            If the gradient is no function of the output (``kernel.gradient(x=...)`` takes the input), or if
            `y` cannot be overwritten and ``copy=False``.
        """
        return self.kernel.gradient(y=y, out=None if copy else overwritable(y, "gradient"))

    def __str__(self) -> str:
        return f"{self.name} activation function"

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.6g}" for name, value in self.kernel.params.items())
        return f"{type(self).__name__}({params})"


def overwritable(array: Any, what: str) -> NDArray[Any]:
    """Return `array` if a result can be written into it; else ValueError, before anything is touched."""
    if not isinstance(array, np.ndarray):
        problem = f"a {type(array).__name__}, not an array"
    elif not _engine.is_float(array.dtype):
        problem = f"of dtype {array.dtype}, where {_engine.ACCEPTED} are accepted"
    elif not array.flags.writeable:
        problem = "read-only"
    else:
        return array
    raise ValueError(f"{what} with copy=False writes into its array, which is {problem}; pass copy=True")


def _make(class_name: str, kernel: Activation) -> None:
    globals()[class_name] = type(
        class_name,
        (Activations,),
        {
            "__doc__": f"{kernel.doc} ``{kernel!r}``",
            "__module__": __name__,
            "kernel": kernel,
            "name": NUMPYNET_SPELLING.get(class_name, class_name),
        },
    )
    __all__.append(class_name)


NUMPYNET_SPELLING = {"Hardtan": "HardTan", "Lhtan": "LhTan"}
"""Classes whose name NumPyNet spells otherwise when it is asked."""

__all__ = ["Activations"]
for _name, (_row, _fixed) in classes().items():
    _make(_name, ACTIVATIONS[_row.name].with_params(**_fixed))
del _row, _name, _fixed


def __dir__() -> list[str]:
    return sorted(__all__)
