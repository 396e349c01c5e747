"""A page for each activation, and their index by families, from the catalogue and from what bench/results holds.

`page` and `index` are text and need neither Sphinx nor the other libraries; `setup` is what Sphinx calls.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import conventions
import numpy as np
import peers_accuracy
import peers_report
from pages import markdown

import actkernels as ak
from actkernels import pictures
from actkernels.activation import Activation
from actkernels.catalogue import ROWS, Row, camel_case

LEVELS = {"x86_64_v4": "AVX-512", "x86_64_v3": "AVX2", "baseline": "SSE2"}
"""CPU levels, and what people know them by."""


@functools.cache
def results(name: str) -> Any:
    """What a script measured."""
    return json.loads((conventions.ROOT / "bench" / "results" / f"{name}.json").read_text())


# ---- pieces of Markdown ---------------------------------------------------------------------------------------


def code(text: str) -> str:
    """Text as code."""
    return f"`{text}`" if text else ""


def formula(tex: str) -> str:
    """A formula on a line of its own."""
    return f"$$\n{tex}\n$$"


# ---- sections -------------------------------------------------------------------------------------------------


def definition(activation: Activation) -> str:
    """The function and its gradient."""
    import gradients  # SymPy
    import mathml  # latex2mathml

    tex, signs_matter = gradients.tex(activation)
    parts = [
        "## Definition",
        formula(mathml.with_cases(pictures.formula(activation))),
        f"In the catalogue: {code(activation.definition)}",
        "## Gradient",
        formula(tex),
        "This form is for parameters with the signs of the defaults." if signs_matter else "",
        saved(activation),
    ]
    return "\n\n".join(part for part in parts if part)


def saved(activation: Activation) -> str:
    """What backward needs of the forward pass."""
    row, name = activation._row, activation.name
    if activation.saves == "input":
        text = f"`backward` needs the **input**, `{name}.backward(delta, x=x)`: the output does not tell the gradient"
        return text + (f", except for {code(row.from_output)}." if row.has_gradient_y else ".")
    condition = "" if row.from_output == "True" else f", for {code(row.from_output)}"
    return (
        f"The **output** is enough for `backward`{condition}, so that `{name}(x, out=x)` loses nothing:"
        f" `{name}.backward(delta, y=y)`. The input does as well."
    )


def parameters(row: Row) -> str:
    """Names, defaults and ranges."""
    if not row.parameters:
        return ""
    lines = []
    for name, default in row.parameters.items():
        conditions = [condition for condition in row.requires if re.search(rf"\b{name}\b", condition)]
        lines.append([code(name), f"{default:.6g}", ", ".join(map(code, conditions)) or "any finite number"])
    return f"## Parameters\n\n{markdown(['parameter', 'default', 'range'], lines, None)}"


def example(activation: Activation) -> str:
    """What a call gives, as it is when the page is made."""
    name = activation.name
    lines = [
        "x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])",
        f"y = ak.{name}(x)",
        "y",
        f"ak.{name}.backward(np.ones(5), {'y=y' if activation.saves == 'output' else 'x=x'})",
    ]
    if activation.params:
        parameter, default = next(iter(activation.params.items()))
        lines.append(f"ak.{name}(x, {parameter}={default / 2:.4g})")
    names: dict[str, Any] = {"np": np, "ak": ak}
    shown = [">>> import numpy as np", ">>> import actkernels as ak"]
    with np.printoptions():
        for line in lines:
            shown.append(f">>> {line}")
            if re.match(r"\w+ =", line):
                exec(line, names)
            else:
                shown.append(repr(eval(line, names)))
    return "\n".join(["## In Python", "", "```python", *shown, "```"])


def kinks(row: Row) -> str:
    """Where function or gradient jump, and which gradient holds there."""
    lines = [line[1:] for line in _lines_of(conventions.kinks_table(), row)]
    header = ["x", "value", "gradient below", "**there**", "above"]
    return f"## Kinks\n\n{markdown(header, lines)}" if lines else ""


def ends(activation: Activation) -> str:
    """Values at 0 and infinity."""
    points = (-np.inf, -0.0, 0.0, np.inf, np.nan)
    with np.errstate(all="ignore"):
        rows = [
            ["$f$", *(_number(float(activation(at))) for at in points)],
            ["$f'$", *(_number(float(activation.gradient(x=at))) for at in points)],
        ]
    header = ["", "$-\\infty$", "-0", "0", "$\\infty$", "NaN"]
    return f"## At special values\n\n{markdown(header, rows)}"


def _number(value: float) -> str:
    return {np.inf: "$\\infty$", -np.inf: "$-\\infty$"}.get(value, "NaN" if value != value else f"{value:.6g}")


def elsewhere(row: Row) -> str:
    """Other names, here and in other libraries, and where those give something else."""
    parts = ["## Names"]
    lines = [["`actkernels.get`", conventions.named(row.aliases)]] if row.aliases else []
    lines.append(["`actkernels.activations`", code(camel_case(row.name))])
    if row.numpynet:
        lines.append(["NumPyNet's class, there too", conventions.named(row.numpynet)])
    for key, found in results("conventions")["measured"].get(row.name, {}).items():
        default = "".join(f", where the default is {value}" for value in found["defaults"].values())
        lines.append([conventions.others.LIBRARIES[key].title, code(found["call"]) + default])
    parts.append(markdown(["where", "name"], lines, None))
    differing = [line for each in differences().values() for line in _named(each, row)]
    if differing:
        titles = [conventions.others.LIBRARIES[key].title for key in conventions.ASKED]
        used = [
            number for number, _ in enumerate(titles) if any(line[4 + number] not in ("", "-") for line in differing)
        ]
        shown = [
            ["gradient" if line[0].endswith("gradient") else "value", *line[1:4], *(line[4 + n] for n in used)]
            for line in differing
        ]
        parts += [
            "What else than this they give ([conventions](../conventions.md); an empty cell is the same,"
            " `-` does not exist):",
            markdown(["", "x", "type", "actkernels", *(titles[n] for n in used)], shown),
        ]
    return "\n\n".join(parts)


@functools.cache
def differences() -> dict[str, list[list[str]]]:
    """Where others give something else, as in docs/conventions.md."""
    measured = results("conventions")["measured"]
    return {kind: conventions.differences(measured, kind) for kind in conventions.SECTIONS}


def _named(lines: Iterable[list[str]], row: Row) -> list[list[str]]:
    return [line for line in lines if line[0].split("`")[1] == row.name]


def _lines_of(markdown: str, row: Row) -> list[list[str]]:
    """The lines of a table that begin with an activation."""
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in markdown.splitlines()]
    return [line for line in lines if line[0] == code(row.name)]


def accuracy(row: Row) -> str:
    """Promised and measured errors, and those of others."""
    measured = results("accuracy")["rows"].get(row.name, {})
    lines = []
    for kind in ("float32", "float64"):
        for which, bound in (("forward", getattr(row.max_ulp, kind)), ("gradient", row.max_ulp.gradient)):
            outcome = measured.get(kind)
            found = [outcome[which][level] for level in LEVELS if level in outcome[which]] if outcome else []
            worst = max(found, key=lambda item: item["ulp"])["worst"] if found else None
            lines.append(
                [
                    kind if which == "forward" else f"{kind}, gradient",
                    f"{bound:g}",
                    *(f"{item['ulp']:.2f}" for item in found),
                    *[""] * (len(LEVELS) - len(found)),
                    code(worst or ""),
                    f"{outcome['how']}, {outcome['inputs']:,}" if outcome else "",
                ]
            )
    header = ["", "promised", *LEVELS.values(), "worst at", "inputs"]
    parts = [
        "## Accuracy",
        "Largest errors in units in the last place, of the function and of its gradient from the input, with default"
        " parameters: what is promised, and what was found ([how accurate](../accuracy.md)).",
        markdown(header, lines),
    ]
    if row.name in results("peers_accuracy")["rows"]:
        others = results("peers_accuracy")
        near = next(iter(others["samples"]))
        titles = ["actkernels", *(peers_accuracy.others.LIBRARIES[key].title for key in others["libraries"])]
        cells = [peers_accuracy.cell(found) for found in peers_accuracy.numbers(others, row.name, near, "normal")]
        pairs = [(title, cell) for title, cell in zip(titles, cells, strict=True) if cell]
        if len(pairs) > 1:
            parts += [
                f"The function in float32 beside others, on {others['samples'][near]:,} inputs between -80 and 80"
                " ([accuracy beside others](../accuracy_peers.md)):",
                markdown([title for title, _ in pairs], [[cell for _, cell in pairs]], 0),
            ]
    return "\n\n".join(parts)


def speed(row: Row) -> str:
    """The measured cells of a row, beside the fastest of the others."""
    peers = results("peers")
    cells = {cell: times for cell, times in peers_report.cells_of(peers).items() if cell[0] == row.name}
    if not cells:
        return ""
    _, dtypes, passes, sizes, threads = peers_report.axes(cells)
    lines = []
    for dtype in dtypes:
        for which in passes:
            for count in threads:
                texts = [
                    peers_report.entry(key, cells.get(key), results("peers_accuracy"))
                    for size in sizes
                    for key in [(row.name, dtype, which, size, count)]
                ]
                if any(texts):
                    label = f"{dtype}, {peers_report.PASSES[which]}" + (f", {count} threads" if count > 1 else "")
                    lines.append([label, *texts])
    return "\n\n".join(
        [
            "## Speed beside others",
            "How many times as long the fastest of the others takes, and which it is, by the number of elements; below"
            " 1 it is the faster one. † marks what is less exact than promised here"
            " ([speed beside others](../speed.md) has the machine, and says how).",
            markdown(["", *(f"{size:,}" for size in sizes)], lines),
        ]
    )


def source(row: Row) -> str:
    """Where it comes from, with links to what arXiv has."""
    if not row.source:
        return ""
    linked = re.sub(r"arXiv:(\d{4}\.\d{4,5})", r"[arXiv:\1](https://arxiv.org/abs/\1)", row.source)
    return f"## Source\n\n{linked}"


# ---- pages ----------------------------------------------------------------------------------------------------


def page(name: str) -> str:
    """The page of an activation."""
    activation = ak.ACTIVATIONS[name]
    row = activation._row
    parts = [
        f"# {name}",
        row.doc,
        f"![{name} and its gradient, with kinks and asymptotes](images/{name}.svg)",
        definition(activation),
        parameters(row),
        example(activation),
        kinks(row),
        ends(activation),
        elsewhere(row),
        accuracy(row),
        speed(row),
        source(row),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def index() -> str:
    """All activations, by families."""
    parts = [
        "# Activations",
        f"{len(ROWS)} functions: blue is the function, orange its gradient, dotted lines are what it tends to."
        " `actkernels.get` finds each by any of its names.",
    ]
    for title, members in pictures.families().items():
        cards = [
            f":::{{grid-item-card}}\n:link: {activation.name}\n:link-type: doc\n:text-align: center\n"
            f":img-top: images/{activation.name}_small.svg\n:img-alt: {activation.name} and its gradient\n\n"
            f"{code(activation.name)}\n:::"
            for activation in members
        ]
        parts += [
            f"## {title}",
            "\n".join(["::::{grid} 2 3 4 5", ":gutter: 2", ":class-container: activations", "", *cards, "::::"]),
        ]
    parts += [
        "## All on one sheet",
        "The same by `python -m actkernels gallery`, as a PDF as well: [pictures](../pictures.md).",
        "[![All activations with their gradients](../images/gallery.png)](../images/gallery.png)",
        "\n".join(["```{toctree}", ":hidden:", "", *ak.ACTIVATIONS, "```"]),
    ]
    return "\n\n".join(parts) + "\n"


def draw(activation: Activation, folder: Path) -> None:
    """The picture of a page, and the small one of the index."""
    import matplotlib

    small = pictures._figure(2.1, 1.6, show=False)
    pictures._draw(pictures._axes(small, 0.35, 0.22, 1.68, 1.3), activation, small=True)
    with matplotlib.rc_context({"svg.hashsalt": activation.name}):
        for name, figure in ((activation.name, pictures.plot([activation])), (f"{activation.name}_small", small)):
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def write_all(app: Any) -> None:
    """Write pages and pictures into the folder ``activations`` of the documentation, those that are not there so."""
    folder = Path(app.srcdir) / "activations"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for activation in ak.ACTIVATIONS.values():
        draw(activation, folder / "images")
    for name, text in {"index": index(), **{name: page(name) for name in ak.ACTIVATIONS}}.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def link(app: Any, page: str, source: list[str]) -> None:
    """Have the calls in the tables of the pages about coming from elsewhere lead to the activations' pages.

    Those are not in the repository, where these pages are read as well.
    """
    if page.startswith("from_"):
        source[0] = re.sub(r"(?<=\| )(`ak\.(\w+)\(x[^`]*`)(?= \|)", r"[\1](activations/\2.md)", source[0])


def setup(app: Any) -> dict[str, bool]:
    """Have Sphinx write the pages before it reads any."""
    app.connect("builder-inited", write_all)
    app.connect("source-read", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
