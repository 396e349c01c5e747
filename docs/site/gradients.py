"""The gradients of the catalogue's definitions as formulas.

A definition is one expression on each stretch between its kinks. There SymPy differentiates it; which side of a kink
the kink belongs to is what the kernels say. `check` holds the formulas against the kernels, so that a page cannot show
another gradient than the one that is computed.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import sympy
from sympy.printing.latex import LatexPrinter

from actkernels import pictures
from actkernels.activation import Activation

x = sympy.Symbol("x", real=True)


class erfc(sympy.Function):  # noqa: N801 - a function, as SymPy spells them
    """The complementary error function; SymPy's own turns that of -x into 2 less that of x."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The derivative by the argument."""
        return -2 * sympy.exp(-(self.args[0] ** 2)) / sympy.sqrt(sympy.pi)

    def _eval_evalf(self, precision: int) -> sympy.Expr:
        return sympy.erfc(self.args[0])._eval_evalf(precision)


_AS_THERE = ("exp", "log", "sqrt", "tanh", "cosh", "sin", "cos", "atan", "asinh", "erf", "pi")
NAMES: dict[str, Any] = {name: getattr(sympy, name) for name in _AS_THERE}
NAMES |= {"x": x, "fabs": sympy.Abs, "erfc": erfc, "expm1": lambda u: sympy.exp(u) - 1}
"""What the definitions are made of, as SymPy has it."""

WITHOUT_KINKS_OR_WITH_TOO_MANY = {
    "stair": [("0", r"\left\lfloor x \right\rfloor \;\mathrm{even}"), ("1", r"\mathrm{otherwise}")],
    "sinc": [
        (r"\frac{\cos\left(x\right)}{x} - \frac{\sin\left(x\right)}{x^{2}}", r"x \neq 0"),
        ("0", r"\mathrm{otherwise}"),
    ],
    "soft_exponential": [
        (r"\frac{1}{1 - \alpha\,\left(x + \alpha\right)}", r"\alpha < 0"),
        (r"e^{\alpha\,x}", r"\mathrm{otherwise}"),
    ],
}
"""Formulas and conditions where branches do not meet in a finite number of points."""


class Piece(NamedTuple):
    """A stretch of the gradient: the formula, where it begins and ends, and whether it holds there."""

    formula: sympy.Expr
    low: ast.expr | None
    high: ast.expr | None
    closed_low: bool = False
    closed_high: bool = False


