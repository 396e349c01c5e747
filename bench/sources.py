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
COMMENT = re.compile(r"/\*.*?\*/|^ *# [^\n]*", re.DOTALL | re.MULTILINE)
# at the head of a line: a formula, a function of either type, a structure's end, a macro
DEFINED = re.compile(
    r"^cdef inline real (\w+)\(|^(?:INLINE|static)[^\n(]*?(?:F\(\w+\) )?(?:F\()?(\w+?)(?:_f32|_f64)?\)?\("
    r"|^\} F?\(?(\w+?)(?:_f32|_f64)?\)?;|^# *define (\w+?)(?:_f32|_f64)?\b",
    re.MULTILINE,
)


def files() -> list[Path]:
    """All that the kernels are made of."""
    return [ROOT / name for name in COMMON] + [ROOT / "src" / name for name in FILES]


@functools.cache
def definitions() -> dict[str, str]:
    """The text behind each name, from whichever files define it."""
    found: dict[str, str] = {}
    for name in FILES:
        text = COMMENT.sub("", (ROOT / "src" / name).read_text())
        starts = [*DEFINED.finditer(text)]
        ends = [match.start() for match in starts[1:]] + [len(text)]
        for match, end in zip(starts, ends, strict=True):
            defined = next(filter(None, match.groups()))
            found[defined] = found.get(defined, "") + " ".join(text[match.start() : end].split())
    return found


def reached(row: str) -> str:
    """What the results of a row depend on."""
    known, waiting, text = definitions(), [row, f"{row}_gradient"], [(ROOT / name).read_text() for name in COMMON]
    seen = set(waiting)
    while waiting:
        body = known[waiting.pop()]
        text.append(body)
        names = {re.sub(r"_f(32|64)$", "", word) for word in re.findall(r"\w+", body)} & known.keys() - seen
        seen |= names
        waiting += sorted(names)
    return "\n".join(text)
