"""Pages whose tables are made of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown(header: Sequence[str], lines: Iterable[Sequence[str]], numbers_from: int | None = 1) -> str:
    """A table in Markdown; columns from `numbers_from` on, unless that is None, are aligned to the right."""
    texts = len(header) if numbers_from is None else numbers_from
    rule = ["---"] * texts + ["---:"] * (len(header) - texts)
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, rule, *lines))


def between(text: str, marker: str, body: str) -> str:
    """A page with what stands between ``<!-- table: marker -->`` and ``<!-- end of table -->`` replaced."""
    begin, end = f"<!-- table: {marker} -->\n", "\n<!-- end of table -->"
    before, rest = text.split(begin)
    return before + begin + body + end + rest.split(end, 1)[1]