class _At(ast.NodeTransformer):
    """Chooses the branches that a definition takes about a point."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def value(self, node: ast.expr) -> Any:
        functions = {"min": min, "max": max, "fabs": abs, **{n: getattr(math, n) for n in NAMES if hasattr(math, n)}}
        tree = ast.fix_missing_locations(ast.Expression(node))
        return eval(compile(tree, "definition", "eval"), {"__builtins__": {}}, functions | self.values)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self.visit(node.body if self.value(node.test) else node.orelse)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        if node.func.id in ("min", "max"):
            return self.visit(eval(node.func.id)(node.args, key=self.value))
        if node.func.id == "floor":
            return ast.Constant(0)  # its slope is 0 between its jumps
        return self.generic_visit(node)


def pieces(activation: Activation) -> list[Piece]:
    """The gradient between the kinks, neighbours with one formula joined."""
    params = dict(activation.params)
    tree = ast.parse(activation.definition, mode="eval").body
    kinks: dict[float, ast.expr] = {}
    for text in activation._row.kinks:
        kinks.setdefault(pictures._number(text, activation), ast.parse(text, mode="eval").body)
    ends = sorted(kinks)
    found: list[Piece] = []
    for low, high in itertools.pairwise([-math.inf, *ends, math.inf]):
        start = low if low > -math.inf else min(high, 0.0) - 1.6
        end = high if high < math.inf else max(low, 0.0) + 1.6
        branch = _At(params | {"x": start + 0.37 * (end - start)}).visit(ast.parse(ast.unparse(tree), mode="eval").body)
        formula = derivative(ast.unparse(ast.fix_missing_locations(branch)), params, activation._row.requires)
        if found and sympy.simplify(found[-1].formula - formula) == 0:
            found[-1] = found[-1]._replace(high=kinks.get(high))
        else:
            found.append(Piece(formula, kinks.get(low), kinks.get(high)))
    return _with_ends(activation, found)


def _with_ends(activation: Activation, found: list[Piece]) -> list[Piece]:
    """Give each kink to the side whose gradient the kernel has there, or a piece of its own."""
    for number in range(len(found) - 1, 0, -1):
        left, right = found[number - 1], found[number]
        assert left.high is not None
        at = pictures._number(ast.unparse(left.high), activation)
        own = float(activation.gradient(x=at))
        if math.isclose(_at(left, activation, at), own, abs_tol=1e-9):
            found[number - 1] = left._replace(closed_high=True)
        elif math.isclose(_at(right, activation, at), own, abs_tol=1e-9):
            found[number] = right._replace(closed_low=True)
        else:
            formula = sympy.nsimplify(own)
            found.insert(number, Piece(formula, left.high, left.high, True, True))
    return found


def derivative(definition: str, params: Iterable[str], requires: Iterable[str]) -> sympy.Expr:
    """The derivative of an expression without branches, in the shortest of some forms."""
    symbols = {name: sympy.Symbol(name, real=True, positive=f"{name} > 0" in requires or None) for name in params}
    source = ast.unparse(_Decimals().visit(ast.parse(definition, mode="eval")))
    expression = sympy.sympify(eval(source, {"__builtins__": {}, "Number": sympy.Rational}, NAMES | symbols))
    raw = sympy.diff(expression, x)
    raw = raw.replace(lambda e: isinstance(e, sympy.Mul) and e.has(sympy.sign), _without_sign)
    forms = [raw, sympy.together(raw), sympy.factor_terms(raw), sympy.expand(raw)]
    if not raw.has(sympy.erf, erfc, sympy.sin, sympy.cos):
        forms += [sympy.factor(raw), sympy.powsimp(sympy.factor(raw))]
        if raw.count_ops() < 30:
            forms.append(sympy.simplify(raw))
    return min(forms, key=_effort)


def _effort(formula: sympy.Expr) -> float:
    """How hard a formula is to read."""
    large = any(number.is_Integer and abs(number) > 999 for number in formula.atoms(sympy.Number))
    return formula.count_ops() + 6 * _nested(written(formula)) + 100 * large


def _nested(text: str) -> int:
    """How many fractions stand inside of others, which makes them small."""
    levels, found = [(0, 0)], 0  # in how many fractions we are, and how many groups of one are still to come
    for part in re.findall(r"\\frac(?=\{)|[{}]", text):
        fractions, expected = levels[-1]
        if part == "}":
            levels.pop()
        elif part == "{":
            levels[-1] = fractions, max(0, expected - 1)
            levels.append((fractions + (expected > 0), 0))
        else:
            levels[-1] = fractions, 2
            found += fractions > 0
    return found


class _Decimals(ast.NodeTransformer):
    """Decimal fractions as SymPy's exact numbers."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, float | int):
            return ast.Call(ast.Name("Number", ast.Load()), [ast.Constant(str(node.value))], [])
        return node


def _without_sign(product: sympy.Expr) -> sympy.Expr:
    """Write u sign(u) as abs(u)."""
    for part in product.find(sympy.sign):
        inside = part.args[0]
        rest = product / part / inside
        if not rest.has(sympy.sign):
            return rest * sympy.Abs(inside)
    return product


def _at(piece: Piece, activation: Activation, at: float) -> float:
    numbers = {symbol: activation.params[symbol.name] for symbol in piece.formula.free_symbols if symbol != x}
    value = sympy.N(piece.formula.subs(numbers).subs(x, sympy.Float(at, 40)), 30)
    return float(value) if value.is_real else math.nan


