"""Conventions: ours from the catalogue, and those of PyTorch, JAX, Keras and ONNX where they differ.

    python bench/conventions.py               # measure the others, write bench/results/conventions.json, then the page
    python bench/conventions.py --page        # write docs/conventions.md from that file and the catalogue

The others are asked at every kink, at 0, -0 and the infinities, and at the points below, with arrays of 71 equal
numbers in float32 and, at some points, in float64; gradients come from their own differentiation. Measuring needs
``pip install 'actkernels[peers]'``.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import platform
from pathlib import Path

import libraries as others
import numpy as np
from numpynet import cpu_name
from pages import between, markdown

import actkernels as ak
from actkernels.catalogue import ROWS

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "conventions.json"
PAGE = ROOT / "docs" / "conventions.md"
COPIES = 71  # vectors and a rest
NOTABLE_ULP = 1000
ASKED = ("torch", "jax", "keras", "onnx")
PASSES = ("forward", "gradient")

EVERYWHERE = (-math.inf, -0.0, 0.0, math.inf, math.nan)
POINTS = {
    "gelu": (-3.0, -5.5, -6.0, -14.0),
    "gelu_tanh": (-5.0, -6.0),
    "logistic": (-15.0, -18.0, -89.0),
    "silu": (-18.0, -90.0),
    "mish": (-90.0, 25.0, 50.0),
    "log_sigmoid": (-200.0, 20.0),
    "softplus": (-20.0, 1000.0),
    "elu": (-1e-8, 1000.0),
    "selu": (-1e-8, 1000.0),
    "celu": (-1e-8, 1000.0),
    "tanh": (1e-8, 9.0),
    "tanhshrink": (1e-3,),
    "squareplus": (-1e4, 1e30, -1e30),
    "arsinh": (-1e6, 1e30),
    "relu6": (1e8,),
    "exponential": (-88.0, -100.0),
    "sinusoid": (1e22,),
    "cosine": (1e22,),
}
POINTS_FLOAT64 = {"softplus": (20.001,), "gelu": (-8.5, -37.0), "tanhshrink": (1e-3,), "squareplus": (-1e8,)}


# ---- measuring ------------------------------------------------------------------------------------------------


def kinks(row):
    """Points of a row at its default parameters, as float32 has them."""
    return [float(np.float32(eval(kink, {}, dict(row.parameters)))) for kink in row.kinks]


def points(row, dtype):
    if dtype is np.float64:
        return list(POINTS_FLOAT64.get(row, ()))
    known = {known.name: known for known in ROWS}
    own = kinks(known[row]) if row in known else []
    asked = [*EVERYWHERE, *map(float, own), *POINTS.get(row, ())]
    return sorted({repr(x): x for x in asked}.values())


def ask(function, x, dtype):
    """What a call gives at a point, as text; everything that it gives, should its elements differ."""
    with np.errstate(over="ignore"):
        result = others.quietly(function, np.full(COPIES, x, dtype)).astype(dtype)
    return " or ".join(sorted({str(value) for value in result}))


def measure(libraries):
    measured = {}
    for row, calls in others.CALLS.items():
        for key, call in calls.items():
            if key not in libraries:
                continue
            found = measured.setdefault(row, {})[key] = {"call": call, "defaults": libraries[key].defaults(call)}
            passed = {keyword.arg for keyword in ast.parse(call, mode="eval").body.keywords}
            found["defaults"] = {name: value for name, value in found["defaults"].items() if name in passed}
            for dtype in (np.float32, np.float64):
                where = points(row, dtype)
                for which in PASSES if where else ():
                    try:
                        function = getattr(libraries[key], which)(call, dtype)
                    except Exception as error:  # an operator that has no such type
                        print(f"{call} in {dtype.__name__}: {str(error).splitlines()[0][:90]}")
                        continue
                    if function:
                        values = {repr(x): ask(function, x, dtype) for x in where}
                        found.setdefault(dtype.__name__, {})[which] = values
    return measured


# ---- what differs ---------------------------------------------------------------------------------------------


def ours(row, x, which):
    """What we give at a point, in float64."""
    activation = ak.ACTIVATIONS[row.name]
    at = np.array([x])
    return float((activation(at) if which == "forward" else activation.gradient(x=at))[0])


def differs(given, own, x, dtype, which):
    """Whether a value is another convention, or wrong, and not just rounded otherwise."""
    if not (math.isfinite(given) and math.isfinite(own)):
        return not (given == own or (math.isnan(given) and math.isnan(own)))
    if given == own == x == 0:
        return which == "forward" and math.copysign(1, given) != math.copysign(1, own)
    with np.errstate(under="ignore"):
        return abs(given - own) > NOTABLE_ULP * np.spacing(np.abs(dtype(own)))


def kind(row, x):
    """Under which heading a point belongs."""
    if not math.isfinite(x):
        return "nan" if math.isnan(x) else "infinity"
    return "kink" if x == 0 or x in kinks(row) else "elsewhere"


def differences(measured, wanted):
    """Lines of a table: where one of the others gives something else than we do."""
    lines = []
    for row in ROWS:
        found = measured.get(row.name, {})
        cases = {
            (dtype, which, x): None
            for key in ASKED
            for dtype in ("float32", "float64")
            for which, values in found.get(key, {}).get(dtype, {}).items()
            for x in values
            if not (x == "-0.0" and which == "gradient")  # as at 0
        }
        for dtype, which, x in sorted(cases, key=lambda case: (*case[:2], float(case[2]))):
            at = float(getattr(np, dtype)(x))
            own = ours(row, at, which)
            zero = which == "forward" and at == own == 0
            if wanted != ("zero" if zero else kind(row, at)):
                continue
            given = [found.get(key, {}).get(dtype, {}).get(which, {}).get(x, "") for key in ASKED]
            cells = [
                shown(value, dtype)
                if any(differs(float(one), own, at, getattr(np, dtype), which) for one in value.split(" or ") if one)
                else ("" if value else "-")
                for value in given
            ]
            if any(cell not in ("", "-") for cell in cells):
                name = f"`{row.name}`{' gradient' if which == 'gradient' else ''}"
                lines.append([name, shown(x, dtype), dtype, shown(str(own), dtype), *cells])
    return lines


# ---- the page -------------------------------------------------------------------------------------------------


def shown(text, dtype="float64"):
    """Numbers as people read them."""
    digits = 5 if dtype == "float32" else 12
    values = [float(value) for value in text.split(" or ") if value]
    return " or ".join(f"{value:.{digits}g}" for value in values).replace("nan", "NaN")


def code(text):
    return f"`{text}`" if text else ""


def setting(params):
    return ", ".join(f"{name}={value:.6g}" for name, value in params.items())


def named(names):
    """Names with the parameters that they fix."""
    return ", ".join(code(f"{name}({setting(fixed)})" if fixed else name) for name, fixed in names.items())


def names_table():
    lines = [
        [code(row.name), code(row.definition), code(setting(row.parameters)), named(row.aliases), named(row.numpynet)]
        for row in ROWS
    ]
    return markdown(["activation", "definition", "parameters", "also found as", "NumPyNet"], lines, None)


def kinks_table():
    """Only where gradient or function jump: elsewhere a kink is where the formula changes, but nothing to be seen."""
    lines = []
    for row in ROWS:
        for text, at in zip(row.kinks, kinks(row), strict=True):
            near = 2.0**-30
            values = [ours(row, x, "forward") for x in (at - near, at, at + near)]
            slopes = [ours(row, x, "gradient") for x in (at - near, at, at + near)]
            jumps = max(map(abs, np.diff(values))) > 1e-6 or max(map(abs, np.diff(slopes))) > 1e-6
            if jumps:
                where = f"{at:g}" if text == f"{at:g}" else f"{at:g} ({code(text)})"
                lines.append([code(row.name), where, *(f"{value:.5g}" for value in (values[1], *slopes))])
    return markdown(["activation", "x", "value", "gradient below", "**gradient there**", "gradient above"], lines, None)


def promises_table():
    def condition(row):
        return {"True": "yes", "False": ""}.get(row.from_output, f"if {code(row.from_output)}")

    lines = [[code(row.name), condition(row), *(f"{ulp:g}" for ulp in row.max_ulp), row.source] for row in ROWS]
    return markdown(["activation", "gradient from output", "float32", "float64", "gradient", "source"], lines, None)


def elsewhere_table(measured):
    lines = []
    for row in ROWS:
        cells = []
        for key in ASKED:
            found = measured.get(row.name, {}).get(key)
            text = code(found["call"]) if found else ""
            for value in found["defaults"].values() if found else ():
                text += f", default {value}"
            cells.append(text)
        if any(cells):
            lines.append([code(row.name), *cells])
    return markdown(["activation", *(others.LIBRARIES[key].title for key in ASKED)], lines, None)


SECTIONS = {
    "kink": (
        "At kinks and at 0",
        "Which of two gradients holds where they meet is a convention; ours are those of PyTorch wherever it has one.",
    ),
    "zero": ("Sign of a zero", "An input of -0 gives what the smallest negative number tends to, and 0 gives +0."),
    "infinity": ("At infinity", "We give what the function tends to."),
    "nan": ("NaN", "With us a NaN stays one, forward and backward, in every position of the array."),
    "elsewhere": (
        "In the tails",
        f"More than {NOTABLE_ULP} ULP off, at points where the formula as it is usually written fails.",
    ),
}


def page(results):
    """docs/conventions.md."""
    measured = results["measured"]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    missing = [others.LIBRARIES[key].title for key in ASKED if key not in results["libraries"]]
    header = ["", "x", "type", "actkernels", *(others.LIBRARIES[key].title for key in ASKED)]
    parts = [
        "# Conventions",
        "What every activation means here, and where PyTorch, JAX, Keras and ONNX Runtime give something else. Made by"
        " `python bench/conventions.py` from the catalogue and from what the others gave when asked; a test keeps it"
        " current.",
        "## Names and definitions",
        "`x` is the input. Names are looked up by `actkernels.get` without regard to case, `_` and `-`.",
        names_table(),
        "## Kinks",
        "Where function or gradient jump, at default parameters. Everywhere else the gradient is continuous.",
        kinks_table(),
        "## Gradient from the output, accuracy, sources",
        "Whether the gradient is a function of the output, so that the input need not be kept; largest accepted error"
        " in units in the last place of function and, from the input, gradient.",
        promises_table(),
        "## Names and defaults elsewhere",
        "The call that equals our defaults; where it has to pass a parameter because the default is another, that"
        " follows. `F` is torch.nn.functional, `nn` jax.nn, `jnp` jax.numpy, `lax` jax.lax, `activations`"
        " keras.activations; ONNX calls are operators, further inputs by position.",
        elsewhere_table(measured),
        "## Where they differ",
        'An empty cell gives what we give, `-` does not exist: ONNX Runtime has no gradients. "a or b" is what one'
        f" array of {COPIES} equal numbers gave, depending on the position. Keras computes with JAX here.",
    ]
    for wanted, (title, remark) in SECTIONS.items():
        parts += [f"### {title}", remark, markdown(header, differences(measured, wanted), None)]
    if missing:
        parts.append(f"{', '.join(missing)} could not be asked.")
    parts.append(f"Asked on {results['cpu']}; {versions}.")
    return "\n\n".join(parts) + "\n"


def calls_table(measured, key):
    """The calls of a library, and ours for the same."""
    lines = []
    for row in ROWS:
        if found := measured.get(row.name, {}).get(key):
            remark = ", ".join(f"{name} is {value} by default" for name, value in found["defaults"].items())
            lines.append([code(found["call"]), code(f"ak.{row.name}(x)"), remark])
    return markdown([others.LIBRARIES[key].title, "actkernels", "there"], lines, None)


def differences_table(measured, key):
    """Where a library gives something else than we do."""
    column = 4 + ASKED.index(key)
    lines = [[*line[:4], line[column]] for wanted in SECTIONS for line in differences(measured, wanted)]
    header = ["", "x", "type", "actkernels", others.LIBRARIES[key].title]
    return markdown(header, [line for line in lines if line[-1] not in ("", "-")])


def coming_from(results, key, text):
    """docs/from_torch.md and its like, with their tables as they are now."""
    for part, table in (("calls", calls_table), ("differences", differences_table)):
        text = between(text, f"bench/conventions.py, {part}", table(results["measured"], key))
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", action="store_true", help="only write the pages")
    given = parser.parse_args()
    if not given.page:
        libraries = others.installed(ASKED)
        versions = {"Python": platform.python_version()}
        for library in libraries.values():
            versions |= library.versions()
        results = {
            "cpu": cpu_name(),
            "versions": versions,
            "libraries": list(libraries),
            "measured": measure(libraries),
        }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    results = json.loads(RESULTS.read_text())
    PAGE.write_text(page(results))
    for key in ASKED:
        path = PAGE.with_name(f"from_{key}.md")
        path.write_text(coming_from(results, key, path.read_text()))


if __name__ == "__main__":
    main()
