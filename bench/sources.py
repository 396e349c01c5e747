"""What a row's results depend on: its formulas, every block, function and constant they reach, and the build's flags.

A change elsewhere leaves it as it is, so that what was measured of the row stays valid. Comments do not count, nor does
the template of the loops: they load, call a formula and store, and tests hold them to the same bits in body and tail,
at every layout. Only subnormal inputs do not come so far: src/passes.h deals with them.
"""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
FILES = (
    "formulas.pxd", "blocks.h", "blocks_body.h", "vmath.h", "vmath_body.h", "reduction.h", "coefficients.h", "lookup.h",
)  # fmt: skip
FLAGS = ("LEVELS", "MATH_FLAGS", "KERNEL_FLAGS", "SELECT_FLAGS")  # of setup.py
PASSES = ("passes.h", "tiles_body.h")  # by which subnormal inputs go
COMMENT = re.compile(r"/\*.*?\*/|^ *# [^\n]*\n|^ *if \(USUAL\)[^\n]*\n", re.DOTALL | re.MULTILINE)
DEFINITIONS = [  # each with the name first
    re.compile(r"^cdef inline real (\w+)\(.*?(?=^\n|\Z)", re.DOTALL | re.MULTILINE),
    re.compile(
        r"^(?:INLINE|static)(?: inline)? (?:F\(\w+\)|[\w ]+?) (?:F\()?(\w+)\)?\([^{]*\{(?:[^\n]*\}\n|.*?^\}\n)",
        re.DOTALL | re.MULTILINE,
    ),
    re.compile(r"^typedef struct \{[^}]*\} (?:F\()?(\w+)\)?;", re.MULTILINE),
    re.compile(r"^static const float (\w+)\[.*?^\};", re.DOTALL | re.MULTILINE),
    re.compile(r"^#define (\w+)(?:\([^)]*\))?(?: [^\n]*|\\\n)*", re.MULTILINE),
]
USED = re.compile(r"F\((\w+)\)|(\w+)(?=\()|\b([A-Z]\w+|\w+_f(?:32|64))\b")


def plain(name: str) -> str:
    """A name without the suffix of its type."""
    return re.sub(r"_f(32|64)$", "", name)


def files() -> list[Path]:
    """All that the kernels are made of."""
    return [ROOT / "setup.py", SRC / "kernels.pyx.in", SRC / "formulas.pxd", *SRC.glob("*.h")]


def code(name: str) -> str:
    """A file of src/ without its comments, or nothing if there is none of this name."""
    path = SRC / name
    return COMMENT.sub("", path.read_text()) if path.exists() else ""


@functools.cache
def flags() -> str:
    """All that setup.py assigns to the names of flags."""
    found = []
    for node in ast.walk(ast.parse((ROOT / "setup.py").read_text())):
        if isinstance(node, ast.Assign | ast.AugAssign):
            names = map(ast.unparse, node.targets if isinstance(node, ast.Assign) else [node.target])
            found += [f"{name} {ast.unparse(node.value)}" for name in names if name in FLAGS]
    return "\n".join(found)


@functools.cache
def definitions() -> dict[str, str]:
    """The text behind each name, from whichever files define it."""
    found: dict[str, str] = {}
    for name in FILES:
        text = code(name)
        for match in (match for pattern in DEFINITIONS for match in pattern.finditer(text)):
            defined = plain(match[1])
            found[defined] = found.get(defined, "") + " ".join(match[0].split()) + "\n"
    return found


def reached(row: str, *, subnormal: bool) -> str:
    """What the results of a row depend on, for subnormal inputs or for others."""
    known = definitions()
    waiting = [row, f"{row}_gradient", *{f"{row}_by_lookup", f"{row}_gradient_by_lookup"} & known.keys()]
    text = [flags(), *(word for name in PASSES for word in code(name).split() if subnormal)]
    seen = set(waiting)
    while waiting:
        body = known[waiting.pop()]
        text.append(body)
        names = {plain("".join(used)) for used in USED.findall(body)} & known.keys() - seen
        seen |= names
        waiting += sorted(names)
    return "\n".join(text)
