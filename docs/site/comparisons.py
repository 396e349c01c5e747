"""Tables of one other library for the pages about coming from there, from bench/results/conventions.json.

``{calls} torch`` has its calls beside ours, ``{differences} torch`` what else it gives at the same inputs.
"""

from __future__ import annotations

from typing import Any, ClassVar

import activation_pages
import conventions
from docutils import nodes
from docutils.statemachine import StringList
from pages import markdown
from sphinx.util.docutils import SphinxDirective

from actkernels.catalogue import ROWS


def calls(key: str) -> str:
    """The calls of a library, and ours for the same."""
    lines = []
    for row in ROWS:
        found = activation_pages.results("conventions")["measured"].get(row.name, {}).get(key)
        if found:
            remark = ", ".join(f"{name} is {value} by default" for name, value in found["defaults"].items())
            lines.append([f"`{found['call']}`", f"[`ak.{row.name}(x)`](activations/{row.name}.md)", remark])
    return markdown([conventions.others.LIBRARIES[key].title, "actkernels", "there"], lines, None)


def differences(key: str) -> str:
    """Where a library gives something else than we do."""
    column = 4 + conventions.ASKED.index(key)
    lines = [
        [line[0], line[1], line[2], line[3], line[column]]
        for each in activation_pages.differences().values()
        for line in each
        if line[column] not in ("", "-")
    ]
    return markdown(["", "x", "type", "actkernels", conventions.others.LIBRARIES[key].title], lines)


class Comparison(SphinxDirective):
    """A table for the library that is named."""

    required_arguments = 1
    tables: ClassVar[dict[str, Any]] = {"calls": calls, "differences": differences}

    def run(self) -> list[nodes.Node]:
        """The table."""
        text = self.tables[self.name](self.arguments[0])
        parent = nodes.Element()
        self.state.nested_parse(StringList(text.splitlines(), self.state_machine.document["source"]), 0, parent)
        return parent.children


def setup(app: Any) -> dict[str, bool]:
    """Register both directives."""
    for name in Comparison.tables:
        app.add_directive(name, Comparison)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
