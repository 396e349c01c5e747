"""Accuracy beside PyTorch, JAX, ONNX Runtime, SciPy and NumPy: float32, the same inputs for all.

    python bench/peers_accuracy.py [ROW]...   # measure, write bench/results/peers_accuracy.json, then the pages
    python bench/peers_accuracy.py --page     # write docs/accuracy_peers.md and README.md's table from that file

Errors are counted in units in the last place of float32 against the float64 kernel of the same row, whose own error of
up to 2 ULP of float64 is 4e-9 of these; each worst input is then evaluated again with mpmath, and the number that is
reported is that one. Measuring needs ``pip install 'actkernels[peers]'`` and about 3 GB.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
from pathlib import Path

import libraries as others
import numpy as np
from numpynet import cpu_name
from pages import between

import actkernels as ak
from actkernels import reference
from actkernels.catalogue import ROWS

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "peers_accuracy.json"
PAGE, README = ROOT / "docs" / "accuracy_peers.md", ROOT / "README.md"
MARKER = "bench/peers_accuracy.py"
ASKED = ("torch", "jax", "onnx", "scipy", "numpy")
IN_README = ("logistic", "tanh", "gelu", "silu", "softplus", "elu", "mish", "log_sigmoid")

INFO = np.finfo(np.float32)
SPECIAL = [0.0, math.inf, math.nan, float(INFO.max), float(INFO.tiny), float(INFO.smallest_subnormal)]
SPECIAL = [sign * value for value in SPECIAL for sign in (1, -1)]
MISS = 16.0  # ULP from where a special value counts as missed


# ---- measuring ------------------------------------------------------------------------------------------------


def inputs():
    """Where all are compared."""
    random = np.random.default_rng(20)
    exponents = np.arange(INFO.minexp - INFO.nmant, INFO.maxexp)
    sizes = np.ldexp(random.uniform(1, 2, (2000, exponents.size)), exponents).astype(np.float32).ravel()
    return {
        "[-80, 80]": random.uniform(-80, 80, 4_000_000).astype(np.float32),
        "every exponent": np.concatenate([sizes, -sizes]),
    }


def units(exact):
    """Spacing of float32 at float64 numbers."""
    exponent = np.clip(np.frexp(exact)[1] - 1, INFO.minexp, INFO.maxexp - 1)
    return np.ldexp(1.0, exponent - INFO.nmant)


def worst(row, x, exact, result, among):
    """Largest error among some results, checked with mpmath, and where."""
    if not among.any():
        return None
    with np.errstate(invalid="ignore"):
        error = np.abs(result - exact) / units(exact)
    error = np.where(among, np.where(np.isnan(error), np.inf, error), -1)
    at = int(np.argmax(error))
    if not np.isfinite(error[at]):
        return {"ulp": str(float(result[at])), "at": float(x[at]).hex()}
    value = reference.evaluate(row.definition, float(x[at]), row.parameters)[0]
    assert reference.ulp_error(exact[at], value, np.float64) <= 2, f"{row.name} at {x[at]!r}: the float64 kernel is off"
    return {"ulp": reference.ulp_error(result[at], value, np.float32), "at": float(x[at]).hex()}


def missed(row, function):
    """Special values of which something else becomes."""
    found = []
    for x in SPECIAL:
        given = float(others.quietly(function, np.full(71, x, np.float32))[0])
        if math.isnan(x):
            good = math.isnan(given)
        elif math.isinf(x):
            limit = reference.limit(row.definition, 1 if x > 0 else -1, row.parameters)[0]
            good = math.isnan(limit) or (given == limit if math.isinf(limit) else abs(given - limit) < 1e-6)
        else:
            exact = reference.evaluate(row.definition, x, row.parameters)[0]
            good = reference.ulp_error(given, exact, np.float32) <= MISS
        if not good:
            found.append(f"{x:.6g} gives {given:.6g}")
    return found


def compare(row, functions, samples):
    """Errors of each function on each sample."""
    found = {name: {} for name in functions}
    for sample, x in samples.items():
        exact = ak.ACTIVATIONS[row.name](x.astype(np.float64))
        size = np.abs(exact)
        normal = (size >= float(INFO.tiny)) & (size <= float(INFO.max))
        subnormal = (size < float(INFO.tiny)) & (size > 0)
        for name, function in functions.items():
            result = others.quietly(function, x).astype(np.float64)
            parts = {"normal": normal, "subnormal": subnormal}
            found[name][sample] = {part: worst(row, x, exact, result, among) for part, among in parts.items()}
    for name, function in functions.items():
        found[name]["missed"] = missed(row, function)
    return found


def at_level(row, isa):
    def function(x):
        before = ak.get_isa()
        ak.set_isa(isa)
        try:
            return ak.ACTIVATIONS[row.name](x)
        finally:
            ak.set_isa(before)

    return function


def measure(libraries, wanted):
    samples, measured = inputs(), {}
    for row in ROWS:
        calls = {key: call for key, call in others.CALLS.get(row.name, {}).items() if key in libraries}
        if not calls or (wanted and row.name not in wanted):
            continue
        functions = {isa: at_level(row, isa) for isa in ak.available_isas()}
        functions |= {key: libraries[key].forward(call, np.float32) for key, call in calls.items()}
        measured[row.name] = compare(row, functions, samples)
        ulps = {name: cell(found["[-80, 80]"]["normal"]) for name, found in measured[row.name].items()}
        print(f"{row.name:13}", "  ".join(f"{name} {ulp}" for name, ulp in ulps.items()), flush=True)
    return measured


# ---- the pages ------------------------------------------------------------------------------------------------


def number(found):
    """An error as a number; a NaN or an infinity that was given instead of a number is infinite."""
    return math.inf if isinstance(found["ulp"], str) else found["ulp"]


def cell(found):
    if found is None:
        return ""
    if isinstance(found["ulp"], str):
        return {"nan": "NaN"}.get(found["ulp"], found["ulp"])
    return f"{found['ulp']:.2f}" if found["ulp"] < 100 else f"{found['ulp']:.1e}".replace("e+0", "e")


def own(results, row, sample, part):
    """Our error: that of the worst CPU level."""
    found = [results["rows"][row][isa][sample][part] for isa in results["isas"]]
    return max(found, key=number) if found[0] else None


def numbers(results, row, sample, part):
    """Our error, then theirs; nothing where a library lacks the function or has no such result."""
    theirs = (results["rows"][row].get(key, {}).get(sample, {}).get(part) for key in results["libraries"])
    return [own(results, row, sample, part), *theirs]


def exceptions(results, sample):
    """Rows in which another number is smaller than ours, as it is printed."""
    lines = []
    for row in results["rows"]:
        ours, *theirs = numbers(results, row, sample, "normal")
        better = [
            f"{others.LIBRARIES[key].title} {cell(other)}"
            for key, other in zip(results["libraries"], theirs, strict=True)
            if other and round(number(other), 2) < round(number(ours), 2)
        ]
        if better:
            lines.append(f"`{row}` ({cell(ours)} at {where(ours)}; {', '.join(better)})")
    return lines


def where(found):
    return f"{float.fromhex(found['at']):.9g}" if found and found["ulp"] else ""


def table(results, sample, part, rows=None, show=cell):
    header = ["activation", "actkernels", *(others.LIBRARIES[key].title for key in results["libraries"])]
    lines = [header, ["---", *["---:"] * (len(header) - 1)]]
    for row in rows or results["rows"]:
        found = numbers(results, row, sample, part)
        if row in results["rows"] and any(found):
            lines.append([f"`{row}`", *map(show, found)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def missed_table(results):
    header = ["activation", "actkernels", *(others.LIBRARIES[key].title for key in results["libraries"])]
    lines = [header, ["---"] * len(header)]
    for row, found in results["rows"].items():
        cells = []
        for names in (results["isas"], *([key] for key in results["libraries"])):
            missed = (case for name in names for case in found.get(name, {}).get("missed", ()))
            cells.append("; ".join(dict.fromkeys(missed)))  # a NaN of either sign is one case
        if any(cells):
            lines.append([f"`{row}`", *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def made_on(results):
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return f"{results['cpu']}, CPU levels {', '.join(results['isas'])}; {versions}."


def smallest(results, sample):
    found = exceptions(results, sample)
    return (
        f"Another number is smaller than ours in: {'; '.join(found)}." if found else "Ours is nowhere the larger one."
    )


def page(results):
    """docs/accuracy_peers.md."""
    near, wide = results["samples"]
    sizes = [f"{size:,}" for size in results["samples"].values()]
    missing = [others.LIBRARIES[key].title for key in ASKED if key not in results["libraries"]]
    parts = [
        "# Accuracy beside others",
        "Largest errors in float32, in units in the last place (ULP) of the exact result, of libraries that were given"
        " the same inputs. Half a unit is the best that rounding can do. Made by `python bench/peers_accuracy.py`,"
        " which also says how; a test keeps this page current.",
        "Each column is the function as the library's users call it (`bench/libraries.py`), at default parameters, with"
        " one thread. Ours is the worst of all CPU levels. An empty cell: the library has no such function, or the"
        " sample no such result. NaN and inf are what was given instead of a number.",
        f"## Between -80 and 80\n\n{sizes[0]} evenly distributed inputs; results that are normal numbers."
        f" {smallest(results, near)}",
        table(results, near, "normal"),
        f"## Every exponent\n\n{sizes[1]} inputs, 2,000 for each exponent of float32 and each sign; results that are"
        f" normal numbers. {smallest(results, wide)}",
        table(results, wide, "normal"),
        "## Subnormal results\n\nThe same inputs as before; results below 1.2e-38, in units of 1.4e-45. Where a library"
        " flushes them to 0, the number is that of the lost result, up to 8.4e6.",
        table(results, wide, "subnormal"),
        "## Special values\n\nOf 0, infinity, NaN, the largest, the smallest normal and the smallest subnormal number,"
        f" with both signs: those that give something else than the limit or, by more than {MISS:g} ULP, the exact"
        " value. The sign of a zero is not counted.",
        missed_table(results),
        "## Worst inputs\n\nWhere the errors of the first table are.",
        table(results, near, "normal", show=where),
    ]
    if missing:
        parts.append(f"{', '.join(missing)} could not be measured.")
    parts.append(made_on(results))
    return "\n\n".join(parts) + "\n"


def readme_table(results):
    near = next(iter(results["samples"]))
    rows = [row for row in IN_README if row in results["rows"]]
    return f"{table(results, near, 'normal', rows)}\n\n{made_on(results)} Made by `python bench/peers_accuracy.py`."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only these, and nothing is written")
    parser.add_argument("--page", action="store_true", help="only write the pages")
    given = parser.parse_args()
    if not given.page:
        libraries = others.installed(ASKED)
        versions = {"Python": platform.python_version(), "actkernels": ak.__version__}
        for library in libraries.values():
            versions |= library.versions()
        measured = measure(libraries, given.rows)
        if given.rows:
            return
        results = {
            "cpu": cpu_name(),
            "isas": list(ak.available_isas()),
            "versions": versions,
            "libraries": list(libraries),
            "samples": {name: x.size for name, x in inputs().items()},
            "calls": {
                row: {key: others.CALLS[row][key] for key in found if key in libraries}
                for row, found in measured.items()
            },
            "rows": measured,
        }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    results = json.loads(RESULTS.read_text())
    PAGE.write_text(page(results))
    README.write_text(between(README.read_text(), MARKER, readme_table(results)))


if __name__ == "__main__":
    main()
