"""The `Activation` object: one row of the catalogue, callable."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from actkernels import _engine, ufuncs
from actkernels.catalogue import ROWS, Row, Ulp, names, spelling

if TYPE_CHECKING:
    from inspect import Signature
    from typing import TypeVar, overload

    from numpy.typing import ArrayLike, NDArray

    _Array = TypeVar("_Array", bound=NDArray[Any])
    _Floats = TypeVar("_Floats", bound=NDArray[np.floating[Any]])

# What NumPy's ufuncs understand besides `out`; everything else is a parameter of the activation.
_UFUNC_ARGUMENTS = frozenset(("where", "casting", "order", "dtype", "subok", "signature"))
# What to do with arrays that NumPy's ufuncs cannot take, or give to `out`, by the library that they are of.
_OTHER_ARRAYS = {
    "cupy": "actkernels computes on the CPU: pass x.get(), and cupy.asarray() brings the result back",
    "jax": "JAX does not let others see arrays inside of jax.jit: call from there by jax.pure_callback",
    "jaxlib": "nothing can be written into JAX's arrays: give a NumPy array as out=, or none",
    "torch": "actkernels.integrations.torch computes on PyTorch's tensors, and differentiates them",
}
_NO_NAMES: dict[str, Any] = {"__builtins__": {}}


@_engine.derive
class Activation(_engine.Kernel):
    """An activation function and its gradient.

    Made from the catalogue and taken from `actkernels.ACTIVATIONS`, from `actkernels.get` or by name, as in
    ``actkernels.gelu``; with other default parameters by `with_params`.

    Parameters
    ----------
    row : Row
        What the function means.
    params : mapping of str to float, optional
        Defaults that differ from the row's.

    Attributes
    ----------
    name : str
        The row's name.
    params : mapping of str to float
        Parameters and their defaults.
    definition : str
        The function as an expression of ``x`` and the parameters.
    saves : {"input", "output"}
        What `backward` needs of the forward pass: the output where it is enough, else the input.
    max_ulp : Ulp
        Largest error, in units in the last place: ``float32`` and ``float64`` of the function, ``gradient``
        from the input.
    aliases : tuple of str
        Other names that `actkernels.get` knows.
    doc : str
        One line on the function.
    source : str
        Where it comes from.
    ufunc : numpy.ufunc
        The NumPy ufunc; parameters are operands.

    Notes
    -----
    It is called as ``activation(x, out=None, **keywords)``. `x` is array_like, of any shape and layout; float32 and
    float64 are computed in their own type, float16 and ml_dtypes' bfloat16 in float32 and rounded once, integers and
    bool in float64; other dtypes are a TypeError. The result goes to `out`, which may be `x`, or into a new array.
    Keywords are the parameters of this activation, and what a ufunc takes: ``where``, ``dtype``, ``casting``, ... A
    parameter out of its range and an `out` that does not fit are a ValueError, and nothing is written.

    Examples
    --------
    >>> import numpy as np
    >>> import actkernels as ak
    >>> x = np.array([-2.0, -0.5, 0.0, 3.0])
    >>> ak.leaky_relu(x, alpha=0.5)
    array([-1.  , -0.25,  0.  ,  3.  ])
    >>> ak.tanh.saves, ak.gelu.saves
    ('output', 'input')
    """

    def __init__(self, row: Row, params: Mapping[str, float] | None = None) -> None:
        self._row = row
        self.name = row.name
        self.definition = row.definition
        self.doc = row.doc
        self.source = row.source
        self.max_ulp: Ulp = row.max_ulp
        self.ufunc: np.ufunc = getattr(ufuncs, row.name)
        self._ufunc_x: np.ufunc = getattr(ufuncs, f"{row.name}_backward_x")
        self._ufunc_y: np.ufunc | None = getattr(ufuncs, f"{row.name}_backward_y", None)
        self.params: Mapping[str, float] = MappingProxyType(dict(row.parameters))
        self.params = MappingProxyType(self._complete(params or {}))
        self.saves = "output" if self._follows_from_output(self.params) else "input"
        self._bind(ROWS.index(row), self.saves == "output", self.params.values())

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that `actkernels.get` knows."""
        return tuple(name for name, row, _ in names() if row is self._row and spelling(name) != spelling(self.name))

    @property
    def __signature__(self) -> Signature:
        from inspect import Parameter, Signature  # for people who ask, not at import

        return Signature(
            [
                Parameter("x", Parameter.POSITIONAL_OR_KEYWORD),
                Parameter("out", Parameter.POSITIONAL_OR_KEYWORD, default=None),
                *(Parameter(name, Parameter.KEYWORD_ONLY, default=value) for name, value in self.params.items()),
                Parameter("ufunc_arguments", Parameter.VAR_KEYWORD),
            ]
        )

    def _activate(self, x: ArrayLike, out: NDArray[Any] | None = None, **keywords: Any) -> Any:
        """Activate `x`.

        Parameters
        ----------
        x : array_like
            Any shape. float32 and float64 are computed in their own type, float16 and ml_dtypes' bfloat16 in
            float32 and rounded once, integers and bool in float64.
        out : ndarray, optional
            Where to put the result; ``out=x`` works in place.
        **keywords
            Parameters of this activation, and what a ufunc takes: ``where``, ``dtype``, ``casting``, ...

        Returns
        -------
        ndarray or scalar
            `out` if given, else new; of the type in which it was computed.

        Raises
        ------
        TypeError
            If the dtype is none of those above, or a keyword is unknown.
        ValueError
            If a parameter is out of its range, or `out` does not fit.
        """
        rest, params = self._split(keywords) if keywords else ({}, self.params)
        if not rest and params is not self.params:
            result = self._forward(x, out, _engine.Parameters(tuple(params.values())))
            if result is not None:
                return result
        return self._by_ufunc(self.ufunc, (x,), out, params, rest)

    _activate.__qualname__ = "Activation.__call__"  # so Python says where an argument is missing

    def _back_propagate(
        self,
        delta: ArrayLike,
        *,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        out: NDArray[Any] | None = None,
        **keywords: Any,
    ) -> Any:
        """Multiply `delta` by the gradient: one step of back-propagation.

        Parameters
        ----------
        delta : array_like
            The gradient of the loss with respect to the output.
        x : array_like, optional
            The input of the forward pass; always enough.
        y : array_like, optional
            Its output; enough where ``saves == "output"``. Exactly one of `x` and `y` is given.
        out : ndarray, optional
            Where to put the result; ``out=delta`` works in place.
        **keywords
            As in a call.

        Returns
        -------
        ndarray or scalar
            The gradient of the loss with respect to the input.

        Raises
        ------
        ValueError
            If `y` is given and the gradient is no function of the output.
        TypeError
            If not exactly one of `x` and `y` is given.

        Notes
        -----
        Where a piecewise function chooses the gradient 0, the result is 0 whatever the delta, infinite and NaN
        included.

        Examples
        --------
        >>> import numpy as np
        >>> import actkernels as ak
        >>> x = np.array([-1.0, 0.0, 2.0])
        >>> delta = np.ones(3)
        >>> _ = ak.relu.backward(delta, y=ak.relu(x), out=delta)
        >>> delta
        array([0., 0., 1.])
        """
        return self._multiply(delta, x, y, out, keywords)

    _back_propagate.__qualname__ = "Activation.backward"

    if TYPE_CHECKING:

        @overload
        def gradient(
            self, *, x: ArrayLike | None = None, y: ArrayLike | None = None, out: _Array, **keywords: Any
        ) -> _Array: ...
        @overload
        def gradient(self, *, x: _Floats, y: None = None, out: None = None, **keywords: Any) -> _Floats: ...
        @overload
        def gradient(self, *, x: None = None, y: _Floats, out: None = None, **keywords: Any) -> _Floats: ...
        @overload
        def gradient(
            self, *, x: ArrayLike | None = None, y: ArrayLike | None = None, out: None = None, **keywords: Any
        ) -> Any: ...

    def gradient(
        self,
        *,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        out: NDArray[Any] | None = None,
        **keywords: Any,
    ) -> Any:
        """Return the gradient itself, from the input or, where that is enough, from the output.

        Parameters
        ----------
        x, y, out, **keywords
            As in `backward`.

        Returns
        -------
        ndarray or scalar
            The derivative of the function at `x`, or where the function has the value `y`.

        Examples
        --------
        >>> import actkernels as ak
        >>> float(ak.logistic.gradient(x=0.0)), float(ak.logistic.gradient(y=0.5))
        (0.25, 0.25)
        """
        return self._multiply(None, x, y, out, keywords)

    def with_params(self, **params: float) -> Activation:
        """The same function with other default parameters.

        Parameters
        ----------
        **params : float
            New defaults; the others stay.

        Returns
        -------
        Activation

        Examples
        --------
        >>> import actkernels as ak
        >>> steep = ak.leaky_relu.with_params(alpha=0.3)
        >>> steep
        leaky_relu(alpha=0.3)
        >>> float(steep(-1.0))
        -0.3
        """
        return Activation(self._row, self._complete(params)) if params else self

    def _multiply(self, delta: Any, x: Any, y: Any, out: Any, keywords: dict[str, Any]) -> Any:
        if (x is None) == (y is None):
            raise TypeError(
                f"{self.name}: the gradient takes the input x= or the output y=,"
                f" {'and neither was given' if x is None else 'not both'}"
            )
        rest, params = self._split(keywords) if keywords else ({}, self.params)
        if y is not None and not (
            self.saves == "output" if params is self.params else self._follows_from_output(params)
        ):
            raise ValueError(self._no_gradient_y(params))
        saved = x if y is None else y
        if not rest:
            parameters = _engine.Parameters(tuple(params.values()))
            result = self._backward(y is not None, delta, saved, out, parameters)
            if result is not None:
                return result
        ufunc = self._ufunc_x if y is None else self._ufunc_y
        assert ufunc is not None
        return self._by_ufunc(ufunc, (1.0 if delta is None else delta, saved), out, params, rest)

    def _by_ufunc(
        self, ufunc: np.ufunc, arrays: tuple[Any, ...], out: Any, params: Mapping[str, float], rest: dict[str, Any]
    ) -> Any:
        try:
            return ufunc(*arrays, *params.values(), out=out, **rest)
        except (TypeError, ValueError, RuntimeError) as error:
            names = ["x"] if ufunc is self.ufunc else ["delta", "x" if ufunc is self._ufunc_x else "y"]
            operands = dict(zip(names, arrays, strict=True), where=rest.get("where"), out=out)
            self._explain(error, {name: array for name, array in operands.items() if array is not None})
            raise

    def _explain(self, error: Exception, operands: Mapping[str, Any]) -> None:
        """Raise what NumPy says of a ufunc in the words of who wrote `delta`, `x` and `out`, where there are such."""
        problem, out = str(error), operands.get("out")
        if _engine.ACCEPTED in problem:
            return
        # arrays of other libraries: NumPy names the ufunc or the dtype, which is not what is wrong
        for array in operands.values():
            library = type(array).__module__.partition(".")[0]
            if library in _OTHER_ARRAYS:
                raise TypeError(f"{self.name}: {_OTHER_ARRAYS[library]}") from error
        if "return arrays must be of ArrayType" in problem:
            given = ", ".join(f"{name}={value:g}" for name, value in self._row.parameters.items())
            hint = f"; parameters are given by name: {self.name}(x, {given})" if given else ""
            raise TypeError(f"{self.name}: out is an array, not {type(out).__name__} {out!r}{hint}") from None
        if problem == "output array is read-only":
            raise ValueError(f"{self.name}: out is read-only") from None
        if "broadcast" in problem:
            shapes = {name: np.shape(array) for name, array in operands.items()}
            listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape or name == "out")
            raise ValueError(f"{self.name}: these shapes do not go together: {listed}") from None

    def backward_twice(
        self,
        delta: NDArray[Any],
        copy: NDArray[Any],
        *,
        x: NDArray[Any] | None = None,
        y: NDArray[Any] | None = None,
    ) -> None:
        """Multiply `delta` by the gradient in place and write the result to `copy` as well, in one pass.

        Parameters
        ----------
        delta, copy : ndarray
            Writable float arrays of one shape.
        x, y : ndarray, optional
            As in `backward`.
        """
        saved = x if y is None else y
        if not self._backward_twice(y is not None, delta, saved, copy):
            self.backward(delta, x=x, y=y, out=delta)
            # between float16 and bfloat16 NumPy casts under no other rule
            np.copyto(copy, delta, casting="unsafe" if _engine.is_float(copy.dtype) else "same_kind")

    def _no_gradient_y(self, params: Mapping[str, float]) -> str:
        if self._row.has_gradient_y:
            given = ", ".join(f"{name}={value:g}" for name, value in params.items())
            return (
                f"{self.name}: the gradient is a function of the output only for"
                f" {self._row.from_output}, not for {given}: pass x="
            )
        return f"{self.name}: the gradient is no function of the output: pass x="

    def _follows_from_output(self, params: Mapping[str, float]) -> bool:
        return bool(eval(self._row.from_output, _NO_NAMES, dict(params)))

    def _split(self, keywords: dict[str, Any]) -> tuple[dict[str, Any], Mapping[str, float]]:
        """Tell what is for the ufunc from what is a parameter."""
        rest = {name: value for name, value in keywords.items() if name in _UFUNC_ARGUMENTS}
        given = {name: value for name, value in keywords.items() if name not in _UFUNC_ARGUMENTS}
        return rest, self._complete(given) if given else self.params

    def _complete(self, given: Mapping[str, float]) -> dict[str, float]:
        """The parameters with those given put in, each checked."""
        params = dict(self.params)
        for name, value in given.items():
            if name not in params:
                near = nearest(name, [*params, *_UFUNC_ARGUMENTS, "out", "x", "y"])
                hint = f"did you mean {near!r}?" if near else f"its parameters are: {', '.join(params) or 'none'}"
                raise TypeError(f"{self.name} has no parameter {name!r}; {hint}")
            try:
                if isinstance(value, str | bytes):
                    raise TypeError
                params[name] = float(value)
            except (TypeError, ValueError):
                raise TypeError(f"{self.name}: {name} must be a finite number, not {value!r}") from None
            if not math.isfinite(params[name]):
                raise ValueError(f"{self.name}: {name} must be a finite number, not {value!r}")
        for condition in self._row.requires:
            if not eval(condition, _NO_NAMES, params):
                values = ", ".join(f"{name}={value!r}" for name, value in params.items() if name in condition)
                raise ValueError(f"{self.name}: {condition} is required, not {values}")
        return params

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.6g}" for name, value in self.params.items())
        return f"{self.name}({params})" if params else self.name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activation):
            return NotImplemented
        return self._row is other._row and self.params == other.params

    def __hash__(self) -> int:
        return hash((self.name, *self.params.values()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.name, dict(self.params))


class _Documentation:
    """The docstring of a class, and of its instances what `help` should say about each."""

    def __init__(self, of_class: str | None) -> None:
        self.of_class = of_class

    def __get__(self, activation: Activation | None, owner: type[Activation]) -> str | None:
        return self.of_class if activation is None else _describe(activation)


def _describe(activation: Activation) -> str:
    """All that is to be known of an activation, for people who ask."""
    row, name = activation._row, activation.name
    conditions = [*row.requires, *([f"{row.from_output} for a gradient from the output"] if row.has_gradient_y else [])]
    parameters = "".join(
        f"    {parameter} : float, default {default!r}\n"
        + "".join(f"        {condition}\n" for condition in conditions if re.search(rf"\b{parameter}\b", condition))
        for parameter, default in activation.params.items()
    )
    ulp = activation.max_ulp
    saved = "y=y" if activation.saves == "output" else "x=x"
    also = [
        f"{alias}({', '.join(f'{key}={value:g}' for key, value in fixed.items())})" if fixed else alias
        for alias, fixed in {**row.aliases, **row.numpynet}.items()
        if spelling(alias) != spelling(name)
    ]
    parts = [
        activation.doc,
        f"    f(x) = {activation.definition}",
        f"Parameters\n    x : array_like\n    out : ndarray, optional; x for in place\n{parameters}".rstrip()
        + "\n    where, dtype, casting, ... : as for every ufunc of NumPy",
        f"Backward\n    {name}.backward(delta, {saved}, out=delta) multiplies by the gradient,"
        f" {name}.gradient({saved}) is it.\n    It needs the {activation.saves} of the forward pass"
        + (", or the input." if activation.saves == "output" else "."),
        f"Largest error, in units in the last place\n    float32 {ulp.float32:g}, float64 {ulp.float64:g},"
        f" gradient from the input {ulp.gradient:g}" + ("; with the default parameters" if activation.params else ""),
    ]
    if also:
        parts.append(f"Also known as\n    {', '.join(also)}")
    if activation.source:
        parts.append(f"Source\n    {activation.source}")
    parts.append("help(actkernels.Activation) tells of dtypes, errors and methods.")
    return "\n\n".join(parts)


Activation.__doc__ = _Documentation(Activation.__doc__)  # type: ignore[assignment] # gives a str when it is asked for


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({row.name: Activation(row) for row in ROWS})
"""Every activation by its name, in the order of the catalogue."""

_BY_SPELLING: dict[str, Activation] = {}
for _name, _row, _fixed in names():
    _BY_SPELLING.setdefault(spelling(_name), ACTIVATIONS[_row.name].with_params(**_fixed))
del _name, _row, _fixed


def get(activation: Any) -> Activation:
    """Find an activation by whatever names it.

    Parameters
    ----------
    activation : str, Activation, or a class or instance of `actkernels.activations`
        A name or alias, without regard to case, ``_`` and ``-``.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If no activation has that name; the message suggests the nearest.
    TypeError
        If it is no name, Activation, class or instance.

    Examples
    --------
    >>> import actkernels as ak
    >>> ak.get("Swish") is ak.silu
    True
    >>> ak.get("Leaky")
    leaky_relu(alpha=0.1)
    >>> ak.get("geluu")
    Traceback (most recent call last):
    ...
    ValueError: no activation 'geluu'; did you mean 'gelu'?
    """
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        try:
            return _BY_SPELLING[spelling(activation)]
        except KeyError:
            near = nearest(spelling(activation), _BY_SPELLING)
            hint = f"did you mean {near!r}?" if near else "actkernels.ACTIVATIONS lists the names"
            raise ValueError(f"no activation {activation!r}; {hint}") from None
    kernel = getattr(activation, "kernel", None)
    if isinstance(kernel, Activation):
        return kernel
    raise TypeError(
        "an activation is given by its name, as an Activation, or as a class or instance of"
        f" actkernels.activations, not as {activation!r}"
    )


def nearest(name: str, names: Iterable[str]) -> str | None:
    """What somebody who wrote `name` may have meant, if any of these."""
    import difflib  # for people who mistype

    return next(iter(difflib.get_close_matches(name.lower(), list(names), n=1)), None)


def _restore(name: str, params: Mapping[str, float]) -> Activation:
    activation = ACTIVATIONS[name]
    return activation if dict(activation.params) == dict(params) else activation.with_params(**params)
