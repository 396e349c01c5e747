"""The part of src/ that a row's results depend on: its formulas, and every block, function and constant they reach.

A change elsewhere leaves it as it is, so that what was measured of the row stays valid. Comments do not count.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("formulas.pxd", "blocks.h", "blocks_body.h", "vmath.h", "vmath_body.h", "reduction.h", "coefficients.h")
COMMON = ("setup.py", "src/kernels.pyx.in")  # flags, loops
COMMENT = re.compile(r"/\*.*?\*/|^ *# [^\n]*\n", re.DOTALL | re.MULTILINE)
DEFINITIONS = [  # each with the name first
    re.compile(r"^cdef inline real (\w+)\(.*?(?=^\n|\Z)", re.DOTALL | re.MULTILINE),
    re.compile(
        r"^(?:INLINE|static)(?: inline)? (?:F\(\w+\)|[\w ]+?) (?:F\()?(\w+)\)?\([^{]*\{(?:[^\n]*\}\n|.*?^\}\n)",
        re.DOTALL | re.MULTILINE,
    ),
    re.compile(r"^typedef struct \{[^}]*\} (?:F\()?(\w+)\)?;", re.MULTILINE),
    re.compile(r"^#define (\w+)(?:\([^)]*\))?(?: [^\n]*|\\\n)*", re.MULTILINE),
]
USED = re.compile(r"F\((\w+)\)|(\w+)(?=\()|\b([A-Z]\w+|\w+_f(?:32|64))\b")


def plain(name: str) -> str:
    """A name without the suffix of its type."""
    return re.sub(r"_f(32|64)$", "", name)


def files() -> list[Path]:
    """All that the kernels are made of."""
    return [ROOT / name for name in COMMON] + [ROOT / "src" / name for name in FILES]


@functools.cache
def definitions() -> dict[str, str]:
    """The text behind each name, from whichever files define it."""
    found: dict[str, str] = {}
    for name in FILES:
        text = COMMENT.sub("", (ROOT / "src" / name).read_text())
        for match in (match for pattern in DEFINITIONS for match in pattern.finditer(text)):
            defined = plain(match[1])
            found[defined] = found.get(defined, "") + " ".join(match[0].split()) + "\n"
    return found


def reached(row: str) -> str:
    """What the results of a row depend on."""
    known, waiting, text = definitions(), [row, f"{row}_gradient"], [(ROOT / name).read_text() for name in COMMON]
    seen = set(waiting)
    while waiting:
        body = known[waiting.pop()]
        text.append(body)
        names = {plain("".join(used)) for used in USED.findall(body)} & known.keys() - seen
        seen |= names
        waiting += sorted(names)
    return "\n".join(text)
