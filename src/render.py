"""Table + formulas + template -> the build folder.

Refuses a row without its formulas and a formula without a row, so the table and the mathematics cannot drift
apart. Called by setup.py; by hand: ``python src/render.py FOLDER [LEVEL]...``.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import tokenize
from pathlib import Path
from types import ModuleType

SRC = Path(__file__).resolve().parent
DTYPES = (("float", "f32", "DTYPE_FLOAT32"), ("double", "f64", "DTYPE_FLOAT64"))
HALVES = (("f16", "DTYPE_FLOAT16"), ("bf16", "DTYPE_BFLOAT16"))
FORMULA = re.compile(
    r"^cdef inline real (\w+)\(\s*real \w+((?:,\s+double \w+)*(?:,\s+bint far)?)\s*\) noexcept nogil:$", re.MULTILINE
)
FUNCTION = re.compile(r"^INLINE (real|int) F\((\w+)\)\(((?:(?:real|double|int) \w+(?:,\s+)?)+)\)", re.MULTILINE)


def load_catalogue(path: Path = SRC.parent / "actkernels" / "catalogue.py") -> ModuleType:
    """The table, without importing the package that is about to be built."""
    spec = importlib.util.spec_from_file_location("actkernels_catalogue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def formulas_of(row) -> list[tuple[str, str]]:
    """The formulas of a row, each with the kernel that it makes."""
    kernels = [("", "FORWARD"), ("_gradient", "GRADIENT_X"), ("_gradient_y", "GRADIENT_Y")]
    return [(row.name + suffix, which) for suffix, which in kernels[: 3 if row.has_gradient_y else 2]]


def check(rows, formulas: str) -> None:
    """Raise ValueError unless rows and formulas agree, name by name and parameter by parameter."""
    found = {name: re.findall(r"(?:double|bint) (\w+)", parameters) for name, parameters in FORMULA.findall(formulas)}
    definitions = set(re.findall(r"^cdef\b.*?(\w+)\(", formulas, re.MULTILINE))
    if odd := sorted(definitions - set(found)):
        raise ValueError(
            f"formulas.pxd: {', '.join(odd)}: a formula is written"
            " `cdef inline real name(real x, double parameter, ...) noexcept nogil:`,"
            " with `bint far` as its last parameter where the row has a frequency"
        )
    for row in rows:
        for name, _ in formulas_of(row):
            if name not in found:
                raise ValueError(f"catalogue.py has the row {row.name!r}, formulas.pxd no formula {name!r}")
            given, wanted = found.pop(name), [*row.parameters, *["far"] * bool(row.frequency)]
            if given != wanted:
                raise ValueError(f"formula {name!r} takes the parameters {given}, its row says {wanted}")
    if found:
        raise ValueError(f"formulas.pxd has {', '.join(sorted(found))}, catalogue.py no row for it")


def type_literals(formulas: str) -> str:
    """Give every number in a formula the type of its array.

    Cython reads ``1 - y`` as double arithmetic, which makes a float loop two to four times slower; people read
    it as mathematics. So people write ``1 - y``, and the compiler is given ``<real>1 - y``.
    """
    lines = formulas.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(formulas).readline))
    for token in reversed(tokens):
        if token.type == tokenize.NUMBER:
            (row, column), _ = token.start, token.end
            line = lines[row - 1]
            lines[row - 1] = line[:column] + "<real>" + line[column:]
    return "".join(lines)


def declare(headers: str) -> str:
    """What vmath.pxd says of the functions in C headers, once for each type.

    Of numbers and parameters only: what takes or gives structures is the headers' own affair.
    """
    return "".join(
        f'    {result} {name} "{name}_{suffix}"({arguments}) noexcept\n'.replace("real ", f"{real} ").replace(
            "int ", "bint "
        )
        for result, name, arguments in dict.fromkeys(FUNCTION.findall(headers))
        for real, suffix, _ in DTYPES
        if "real " in arguments
    )


def write(path: Path, text: str) -> None:
    """Write only what differs, so that an unchanged file is not compiled again."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def declare_face(package: Path) -> None:
    """Write stubs into the package for the names that its table makes at run time: editors complete and check them."""
    catalogue = load_catalogue()
    rows = {row.name: row for row in catalogue.ROWS}
    ufuncs = [
        name + suffix
        for name, row in rows.items()
        for suffix in ("", "_backward_x", "_backward_y")[: 3 if row.has_gradient_y else 2]
    ]

    def constructor(row) -> str:
        parameters = "".join(f", {name}: float = ..." for name in row.parameters)
        return f"def __init__(self{parameters and ', *' + parameters}) -> None: ..."

    stubs = {
        "activations": ("from actkernels.activation import Activation", [f"{name}: Activation" for name in rows]),
        "classes": (
            "from actkernels.activations import Activations",
            [f"class {name}(Activations):\n    {constructor(row)}" for name, (row, _) in catalogue.classes().items()],
        ),
        "ufuncs": ("from numpy import ufunc", [f"{name}: ufunc" for name in ufuncs]),
    }
    for kind, (header, lines) in stubs.items():
        text = "\n".join(["# Made by the build from catalogue.py.", header, "", *lines])
        write(package / f"_declared_{kind}.pyi", text + "\n")


def render(folder: Path, levels: list[str]) -> list[Path]:
    """Write the typed formulas, what they may call, and two kernel modules for each level; return the modules."""
    from Cython import Tempita

    catalogue = load_catalogue()
    formulas = (SRC / "formulas.pxd").read_text()
    check(catalogue.ROWS, formulas)
    template = (SRC / "kernels.pyx.in").read_text()
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "formulas.pxd", type_literals(formulas))
    headers = "".join((SRC / name).read_text() for name in ("vmath_body.h", "blocks_body.h"))
    write(folder / "vmath.pxd", (SRC / "vmath.pxd").read_text() + declare(headers))
    modules = []
    for level in levels:
        for usual in (False, True):
            module = folder / f"{'_usual' if usual else '_kernels'}_{level}.pyx"
            halves = () if level == "baseline" else HALVES  # without instructions that convert, that is all their work
            names = {"rows": catalogue.ROWS, "dtypes": DTYPES, "formulas_of": formulas_of}
            write(module, Tempita.sub(template, **names, halves=halves, level=level, usual=usual))
            modules.append(module)
    return modules


if __name__ == "__main__":
    render(Path(sys.argv[1]), sys.argv[2:] or ["baseline"])
