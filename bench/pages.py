"""Pages whose tables are made of results."""

from __future__ import annotations


def between(text: str, marker: str, body: str) -> str:
    """A page with what stands between ``<!-- table: marker -->`` and ``<!-- end of table -->`` replaced."""
    begin, end = f"<!-- table: {marker} -->\n", "\n<!-- end of table -->"
    before, rest = text.split(begin)
    return before + begin + body + end + rest.split(end, 1)[1]
