"""What an activation ought to be: its definition, evaluated and differentiated in any arithmetic.

A definition is an expression as `actkernels.catalogue` holds it. Here it is compiled once, and evaluated with dual
numbers, which carry the derivative along:

- with mpmath, to as many bits as it takes: `evaluate`, `limit`, and `expected` and `Exact` to count errors in ULP;
- with NumPy, the way people write it when they have nothing else: `plain_numpy`.

Where branches meet, the branch that the value takes decides the derivative. In ``min`` and ``max`` a tie goes to
the constant, else to the first argument, and the derivative of ``fabs`` at 0 is 0.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from actkernels.catalogue import Row

PRECISIONS, ZERO_BITS = (160, 224, 640, 1600, 2560, 5120), 2560
"""`evaluate` goes from one precision to the next, in bits; a result that is 0 may be all that a cancellation left,
and is believed from `ZERO_BITS` on, if it was 0 at the precision before."""

AGREED_BITS, AGREED_PLACE = 90, -1170
"""Two results agree if they differ by at most 2**-90 of their size, or 2**-1170 where float64 ends at 2**-1074."""

KINK_REACH = 8
"""Within so many units of a kink the gradient of its other side may count as right: see `expected`."""

# The derivative at x of each function that a definition may call; y is its value there.
_DERIVATIVES = {
    "exp": "y",
    "expm1": "exp(x)",
    "log": "1 / x",
    "log1p": "1 / (1 + x)",
    "sqrt": "1 / (2 * y)",
    "tanh": "1 / cosh(x) ** 2",
    "cosh": "sinh(x)",
    "sinh": "cosh(x)",
    "asinh": "1 / sqrt(1 + x * x)",
    "atan": "1 / (1 + x * x)",
    "sin": "cos(x)",
    "cos": "-sin(x)",
    "erf": "2 / sqrt(pi) * exp(-x * x)",
    "erfc": "-2 / sqrt(pi) * exp(-x * x)",
    "fabs": "sign(x)",
    "floor": "0 * x",
    "sign": "0 * x",
}


# ---- expressions ----------------------------------------------------------------------------------------------


class _Portable(ast.NodeTransformer):
    """Leaves to the arithmetic what Python would decide: branches, and what a decimal fraction is."""

    def __init__(self, source: str) -> None:
        self.source = source

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        branches = [ast.Lambda(nothing, branch) for branch in (node.body, node.orelse)]
        return ast.Call(ast.Name("choose", ast.Load()), [node.test, *branches], [])

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, float):
            return node
        text = ast.get_source_segment(self.source, node)
        return ast.Call(ast.Name("number", ast.Load()), [ast.Constant(text)], [])


@functools.cache
def _compiled(definition: str) -> CodeType:
    tree = _Portable(definition).visit(ast.parse(definition, mode="eval"))
    return compile(ast.fix_missing_locations(tree), f"<{definition}>", "eval")


_DERIVATIVE_CODE = {name: _compiled(f"lambda x, y: {text}") for name, text in _DERIVATIVES.items()}


# ---- dual numbers ---------------------------------------------------------------------------------------------


class Dual:
    """A value and its slope. What has no slope is a constant and stays an ordinary number."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Any, slope: Any) -> None:
        self.value = value
        self.slope = slope

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Dual:
        return self + -other

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)
        return Dual(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            ratio = self.value / other.value
            return Dual(ratio, (self.slope - ratio * other.slope) / other.value)
        return Dual(self.value / other, self.slope / other)

    def __rtruediv__(self, other: Any) -> Dual:
        ratio = other / self.value
        return Dual(ratio, -ratio * self.slope / self.value)

    def __pow__(self, exponent: int) -> Dual:
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)

    def __mod__(self, divisor: Any) -> Dual:
        return Dual(self.value % divisor, self.slope)


def _comparison(name: str) -> Callable[[Dual, Any], Any]:
    compare = getattr(operator, name)
    return lambda self, other: compare(self.value, _value(other))


for _name in ("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"):
    setattr(Dual, _name, _comparison(_name))
del _name


def _value(number: Any) -> Any:
    return number.value if isinstance(number, Dual) else number


