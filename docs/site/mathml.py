"""Formulas as MathML, which browsers set by themselves: no script, and nothing to load.

A math renderer for Sphinx; TeX becomes MathML by latex2mathml.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert

STACK = r"\genfrac{}{}{0}{0}"
"""How `actkernels.pictures.formula` puts one case above the next, since matplotlib knows no other way."""


def mathml(tex: str, display: bool = False) -> str:
    """TeX as a MathML element."""
    words = re.sub(r"\\mathrm\{(\w{2,}|mod)\}", r"\\operatorname{\1}", with_cases(tex))
    element = convert(words, display="block" if display else "inline")
    # Browsers stretch a brace only if there is a font for mathematics. Cases have one of the style sheet's instead.
    return re.sub(r"<mo[^>]*>&#x0007B;</mo><mtable>", '<mtable class="cases">', element)


def with_cases(tex: str) -> str:
    r"""What is stacked by ``\genfrac`` in braces as an environment ``cases``."""
    head, brace, rest = tex.partition(r"\left\{ " + STACK)
    if not brace:
        return tex
    cases = []
    rest = STACK + rest.removesuffix(r" \right.")
    while rest.startswith(STACK):
        case, end = _group(rest, len(STACK))
        cases.append(case)
        rest, _ = _group(rest, end)
    lines = r" \\ ".join(case.replace(r",\;\; ", " & ") for case in [*cases, rest])
    return rf"{head}\begin{{cases}} {lines} \end{{cases}}"


def _group(text: str, start: int) -> tuple[str, int]:
    """What is in the braces that open at `start`, and where they are closed."""
    depth = 0
    for place in range(start, len(text)):
        if text[place - 1] != "\\":
            depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return text[start + 1 : place], place + 1
    raise ValueError(f"braces do not match: {text}")


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Write an inline formula."""
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def visit_block(translator: Any, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, which scrolls where there is no room for it."""
    translator.body.append(f'<div class="formula">{mathml(node.astext(), display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer, and choose it."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
