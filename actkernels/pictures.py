r"""Pictures of activations: function and gradient with their kinks and asymptotes, one by one or all on a sheet.

Examples
--------
>>> import actkernels as ak
>>> from actkernels import pictures
>>> print(pictures.formula(ak.silu))
f(x) = \dfrac{x}{1 + e^{-\beta\,x}}
>>> figure = pictures.plot([ak.elu.with_params(alpha=0.5)])
>>> pictures.save(pictures.gallery(), "gallery.png")
"""

from __future__ import annotations

import ast
import io
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from actkernels.activation import ACTIVATIONS, Activation
from actkernels.demo import Unusable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

FAMILIES = {
    "Lines, steps and rectifiers": "identity",
    "Sigmoids": "logistic",
    "Shrinkage and clipping": "tanhshrink",
    "Gates: the input times a sigmoid": "gelu",
    "Waves": "growing_cosine",
    "Bells, exponentials and powers": "gaussian",
}
"""Families of activations, each with its first row: the others follow it in the catalogue."""

BLUE, ORANGE, INK, GREY = "#0072B2", "#D55E00", "#222222", "#8A8A8A"  # Okabe and Ito's, apart for every eye
FUNCTION: dict[str, Any] = {"color": BLUE, "linestyle": "-", "label": "$f(x)$"}
GRADIENT: dict[str, Any] = {"color": ORANGE, "linestyle": (0, (4, 1.6)), "label": "$f'(x)$"}
ASYMPTOTE: dict[str, Any] = {"color": INK, "linestyle": ":"}
KINK: dict[str, Any] = {"color": INK, "linestyle": "", "marker": "D", "markerfacecolor": "none"}

REACH = 4.0
"""How far the input goes to either side, unless there is more to see."""
COLUMNS = 12
"""Pictures side by side in the gallery."""


# ---- the definition as mathematics ----------------------------------------------------------------------------

_SUM, _PRODUCT, _ATOM = range(3)  # how tightly a term holds together
_FUNCTIONS = {
    "log": r"\ln", "tanh": r"\tanh", "cosh": r"\cosh", "sin": r"\sin", "cos": r"\cos", "atan": r"\arctan",
    "asinh": r"\mathrm{arsinh}", "erf": r"\mathrm{erf}", "erfc": r"\mathrm{erfc}", "max": r"\max", "min": r"\min",
}  # fmt: skip
_RELATIONS = {ast.Gt: ">", ast.GtE: r"\geq", ast.Lt: "<", ast.LtE: r"\leq", ast.Eq: "=", ast.NotEq: r"\neq"}
_TURNED = {ast.Gt: "<", ast.GtE: r"\leq"}
_GREEK = {"alpha": r"\alpha", "beta": r"\beta", "theta": r"\theta", "lambd": r"\lambda", "pi": r"\pi"}


def formula(activation: Activation) -> str:
    """The definition of an activation in TeX, of which matplotlib's mathtext sets every command.

    Parameters
    ----------
    activation : Activation
        Its parameters appear by name.

    Returns
    -------
    str
        Without the dollar signs.
    """
    cases = list(_cases(ast.parse(activation.definition, mode="eval").body))
    if len(cases) == 1:
        return f"f(x) = {_Writer().write(cases[0][0])}"
    inline = _Writer(inline=True)
    lines, before = [], None
    for value, condition in cases:
        lines.append(rf"{inline.write(value)},\;\; {inline.condition(condition, before)}")
        before = condition
    stack = lines.pop()
    while lines:
        stack = rf"\genfrac{{}}{{}}{{0}}{{0}}{{{lines.pop()}}}{{{stack}}}"
    return rf"f(x) = \left\{{ {stack} \right."