def check(activation: Activation, found: list[Piece]) -> None:
    """Hold formulas against kernels at some points; ArithmeticError where they differ."""
    for piece in found:
        low, high = (
            default if end is None else pictures._number(ast.unparse(end), activation)
            for end, default in ((piece.low, -7.3), (piece.high, 7.3))
        )
        if low > high:
            raise ArithmeticError(f"{activation.name}: {low} is not below {high}")
        points = [low] if piece.low is piece.high is not None else np.linspace(low, high, 7)[1:-1] if low < high else []
        for at in points:
            computed, formula = float(activation.gradient(x=at)), _at(piece, activation, at)
            if not (math.isclose(computed, formula, rel_tol=1e-9, abs_tol=1e-12) or (computed != computed != formula)):
                raise ArithmeticError(f"{activation.name}: the gradient at {at} is {computed}, by formula {formula}")


def depends_on_signs(activation: Activation, found: list[Piece]) -> bool:
    """Whether the formulas hold only for parameters with the signs of the defaults."""
    for name, value in activation.params.items():
        with contextlib.suppress(ValueError):  # a sign that is not allowed
            other = activation.with_params(**{name: -value})
            try:
                check(other, found)
            except ArithmeticError:
                return True
    return False


class _Printer(LatexPrinter):
    """SymPy's TeX with the symbols of the definitions, and short fractions inside of exponents and arguments."""

    def _folded(self, write: Callable[..., str], *arguments: Any) -> str:
        before = self._settings["fold_short_frac"]
        self._settings["fold_short_frac"] = True
        try:
            return write(*arguments)
        finally:
            self._settings["fold_short_frac"] = before

    def _print_ExpBase(self, power: sympy.Expr, exp: str | None = None) -> str:  # noqa: N802 - LatexPrinter's name
        return self._folded(super()._print_ExpBase, power, exp)

    def _print_Function(self, call: sympy.Expr, exp: str | None = None) -> str:  # noqa: N802 - LatexPrinter's name
        return self._folded(super()._print_Function, call, exp)

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> str:  # noqa: N802 - LatexPrinter's name
        return pictures._symbol(symbol.name)

    def _print_Float(self, number: sympy.Float) -> str:  # noqa: N802 - LatexPrinter's name
        text = f"{float(number):.6g}"
        return text if math.isclose(float(text), float(number), rel_tol=1e-12) else rf"{float(number):.5g}\ldots"


def _rounded(formula: sympy.Expr) -> sympy.Expr:
    """A formula in which only simple fractions are fractions."""
    return formula.replace(lambda e: isinstance(e, sympy.Rational) and e.q > 12, lambda e: sympy.Float(e, 17))


def written(formula: sympy.Expr) -> str:
    """A formula in TeX."""
    settings = {"ln_notation": True, "mul_symbol": r"\,", "fold_frac_powers": True, "fold_short_frac": False}
    return _Printer(settings).doprint(_rounded(formula))


def tex(activation: Activation) -> tuple[str, bool]:
    """The gradient in TeX, and whether it holds only for parameters with the signs of the defaults."""
    if activation.name in WITHOUT_KINKS_OR_WITH_TOO_MANY:
        return cases(WITHOUT_KINKS_OR_WITH_TOO_MANY[activation.name]), False
    found = pieces(activation)
    check(activation, found)
    formulas = [written(piece.formula) for piece in found]
    if len(found) == 1:
        return f"f'(x) = {formulas[0]}", depends_on_signs(activation, found)
    text = cases((formula, _condition(piece)) for formula, piece in zip(formulas, found, strict=True))
    return text, depends_on_signs(activation, found)


def cases(pairs: Iterable[tuple[str, str]]) -> str:
    """A gradient of several cases in TeX, from formulas and their conditions."""
    lines = r" \\ ".join(rf"{formula} & {condition}".replace(r"\frac", r"\dfrac") for formula, condition in pairs)
    return rf"f'(x) = \begin{{cases}} {lines} \end{{cases}}"


def _condition(piece: Piece) -> str:
    """Where a piece holds."""
    write = pictures._Writer(inline=True).write
    if piece.low is None:
        return rf"x {_LESS[piece.closed_high]} {write(piece.high)}"
    if piece.high is None:
        return rf"x {_MORE[piece.closed_low]} {write(piece.low)}"
    if piece.low is piece.high:
        return f"x = {write(piece.low)}"
    return f"{write(piece.low)} {_LESS[piece.closed_low]} x {_LESS[piece.closed_high]} {write(piece.high)}"


_LESS, _MORE = ("<", r"\leq"), (">", r"\geq")