def _slope(number: Any) -> Any:
    return number.slope if isinstance(number, Dual) else 0


def _extremum(before: Callable[[Any, Any], Any], up_to: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def extremum(choose: Callable[..., Any], first: Any, second: Any) -> Any:
        if isinstance(first, Dual) and isinstance(second, Dual):
            return choose(up_to(first, second), lambda: first, lambda: second)
        dual, constant = (first, second) if isinstance(first, Dual) else (second, first)
        return choose(before(dual, constant), lambda: dual, lambda: constant)

    return extremum


_minimum = _extremum(operator.lt, operator.le)
_maximum = _extremum(operator.gt, operator.ge)


def _arithmetic(
    functions: Mapping[str, Callable[[Any], Any]], choose: Callable[..., Any], number: Callable[[str], Any], pi: Any
) -> dict[str, Any]:
    """The names that an expression sees, from functions of ordinary numbers and a choice between branches."""

    def lifted(name: str) -> Callable[[Any], Any]:
        function, derivative = functions[name], eval(_DERIVATIVE_CODE[name], names)

        def call(number: Any) -> Any:
            if not isinstance(number, Dual):
                return function(number)
            value = function(number.value)
            return Dual(value, number.slope * derivative(number.value, value))

        return call

    names: dict[str, Any] = {"__builtins__": {}, "choose": choose, "number": number, "pi": pi}
    names |= {name: lifted(name) for name in _DERIVATIVES}
    return names | {"min": functools.partial(_minimum, choose), "max": functools.partial(_maximum, choose)}


# ---- with mpmath ----------------------------------------------------------------------------------------------


@functools.cache
def _mpmath() -> Any:
    try:
        from mpmath import mp
    except ImportError:
        raise ImportError("exact values need mpmath: pip install 'actkernels[demo]'") from None
    return mp


@functools.cache
def _mpmath_arithmetic() -> dict[str, Any]:
    mp = _mpmath()
    # Beyond this exponents have thousands of bits, and nothing of the result is left in float64.
    most, vanishing = mp.mpf(2) ** 1200, mp.ldexp(1, -(2**3000))
    far = 2**16  # where exp(-x) is nothing beside exp(x)

    def exp(x: Any) -> Any:
        if abs(x) < far:
            return mp.exp(x)
        if abs(x) >= most:
            return mp.inf if x > 0 else vanishing
        with mp.extraprec(int(mp.mag(x))):  # mpmath raises e to the power of x, which takes milliseconds
            exponent = mp.nint(x / mp.ln2)
            return mp.ldexp(mp.exp(x - exponent * mp.ln2), int(exponent))

    def cosh(x: Any) -> Any:
        return mp.cosh(x) if abs(x) < far else exp(abs(x)) / 2

    def sinh(x: Any) -> Any:
        return mp.sinh(x) if abs(x) < far else mp.sign(x) * exp(abs(x)) / 2

    def tanh(x: Any) -> Any:
        return mp.tanh(x) if abs(x) < 2**64 else mp.sign(x)

    def erfc(x: Any) -> Any:
        return mp.erfc(x if x < 2**20 else 2**20)

    def log(x: Any) -> Any:
        return mp.log(x) if x > 0 else (mp.ninf if x == 0 else mp.nan)

    functions: dict[str, Any] = {name: getattr(mp, name, None) for name in _DERIVATIVES}
    functions |= {"exp": exp, "cosh": cosh, "sinh": sinh, "tanh": tanh, "erfc": erfc}
    functions |= {"log": log, "log1p": lambda x: log(1 + x)}
    return _arithmetic(functions, lambda condition, yes, no: yes() if condition else no(), mp.mpf, mp.pi)


@functools.cache
def _gmpy2() -> Any:
    try:
        import gmpy2
    except ImportError:
        return None
    return gmpy2


@functools.cache
def _gmpy2_arithmetic(bits: int) -> dict[str, Any]:
    """The same by MPFR, ten times faster, for results that neither overflow nor underflow there."""
    gmpy2 = _gmpy2()
    functions: dict[str, Any] = {name: getattr(gmpy2, name, None) for name in _DERIVATIVES} | {"fabs": abs}
    with gmpy2.context(precision=bits):
        pi = gmpy2.const_pi()
    number = functools.cache(gmpy2.mpfr)
    return _arithmetic(functions, lambda condition, yes, no: yes() if condition else no(), number, pi)


def evaluate(definition: str, x: float, params: Mapping[str, float] | None = None) -> tuple[Any, Any]:
    """Value and derivative of a definition at `x`, both good to at least 90 bits.

    Parameters
    ----------
    definition : str
        An expression of ``x`` and the parameters. Decimal fractions in it are exact.
    x : float or mpf
        Where; finite.
    params : mapping of str to float, optional
        Parameters, taken exactly as given.

    Returns
    -------
    value, derivative : mpf
        A result that is still 0 at 2560 bits counts as 0.

    Raises
    ------
    ImportError
        If mpmath is not installed.

    Examples
    --------
    >>> from actkernels import reference
    >>> value, derivative = reference.evaluate("log(1 + exp(x))", -700)
    >>> float(value), float(derivative)
    (9.85967654375977e-305, 9.85967654375977e-305)
    >>> [int(part) for part in reference.evaluate("x if x > 0 else a * x", 0, {"a": 3})]
    [0, 3]
    """
    value, slope = map(_as_mpf, _evaluated(definition, [x], params)[0])
    return value, slope


def _evaluated(definition: str, points: Sequence[Any], params: Mapping[str, float] | None) -> list[tuple[Any, Any]]:
    """The same at many points; numbers are mpmath's, gmpy2's, or integers, as they come."""
    code, gmpy2 = _compiled(definition), _gmpy2()
    found: list[Any] = [None] * len(points)
    if gmpy2 and all(isinstance(x, (int, float, np.floating)) for x in points):
        found = _settled(functools.partial(_with_gmpy2, code, params), points)
        found = [pair if pair and all(map(gmpy2.is_finite, pair)) else None for pair in found]
    others = [place for place, pair in enumerate(found) if pair is None]
    again = _settled(functools.partial(_with_mpmath, code, params), [points[place] for place in others])
    for place, pair in zip(others, again, strict=True):
        if pair is None:
            raise ArithmeticError(f"{definition} does not settle at x = {points[place]}")
        found[place] = pair
    return found


def _settled(at: Callable[[int, list[Any]], list[tuple[Any, Any]]], points: Sequence[Any]) -> list[Any]:
    """For each point the results at the first precision that agrees with the one before; None where none does."""
    settled: list[Any] = [None] * len(points)
    before: dict[int, Any] = dict.fromkeys(range(len(points)))
    for bits, following in zip(PRECISIONS, (*PRECISIONS[1:], math.inf), strict=True):
        # the next precision tells nothing about what came out 0: the two do from which on that is believed
        wanted = [following >= ZERO_BITS or pair is None or not any(map(_lost, pair)) for pair in before.values()]
        places = list(itertools.compress(before, wanted))
        for place, pair in zip(places, at(bits, [points[place] for place in places]), strict=True):
            if before[place] and all(map(functools.partial(_agree, bits), pair, before[place])):
                settled[place] = pair
                del before[place]
            else:
                before[place] = pair
    return settled


def _with_mpmath(
    code: CodeType, params: Mapping[str, float] | None, bits: int, points: list[Any]
) -> list[tuple[Any, Any]]:
    mp, found = _mpmath(), []
    with mp.workprec(bits):
        names = {**_mpmath_arithmetic(), **{name: mp.mpf(value) for name, value in (params or {}).items()}}
        for x in points:
            names["x"] = Dual(mp.convert(x), mp.one)
            result = eval(code, names)
            value, slope = _value(result), _slope(result)
            found.append((value, mp.nan if value != value else slope))  # outside the domain there is no slope either
    return found


def _with_gmpy2(
    code: CodeType, params: Mapping[str, float] | None, bits: int, points: list[Any]
) -> list[tuple[Any, Any]]:
    gmpy2, found = _gmpy2(), []
    mpfr = gmpy2.mpfr
    with gmpy2.context(precision=bits):
        names = {**_gmpy2_arithmetic(bits), **{name: mpfr(value) for name, value in (params or {}).items()}}
        one = mpfr(1)
        for x in points:
            names["x"] = Dual(mpfr(float(x)), one)
            result = eval(code, names)
            found.append((_value(result), _slope(result)))
    return found


def _as_mpf(number: Any) -> Any:
    from mpmath.libmp import MPZ, from_man_exp

    if not hasattr(number, "as_mantissa_exp"):
        return _mpmath().convert(number)
    mantissa, exponent = number.as_mantissa_exp()
    return _mpmath().make_mpf(from_man_exp(MPZ(mantissa), int(exponent)))


def _lost(number: Any) -> bool:
    """Whether it may be 0 because its bits cancelled; integers are exact."""
    return not number and not isinstance(number, int)


def _agree(bits: int, new: Any, old: Any) -> bool:
    if new == old:
        return not _lost(new) or bits >= ZERO_BITS
    difference = abs(new - old)
    return new != new or difference <= abs(new) * 2.0**-AGREED_BITS or difference * 2**-AGREED_PLACE <= 1


def limit(definition: str, sign: int, params: Mapping[str, float] | None = None) -> tuple[float, float]:
    """Value and derivative that a definition tends to at infinity, as float64 would have them.

    Parameters
    ----------
    definition : str
        An expression of ``x`` and the parameters.
    sign : {1, -1}
        Which infinity.
    params : mapping of str to float, optional
        Parameters.

    Returns
    -------
    value, derivative : float
        NaN where there is no limit.

    Examples
    --------
    >>> from actkernels import reference
    >>> reference.limit("x / (1 + exp(-x))", -1)
    (-0.0, -0.0)
    >>> reference.limit("sin(x)", 1)
    (nan, nan)
    """
    mp = _mpmath()
    # beyond every float64, and far enough apart to tell what settles, what grows and what oscillates
    values, slopes = zip(
        *(evaluate(definition, sign * mp.mpf(2) ** (1100 + 3 * step), params) for step in range(6)), strict=True
    )
    return _tendency(values), _tendency(slopes)


def _tendency(values: tuple[Any, ...]) -> float:
    rounded = [float(value) for value in values]
    if any(map(math.isnan, rounded)):
        return math.nan
    if len(set(rounded)) == 1:
        return rounded[-1]
    sizes = [abs(value) for value in values]
    if len({value > 0 for value in values}) == 1 and sizes == sorted(sizes):
        return math.copysign(math.inf, rounded[-1])
    return math.nan


# ---- units in the last place ----------------------------------------------------------------------------------


def ulp(value: Any, dtype: Any) -> Any:
    """Spacing of a type's numbers at an exact value.

    Parameters
    ----------
    value : mpf or float
        Anything finite.
    dtype : dtype_like
        A binary floating-point type.

    Returns
    -------
    mpf
        Never less than the smallest subnormal, never more than the spacing at the largest finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from actkernels import reference
    >>> reference.ulp(1, np.float32) == np.finfo(np.float32).eps
    True
    >>> reference.ulp(0, np.float64) == 5e-324
    True
    """
    return _mpmath().ldexp(1, _last_place(value, np.finfo(dtype)))


def _last_place(value: Any, info: Any) -> int:
    """The exponent of `ulp`."""
    exponent = int(_mpmath().mag(value)) - 1 if value and value == value else info.minexp
    return int(min(max(exponent, info.minexp), info.maxexp - 1) - info.nmant)


def ulp_error(result: Any, exact: Any, dtype: Any) -> float:
    """Distance of a result from the exact value, in units in the last place of its type at the exact value.

    Parameters
    ----------
    result : float
        What was computed.
    exact : mpf
        What should have been.
    dtype : dtype_like
        Type of the result.

    Returns
    -------
    float
        Infinity counts as the power of two that follows the largest finite number, and as no error at all
        where the exact value rounds to it.

    Examples
    --------
    >>> import numpy as np
    >>> from actkernels import reference
    >>> reference.ulp_error(1.0, reference.evaluate("1 + x", 2.0**-24)[0], np.float32)
    0.5
    """
    return float(Exact.of([exact], dtype).error(np.array([result], dtype))[0])


_FAR = 2**20  # the exponent of infinity, and the negative one of 0 and NaN


@dataclass(frozen=True)
class _Apart:
    """Numbers as (high + low) * 2**exponent, to 106 bits; high is float64, from 0.5 to 1 in size, and low as well."""

    high: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any]
    exponent: np.ndarray[Any, Any]

    @classmethod
    def of(cls, numbers: Iterable[Any]) -> _Apart:
        """Of mpmath's numbers, of gmpy2's, of Python's own."""
        gmpy2 = _gmpy2()
        with gmpy2.context(precision=PRECISIONS[-1]) if gmpy2 else contextlib.nullcontext():
            high, low, exponent = np.array([_apart(number) for number in numbers], float).reshape(-1, 3).T
        return cls(high, low, exponent.astype(int))