def _cases(node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The branches of a definition with their conditions, None for what remains."""
    if isinstance(node, ast.IfExp):
        yield from ((value, node.test) for value, _ in _cases(node.body))
        yield from _cases(node.orelse)
    elif isinstance(node, ast.BinOp):
        for left, condition in _cases(node.left):
            for right, other in _cases(node.right):
                yield ast.BinOp(left, node.op, right), condition or other
    else:
        yield node, None


class _Writer:
    """Writes expressions as TeX; `inline` where fractions have no room, in exponents and inside of others."""

    def __init__(self, inline: bool = False) -> None:
        self.inline = inline

    def write(self, node: ast.expr) -> str:
        return self.term(node)[0]

    def condition(self, node: ast.expr | None, before: ast.expr | None) -> str:
        """A condition; next to one that takes what is still larger, it says where that begins."""
        if node is None:
            return r"\mathrm{otherwise}"
        assert isinstance(node, ast.Compare)
        relation = type(node.ops[0])
        left, right = self.write(node.left), self.write(node.comparators[0])
        if isinstance(before, ast.Compare) and relation in _TURNED and type(before.ops[0]) in _TURNED:
            end = r"\leq" if isinstance(before.ops[0], ast.Gt) else "<"
            return rf"{right} {_TURNED[relation]} {left} {end} {self.write(before.comparators[0])}"
        return f"{left} {_RELATIONS[relation]} {right}"

    def term(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Name(id=name):
                return _symbol(name), _ATOM
            case ast.Constant(value=int() | float() as number):
                text = f"{number:.6g}"
                return (text if float(text) == number else rf"{number:.5g}\ldots"), _ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self.held(operand, _PRODUCT)}", _SUM
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return f"{self.write(left)} + {self.held(right, _SUM)}", _SUM
            case ast.BinOp(op=ast.Sub(), left=left, right=right):
                return f"{self.write(left)} - {self.held(right, _PRODUCT)}", _SUM
            case ast.BinOp(op=ast.Mult() | ast.Div(), left=left) if (sign := _negated(left)) is not None:
                text = self.term(ast.BinOp(sign, node.op, node.right))[0]
                return f"-{text}", _SUM
            case ast.BinOp(op=ast.Mult()):
                return self.product(node), _PRODUCT
            case ast.BinOp(op=ast.Div()):
                return self.quotient(node), _PRODUCT
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                power = f"^{{{_Writer(inline=True).write(right)}}}"
                match left:
                    case ast.Call(func=ast.Name(id="sin" | "cos" as name), args=arguments):
                        return self.call(name, arguments, power), _ATOM
                return f"{self.held(left, _ATOM)}{power}", _ATOM
            case ast.BinOp(op=ast.Mod(), left=left, right=right):
                return rf"{self.held(left, _ATOM)}\,\mathrm{{mod}}\,{self.held(right, _ATOM)}", _PRODUCT
            case ast.Call(func=ast.Name(id="expm1"), args=[argument]):
                return f"e^{{{_Writer(inline=True).write(argument)}}} - 1", _SUM
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments), _ATOM
        raise TypeError(f"no way to write {ast.unparse(node)}")

    def held(self, node: ast.expr, tightness: int) -> str:
        """A term, in parentheses if it does not hold together so tightly."""
        text, own = self.term(node)
        return text if own >= tightness and not text.startswith("-") else rf"\left({text}\right)"

    def product(self, node: ast.BinOp) -> str:
        text = ""
        for _, equal in itertools.groupby(_factors(node), key=ast.dump):
            factor, *more = equal
            written = self.held(ast.BinOp(factor, ast.Pow(), ast.Constant(1 + len(more))) if more else factor, _PRODUCT)
            if text:
                text += r" \cdot " if written[0].isdigit() else r"\," if not written.startswith(r"\left(") else ""
            text += written
        return text

    def quotient(self, node: ast.BinOp) -> str:
        if self.inline:
            return f"{self.held(node.left, _PRODUCT)} / {self.held(node.right, _ATOM)}"
        inside = [part for part in ast.walk(node.left) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)]
        if any(not isinstance(part.left, ast.Name | ast.UnaryOp) for part in inside):  # one fraction is enough
            return rf"\dfrac{{1}}{{{self.write(node.right)}}}\,{self.held(node.left, _PRODUCT)}"
        inner = _Writer(inline=True)
        return rf"\dfrac{{{inner.write(node.left)}}}{{{inner.write(node.right)}}}"

    def call(self, name: str, arguments: list[ast.expr], power: str = "") -> str:
        if name == "exp":
            return f"e^{{{_Writer(inline=True).write(arguments[0])}}}"
        if name == "sqrt":
            return rf"\sqrt{{{_Writer(inline=True).write(arguments[0])}}}"
        written = r",\,".join(map(self.write, arguments))
        if name == "fabs":
            return f"|{written}|"
        if name == "floor":
            return rf"\left\lfloor {written}\right\rfloor"
        return rf"{_FUNCTIONS[name]}{power}\left({written}\right)"


def _symbol(name: str) -> str:
    letter, _, index = name.partition("_")
    if len(letter) == 1 and index:
        return rf"{letter}_{{\mathrm{{{index}}}}}"
    return _GREEK.get(name) or (name if len(name) == 1 else rf"\mathrm{{{name}}}".replace("_", r"\_"))


def _factors(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def _negated(node: ast.expr) -> ast.expr | None:
    """What a product or quotient is the negative of, if its first factor has a minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        first = _negated(node.left)
        return first and ast.BinOp(first, node.op, node.right)
    return None


# ---- what there is to see -------------------------------------------------------------------------------------


class Line(NamedTuple):
    """An asymptote, or a level at which the function saturates: slope * x + level, towards one side."""

    slope: float
    level: float

    def __str__(self) -> str:
        level = r"\pi/2" if abs(self.level) == np.pi / 2 else f"{abs(self.level):.4g}"
        if not self.slope:
            return f"$y = {'-' * (self.level < 0)}{level}$"
        size = "" if abs(self.slope) == 1 else rf"{abs(self.slope):.4g}\,"
        rest = f" {'-' if self.level < 0 else '+'} {level}" if self.level else ""
        return f"$y = {'-' * (self.slope < 0)}{size}x{rest}$"


def kinks(activation: Activation) -> list[float]:
    """Where the catalogue says that the function changes its form: it may bend, jump, or be smooth all the same."""
    return sorted({_number(kink, activation) for kink in activation._row.kinks})


def _number(expression: str, activation: Activation) -> float:
    """The value of an expression of the parameters; never -0.0, which would be shown."""
    return float(eval(expression, {"__builtins__": {}}, dict(activation.params))) + 0.0


def view(activation: Activation) -> tuple[float, float]:
    """From where to where the input goes in a picture."""
    if activation._row.frequency:
        reach = 3 * math.pi / abs(_number(activation._row.frequency, activation))
        return -reach, reach
    points = kinks(activation)
    if len(points) > 3:  # it goes on like that, and the catalogue lists the nearest
        margin = (points[1] - points[0]) / 2
        return points[0] - margin, points[-1] + margin
    margin = max(1.0, (points[-1] - points[0]) / 3) if points else 0.0
    return min([-REACH, *(point - margin for point in points)]), max([REACH, *(point + margin for point in points)])


def asymptotes(activation: Activation) -> list[Line]:
    """The lines to which a function tends at either end, without those on which it lies there."""
    lines = []
    for sign in (-1.0, 1.0):
        end = sign * math.inf
        level, slope = float(activation(end)), float(activation.gradient(x=end))
        if math.isfinite(level):
            slope = 0.0
        elif math.isfinite(slope) and slope:
            near, far = (float(activation(sign * size)) - slope * (sign * size) for size in (2.0**20, 2.0**24))
            if abs(near - far) > 1e-5:
                continue
            level = round(far, 6)
        else:
            continue
        line = Line(slope, level + 0.0)
        x = np.linspace(0.0, view(activation)[sign > 0], 9)[1:]
        lies_on_it = abs(activation(x) - (slope * x + level))[-4:].max() < 1e-12
        if line not in lines and not (lies_on_it and (slope or not level)):
            lines.append(line)
    return lines


class Curve:
    """A function along the picture, broken where it jumps.

    Attributes
    ----------
    x, y : ndarray
        Points to be connected; NaN where there is a gap.
    jumps : list of float
        Points at which it jumps.
    bends : list of float
        Points at which its slope jumps.
    """

    def __init__(self, function: Callable[..., Any], points: Sequence[float], low: float, high: float) -> None:
        self.function = function
        self.jumps = [point for point in points if abs(np.subtract(*self.beside(point))) > 1e-6]
        self.bends = [point for point in points if point not in self.jumps and self._bends(point)]
        edges = [low, *(point for point in points if low < point < high), high]
        x: list[NDArray[np.float64]] = []
        for start, end in itertools.pairwise(edges):
            inner = np.linspace(start, end, 801)
            if start in self.jumps:
                inner[0] = _beside(start)[1]
                x.append(np.array([math.nan]))
            if end in self.jumps:
                inner[-1] = _beside(end)[0]
            x.append(inner)
        self.x = np.concatenate(x)
        self.y: NDArray[np.float64] = function(self.x)

    def beside(self, point: float) -> NDArray[np.float64]:
        """The values next to a point, on the left and on the right."""
        sides: NDArray[np.float64] = self.function(np.array(_beside(point)))
        return sides

    def _bends(self, point: float) -> bool:
        fine, coarse = (
            abs(np.array([1.0, -2.0, 1.0]) @ self.function(point + np.array([-step, 0.0, step]))) / step
            for step in (1e-5, 1e-4)
        )
        return bool(fine > 1e-3 and fine > 0.5 * coarse)  # else it is only steep, and half the step halves it


def _beside(point: float) -> tuple[float, float]:
    step = 1e-9 * max(1.0, abs(point))
    return point - step, point + step


# ---- drawing --------------------------------------------------------------------------------------------------


def plot(activations: Iterable[Activation], show: bool = False) -> Figure:
    """Draw function and gradient of each activation, with definition, parameters, kinks and asymptotes.

    Parameters
    ----------
    activations : iterable of Activation
        One picture each, side by side; `Activation.with_params` gives them parameters.
    show : bool, default False
        Whether the figure is for a window of pyplot's, which `matplotlib.pyplot.show` opens.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    activations = list(activations)
    columns = math.ceil(math.sqrt(len(activations)))
    rows = math.ceil(len(activations) / columns)
    lines = max(map(_lines, activations))
    width, height = 8.6, 5.25 + 0.29 * lines
    figure = _figure(width * columns, height * rows, show)
    for number, activation in enumerate(activations):
        left, top = width * (number % columns) + 0.8, height * (rows - number // columns)
        axes = _axes(figure, left, top - height + 0.7, 5.4, 3.7)
        _draw(axes, activation)
        params = ", ".join(f"${_symbol(name)} = {value:.4g}$" for name, value in activation.params.items())
        _text(figure, left, top - 0.35, activation.name, fontsize=18, fontweight="bold")
        if params:
            _text(figure, left + 0.4 + 0.165 * len(activation.name), top - 0.35, params, fontsize=14)
        _text(figure, left, top - 0.65, f"${formula(activation)}$", fontsize=15, va="top")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=13, handlelength=2.6)
    return figure


def gallery(show: bool = False) -> Figure:
    """Draw every activation of the catalogue, by families.

    Parameters
    ----------
    show : bool, default False
        As in `plot`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    places: list[tuple[int, int, Activation]] = []
    titles: list[tuple[int, int, str]] = []
    row, column = -1, COLUMNS
    for title, members in families().items():
        column += 1
        if column + len(members) > COLUMNS:  # a small family may stand beside the end of another
            row, column = row + 1, 0
        titles.append((row, column, title))
        for activation in members:
            if column == COLUMNS:
                row, column = row + 1, 0
            places.append((row, column, activation))
            column += 1
    width, height, head = 1.62, 1.78, 0.6
    top = head + height * (row + 1)
    figure = _figure(width * COLUMNS + 0.2, top, show)
    from matplotlib.lines import Line2D

    for row, column, title in titles:
        _text(figure, width * column + 0.2, top - head - height * row - 0.08, title, fontsize=15, fontweight="bold")
    for row, column, activation in places:
        axes = _axes(figure, width * column + 0.5, top - head - height * (row + 1) + 0.25, width - 0.45, height - 0.75)
        _draw(axes, activation, small=True)
        axes.set_title(activation.name, fontsize=11, pad=3)
    styles: tuple[dict[str, Any], ...] = (
        dict(FUNCTION),
        dict(GRADIENT),
        ASYMPTOTE | {"label": "asymptote"},
        KINK | {"label": "kink"},
    )
    for style in styles:
        style.setdefault("linewidth", 2.6 if "$" in style["label"] else 1.2)
    handles = [Line2D([], [], **style) for style in styles]
    figure.legend(handles=handles, loc="upper right", frameon=False, fontsize=14, ncols=len(styles), handlelength=3)
    return figure


def families() -> dict[str, list[Activation]]:
    """The activations by families, in the order of the catalogue."""
    names = list(ACTIVATIONS)
    starts = [*map(names.index, FAMILIES.values()), len(names)]
    return {
        title: [ACTIVATIONS[name] for name in names[start:end]]
        for title, (start, end) in zip(FAMILIES, itertools.pairwise(starts), strict=True)
    }


def with_params(activations: Iterable[Activation], params: Mapping[str, float]) -> list[Activation]:
    """The activations with those of the parameters that each of them has.

    Raises
    ------
    Unusable
        If one of the parameters belongs to none of them, or has a value that its activation does not take.
    """
    activations = list(activations)
    for name in params:
        if not any(name in activation.params for activation in activations):
            known = sorted({name for activation in activations for name in activation.params})
            raise Unusable(
                f"no parameter {name!r}; there are: {', '.join(known)}"
                if known
                else f"no parameter {name!r}: {', '.join(activation.name for activation in activations)} has none"
            )
    try:
        return [
            activation.with_params(**{name: value for name, value in params.items() if name in activation.params})
            for activation in activations
        ]
    except ValueError as error:
        raise Unusable(str(error)) from None


def save(figure: Figure, output: str | Path) -> None:
    """Write a figure, of the kind that the name of the file ends with; a PNG in at most 256 colours, which is small.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to write.
    output : str or Path
        A name that ends with .png, .svg, .pdf or another ending that matplotlib knows.

    Raises
    ------
    Unusable
        If the file cannot be written.
    """
    output = Path(output)
    known = figure.canvas.get_supported_filetypes()
    kind = output.suffix.lower().removeprefix(".")
    if kind not in known:
        raise Unusable(f"cannot write {str(output)!r}: its name has to end with one of .{', .'.join(sorted(known))}")
    drawn = io.BytesIO()
    figure.savefig(drawn, format=kind)
    if kind == "png":
        from PIL import Image

        picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        drawn = io.BytesIO()
        picture.save(drawn, format="png", optimize=True)
    try:
        output.write_bytes(drawn.getvalue())
    except OSError as error:
        raise Unusable(f"cannot write {str(output)!r}: {error.strerror}") from None


def show() -> None:
    """Open the windows of all figures that were made to be shown, and wait until they are closed.

    Raises
    ------
    Unusable
        If matplotlib has no window system here.
    """
    from matplotlib import pyplot

    if pyplot.get_backend().lower() in ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template"):
        raise Unusable("there is no window system that matplotlib could use: --output writes a file")
    pyplot.show()


def _figure(width: float, height: float, show: bool) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError("matplotlib is not installed: pip install 'actkernels[plot]'") from None
    options: dict[str, Any] = {"figsize": (width, height), "facecolor": "white", "dpi": 100}
    if not show:
        return Figure(**options)  # not pyplot's: that would choose a window system
    from matplotlib import pyplot

    return pyplot.figure(**options)


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place that is given in inches."""
    whole = figure.get_size_inches()
    return figure.add_axes((left / whole[0], bottom / whole[1], width / whole[0], height / whole[1]))


def _text(figure: Figure, left: float, middle: float, text: str, **style: Any) -> None:
    whole = figure.get_size_inches()
    style.setdefault("va", "center_baseline")
    figure.text(left / whole[0], middle / whole[1], text, color=INK, **style)


def _draw(axes: Axes, activation: Activation, small: bool = False) -> None:
    """Function and gradient, with all that is to be seen of them."""
    low, high = view(activation)
    points = kinks(activation)
    function = Curve(activation, points, low, high)
    gradient = Curve(lambda x: activation.gradient(x=x), points, low, high)
    width = 1.6 if small else 2.6
    axes.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    axes.plot(function.x, function.y, linewidth=width, zorder=2, **FUNCTION)
    axes.plot(gradient.x, gradient.y, linewidth=width, zorder=3, **GRADIENT)
    lines = asymptotes(activation)
    for line in lines:
        axes.axline((0.0, line.level), slope=line.slope, linewidth=0.6 * width, zorder=1, **ASYMPTOTE)
    if lines:
        axes.plot([], [], linewidth=0.6 * width, label="\n".join(map(str, lines)), **ASYMPTOTE)
    size = 3.5 if small else 7.0
    for curve, color in ((gradient, ORANGE), (function, BLUE)):
        for point in curve.jumps:
            at, sides = float(curve.function(point)), curve.beside(point)
            style: dict[str, Any] = {"color": color, "marker": "o", "markersize": size, "clip_on": False, "zorder": 4}
            axes.plot([point] * 2, sides, linestyle="", markerfacecolor="white", **style)
            axes.plot([point], [at], linestyle="", **style)
    bends = {"$f$": sorted({*function.bends, *function.jumps}), "$f'$": gradient.bends}
    for (name, found), curve in zip(bends.items(), (function, gradient), strict=True):
        bent = [point for point in found if point in curve.bends]
        label = f"kink of {name} at{' ' if len(bent) == 1 else chr(10)}{_listed(bent)}" if bent else None
        axes.plot(
            bent, [float(curve.function(point)) for point in bent], markersize=1.5 * size, clip_on=False, zorder=5,
            label=label, **KINK,
        )  # fmt: skip
    seen = np.concatenate([function.y, gradient.y, [line.level for line in lines if not line.slope]])
    reach = max(-low, high)
    bottom, top = max(np.nanmin(seen), -reach), min(np.nanmax(seen), reach)
    margin = 0.06 * (top - bottom)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom - margin, top + margin)
    axes.tick_params(labelsize=7 if small else 12, length=2 if small else 4, color=GREY)
    axes.locator_params(nbins=4 if small else 8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(GREY)
    if not small:
        axes.set_xlabel("$x$", fontsize=13)


def _lines(activation: Activation) -> int:
    """How many lines high the definition is."""
    text = formula(activation)
    return 2 if "dfrac" in text else text.count("genfrac") + 1


def _listed(points: Sequence[float]) -> str:
    return ", ".join(f"{point:.4g}".replace("-", "\N{MINUS SIGN}") for point in points)