def _apart(number: Any) -> tuple[float, float, int]:
    if not number or number != number:
        return float(number), 0.0, -_FAR
    if abs(number) == math.inf:
        return float(number), 0.0, _FAR
    if isinstance(number, (int, float)):
        mantissa, exponent = math.frexp(number)
    elif hasattr(number, "as_mantissa_exp"):
        exponent, mantissa = _gmpy2().frexp(number)
    else:
        mantissa, exponent = _mpmath().frexp(number)
    high = float(mantissa)
    return high, float(mantissa - high), min(max(int(exponent), -_FAR), _FAR)


def _exponent(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Exponents as above, of finite numbers."""
    return np.where(numbers, np.frexp(numbers)[1], -_FAR)


@dataclass(frozen=True)
class Exact:
    """Exact values, taken apart so that errors can be counted in float64.

    Attributes
    ----------
    nearest : ndarray
        The values rounded to the type.
    rest : ndarray of float64
        What that left, in units in the last place.
    unit : ndarray of float64
        The unit in the last place.
    overflows : ndarray of bool
        Where the value rounds to infinity.

    Examples
    --------
    >>> import numpy as np
    >>> from actkernels import reference
    >>> x = np.array([0.5, 1.0, 2.0])
    >>> exact = reference.Exact.of([reference.evaluate("exp(x)", value)[0] for value in x], x.dtype)
    >>> bool(exact.error(np.exp(x)).max() < 1)
    True
    """

    nearest: np.ndarray[Any, Any]
    rest: np.ndarray[Any, Any]
    unit: np.ndarray[Any, Any]
    overflows: np.ndarray[Any, Any]

    @classmethod
    def of(cls, values: Iterable[Any], dtype: Any, scale: Iterable[Any] = ()) -> Exact:
        """Take values apart; units are those of the larger of value and `scale`, if there is one."""
        larger = _Apart.of(scale).exponent
        return cls._of(_Apart.of(values), dtype, larger if larger.size else np.array(-_FAR))

    @classmethod
    def _of(cls, values: _Apart, dtype: Any, larger: np.ndarray[Any, Any]) -> Exact:
        """From values taken apart, and exponents of what units belong to where that is larger."""
        info, high, exponent = np.finfo(dtype), values.high, values.exponent
        with np.errstate(over="ignore", invalid="ignore"):
            nearest = np.clip(np.ldexp(high, exponent), info.min, info.max).astype(dtype)
            left = (high - np.ldexp(nearest.astype(float), -exponent)) + values.low
            places = np.clip(np.maximum(exponent, larger) - 1, info.minexp, info.maxexp - 1) - info.nmant
            rest = np.ldexp(left, exponent - places)
            to_the_end = (np.sign(high) - high) - values.low  # from the value to the end of the binade
        rounds_up = (exponent == info.maxexp) & (np.abs(to_the_end) <= 2.0 ** -(info.nmant + 2))
        overflows = (exponent > info.maxexp) | rounds_up
        return cls(nearest, rest, np.ldexp(1.0, places), overflows)

    def error(self, result: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Sizes of the errors of a result, in units; infinity for a NaN."""
        # in halves, because the power of two that infinity stands for is no float64
        half = np.where(np.abs(self.nearest) > 1, 0.5, 1.0)
        top = 2.0 ** (np.finfo(self.nearest.dtype).maxexp - 1)
        with np.errstate(over="ignore", invalid="ignore"):
            halved = np.where(np.isinf(result), np.copysign(top, result), result * half)
            error = np.abs((halved - self.nearest * half) / (self.unit * half) - self.rest)
        error[np.isnan(error)] = np.inf
        error[self.overflows & (result == np.copysign(np.inf, self.nearest))] = 0
        error[np.isnan(self.nearest) & np.isnan(result)] = 0
        return error


class Either:
    """Exact values of which any will do.

    Parameters
    ----------
    *choices : Exact
        For the same results.
    """

    def __init__(self, *choices: Exact) -> None:
        self.choices = choices
        self.nearest = choices[0].nearest

    def error(self, result: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Sizes of the errors of a result, in units, each to the choice that is closest."""
        return np.min([choice.error(result) for choice in self.choices], axis=0)


def expected(row: Row, x: np.ndarray[Any, Any], params: Mapping[str, float] | None = None) -> tuple[Either, Either]:
    """What a row promises at its inputs, value and gradient, with the units that its bounds count in.

    Parameters
    ----------
    row : Row
        Of the catalogue.
    x : ndarray
        Finite inputs, of the type of the results.
    params : mapping of str to float, optional
        Parameters, by default the row's.

    Returns
    -------
    value : Either
        The number next to a root is never the root: there an error counts in units of what the value changes to the
        next number, and everywhere else that change is far less than the value. Where the row has a
        `larger_summand`, in units of that where it is larger. Beside a kink that is no number of the type, the
        value at the kink is as good.
    gradient : Either
        Where the row has a `larger_term`, in units of that where it is larger. Beside a kink the rounding of a
        parameter, where the kink is no number of the type, or of the value, where it rounds to that at the kink,
        decides between the two sides: the gradient of either is as good.

    Examples
    --------
    >>> import numpy as np
    >>> import actkernels as ak
    >>> from actkernels import catalogue, reference
    >>> (row,) = (row for row in catalogue.ROWS if row.name == "silu")
    >>> x = np.array([-1.2784645, 0.5], np.float32)
    >>> value, gradient = reference.expected(row, x)
    >>> bool(value.error(ak.silu(x)).max() <= 2), bool(gradient.error(ak.silu.gradient(x=x)).max() <= 4)
    (True, True)
    """
    dtype, params = x.dtype, row.parameters if params is None else params
    values, gradients = map(list, zip(*_evaluated(row.definition, x.tolist(), params), strict=True))
    value, gradient = _Apart.of(values), _Apart.of(gradients)
    term, summand = (_exponent(size_of(text, x, params)) for text in (row.larger_term, row.larger_summand))
    if not row.frequency:  # waves have to be right next to their roots as well, and change fast where they are far
        info = np.finfo(dtype)
        place = np.clip(_exponent(x) - 1, info.minexp, info.maxexp - 1) - info.nmant
        summand = np.maximum(summand, gradient.exponent + place)
    ends, sides = [value], [gradient]
    if beside := list(_beside_kinks(row, x, params)):
        at_kinks, left, right = values[:], gradients[:], gradients[:]
        for place, *instead in beside:
            at_kinks[place], left[place], right[place] = instead
        ends, sides = [value, _Apart.of(at_kinks)], [gradient, _Apart.of(left), _Apart.of(right)]
    forward = Either(*(Exact._of(end, dtype, summand) for end in ends))
    return forward, Either(*(Exact._of(side, dtype, term) for side in sides))


def _beside_kinks(
    row: Row, x: np.ndarray[Any, Any], params: Mapping[str, float]
) -> Iterator[tuple[int, Any, Any, Any]]:
    """Places of the numbers that may count as on either side of a kink, the value there, and the gradients."""

    def exact(x: Any) -> tuple[Any, Any]:
        return evaluate(row.definition, x, params)

    for text in row.kinks:
        kink = evaluate(text, 0, params)[0]
        unit = ulp(kink, x.dtype)
        between = float(x.dtype.type(kink)) != kink
        near = np.flatnonzero(np.abs(x.astype(float) - float(kink)) <= KINK_REACH * float(unit))
        if near.size:
            at_kink, left, right = exact(kink)[0], exact(kink - 2 * unit)[1], exact(kink + 2 * unit)[1]
        for place in map(int, near):
            off = abs(exact(x[place])[0] - at_kink)
            rounds_to_it = 0 < off <= ulp(at_kink, x.dtype) / 2
            if rounds_to_it or (between and abs(float(x[place]) - kink) <= unit):
                yield place, at_kink, left, right


def size_of(term: str, x: np.ndarray[Any, Any], params: Mapping[str, float]) -> np.ndarray[Any, Any]:
    """Sizes of a row's `larger_term` or `larger_summand`, as float64 evaluates them; 0 where there is none."""
    if not term:
        return np.zeros(x.shape)
    with np.errstate(all="ignore"):
        sizes = plain_numpy(term)[0](x.astype(float), **params)
    return np.abs(np.nan_to_num(sizes))


# ---- with NumPy -----------------------------------------------------------------------------------------------


def _choose(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    if np.ndim(condition) == 0:
        return yes() if condition else no()
    first, second = yes(), no()
    if not (isinstance(first, Dual) or isinstance(second, Dual)):
        return np.where(condition, first, second)
    return Dual(np.where(condition, _value(first), _value(second)), np.where(condition, _slope(first), _slope(second)))


@functools.cache
def _numpy_arithmetic() -> dict[str, Any]:
    try:
        from scipy import special
    except ImportError:
        special = None
    other_names = {"fabs": "abs", "atan": "arctan", "asinh": "arcsinh"}

    def elementwise(name: str) -> Callable[[Any], Any]:
        on_number: Any = getattr(math, name, None)
        on_array: Any = getattr(np, other_names.get(name, name), None) or getattr(special, name, None)
        if on_array is None:
            on_array = np.vectorize(on_number, otypes="d")
        # numbers stay Python numbers, so that they take the type of the array that they meet
        return lambda x: on_array(x) if isinstance(x, (np.ndarray, np.generic)) else on_number(x)

    names = _arithmetic({name: elementwise(name) for name in _DERIVATIVES}, _choose, float, math.pi)
    for name, on_duals, on_arrays in (("min", names["min"], np.minimum), ("max", names["max"], np.maximum)):
        names[name] = functools.partial(_either, on_duals, on_arrays)
    return names


def _either(on_duals: Callable[..., Any], on_arrays: Callable[..., Any], first: Any, second: Any) -> Any:
    dual = isinstance(first, Dual) or isinstance(second, Dual)
    return (on_duals if dual else on_arrays)(first, second)


def plain_numpy(definition: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Write a definition and its derivative as they are written in plain NumPy, one temporary after another.

    Parameters
    ----------
    definition : str
        An expression of ``x`` and the parameters.

    Returns
    -------
    forward, gradient : callable
        Each takes a float array and the parameters by keyword, and returns a new array of the same type.
        Where the definition overflows or cancels, so do they, with NumPy's warnings.

    Examples
    --------
    >>> import numpy as np
    >>> from actkernels import reference
    >>> forward, gradient = reference.plain_numpy("max(x, 0) + slope * x")
    >>> forward(np.array([-1.0, 2.0]), slope=0.5)
    array([-0.5,  3. ])
    >>> gradient(np.array([-1.0, 2.0]), slope=0.5)
    array([0.5, 1.5])
    """
    code, arithmetic = _compiled(definition), _numpy_arithmetic()

    def forward(x: np.ndarray[Any, Any], **params: float) -> np.ndarray[Any, Any]:
        return _like(x, eval(code, {**arithmetic, **params, "x": x}))

    def gradient(x: np.ndarray[Any, Any], **params: float) -> np.ndarray[Any, Any]:
        return _like(x, _slope(eval(code, {**arithmetic, **params, "x": Dual(x, np.ones_like(x))})))

    return forward, gradient


def _like(x: np.ndarray[Any, Any], result: Any) -> np.ndarray[Any, Any]:
    result = np.asarray(result, x.dtype)
    return result if result.shape == x.shape else np.full_like(x, result)
