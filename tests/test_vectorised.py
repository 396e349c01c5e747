"""Every kernel stores whole vectors and calls nothing: read from the object code, not from promises."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from actkernels import _engine, dispatch
from actkernels.catalogue import ROWS

# whole registers only: movss and movsd store one element, movlps and movhps half a register
STORE = r"v?(?:mov[au]p[sd]|movntp[sd]|movdq[au](?:8|16|32|64)?|movntdq)\s+%{}\d+(?:\{{%k\d\}})?,.*\("
STORE_OF_ANY_SIZE = re.compile(r"v?mov\w+\s+%[xyz]mm\d+(?:\{%k\d\})?,.*\(")

pytestmark = [
    pytest.mark.skipif(
        not (sys.platform == "linux" and os.uname().machine == "x86_64"), reason="reads x86-64 code from ELF files"
    ),
    pytest.mark.skipif(not shutil.which("objdump"), reason="objdump (binutils) is not installed"),
]


@pytest.fixture(scope="session")
def object_code(bench):
    return bench("object_code")


def check_one_loop(loops, register):
    """Raise AssertionError unless one of the loops that store passes the check, as the one for near angles ought to."""
    failures = []
    for loop in loops:
        if not any(STORE_OF_ANY_SIZE.match(line) for line in loop):
            continue
        try:
            check(loop, register)
        except AssertionError as error:
            failures.append(str(error))
        else:
            return
    raise AssertionError(f"{len(failures)} loops: {'; '.join(failures)}")


def check(body, register):
    """Raise AssertionError unless instructions store whole vectors and call nothing, or are a copy."""
    if any(re.search(r"<mem(cpy|move)(@plt)?>", line) for line in body):
        return
    if register:
        stores = [line for line in body if re.match(STORE.format(register), line)]
        assert stores, f"{len(body)} instructions, none stores a whole {register}: the loop is scalar or half as wide"
    calls = [line for line in body if "call" in line.partition(" ")[0]]
    assert not calls, f"calls a function, so works element by element: {calls[0]}"


def without_calls(body):
    """Instructions but for calls: of the formula, for numbers beyond the table of a kernel that looks up."""
    return [line for line in body if "call" not in line]


DOUBLE = re.compile(r"v?(?:add|sub|mul|div|sqrt|min|max|fn?m(?:add|sub)\d+|cvtps2)pd\b")

# where that takes fewer operations than pairs of floats would
COMPUTED_IN_DOUBLE = {
    ("erf", "forward"),
    ("arctan", "forward"),
    ("soft_clipping", "forward"),
    ("soft_clipping", "gradient_x"),
}


def check_single(body):
    """Raise AssertionError where a float kernel computes with vectors of doubles."""
    double = [line for line in body if DOUBLE.match(line)]
    assert not double, f"double arithmetic in a float loop, {len(double)} instructions: {double[0]}"


@pytest.mark.parametrize("kind", ["any", "usual"])
def test_kernels_store_whole_vectors(row, isa, kind, object_code):
    failures = []
    for (which, dtype), body in object_code.kernels(row, isa, kind == "usual").items():
        try:
            # SSE2 neither compares nor shifts 64-bit integers, which exponentials are made of: there some loops of
            # doubles stay scalar, and must at least not call a function.
            register = None if (isa, dtype) == ("baseline", "float64") else object_code.REGISTER[isa]
            if (row.name, which, dtype, isa) == ("logistic", "forward", "float32", "x86_64_v4"):
                check(without_calls(body.values()), register)
            elif row.frequency or (row.name, which, dtype, isa) == ("gelu", "forward", "float32", "x86_64_v4"):
                # and another loop for far angles; beyond its table the formula is called, after the loop
                check_one_loop(object_code.innermost_loops(body), register)
            else:
                check(body.values(), register)
            if dtype == "float32" and (row.name, which) not in COMPUTED_IN_DOUBLE:
                check_single(body.values())
        except AssertionError as error:
            failures.append(f"{row.name} {which} {dtype}: {error}")
    assert not failures, "\n".join(failures)


def test_every_kernel_was_looked_at(row, isa, object_code):
    kernels = object_code.kernels(row, isa, False)
    assert len(kernels) == 2 * (2 + row.has_gradient_y)
    assert all(kernels.values())


def stored_by(isa, dtype, object_code):
    """The registers that hold whole vectors of results; of halves some are half as wide as what was computed."""
    wide = object_code.REGISTER[isa]
    halved = {"float16": ("x86_64_v4", "x86_64_v3"), "bfloat16": ("x86_64_v4",)}
    return {"zmm": "ymm", "ymm": "xmm"}[wide] if isa in halved.get(dtype, ()) else wide


SCALAR = re.compile(r"(?!vbroadcast|vmov)v?\w+ss\b")  # but parameters may be fetched


def check_no_loop_is_scalar(loops):
    """Raise AssertionError where a loop computes one float at a time."""
    for loop in loops:
        scalar = [line for line in loop if SCALAR.match(line)]
        assert not scalar, f"{len(scalar)} instructions for one float each: {scalar[0]}"


def test_loops_of_brief_kernels_use_whole_vectors(row, isa, object_code):
    module = dispatch.kernels_of(isa)
    path = os.path.realpath(module.__file__)
    base, code = object_code.load_base(path), object_code.instructions(path)
    failures = []
    for (which, dtype), address in _engine.brief_addresses(module.kernels, ROWS.index(row)).items():
        body = object_code.function_at(code, address - base)
        lines = without_calls(body.values()) if (row.name, which) == ("logistic", "forward") else body.values()
        try:
            check(lines, None if (isa, dtype) == ("baseline", "float64") else stored_by(isa, dtype, object_code))
            if dtype.endswith("float16"):
                check_no_loop_is_scalar(object_code.innermost_loops(body))
        except AssertionError as error:
            failures.append(f"{row.name} {which} {dtype}: {error}")
    assert not failures, "\n".join(failures)


def test_the_other_loops_use_whole_vectors(isa, object_code):
    module = dispatch.kernels_of(isa)
    path = os.path.realpath(module.__file__)
    base, code = object_code.load_base(path), object_code.instructions(path)
    for (which, dtype), address in _engine.loop_addresses(module.kernels).items():
        wide = stored_by(isa, dtype, object_code) if which in ("store", "multiply") else object_code.REGISTER[isa]
        if isa == "baseline" and dtype == "float64" and which in ("within", "settle", "multiply_lifted"):
            wide = None  # as in the kernels
        body = object_code.function_at(code, address - base).values()
        try:
            if which in ("in_window", "within", "find_subnormal"):  # they store nothing
                assert not wide or any(wide in line for line in body), f"no {wide} is read"
            else:
                check(body, wide)
        except AssertionError as error:
            raise AssertionError(f"{which} {dtype}: {error}") from None


LOOPS = """
#include <math.h>
#define LOOP(name, expression) \\
    void name(const float *restrict x, float *restrict y, long n) { for (long i = 0; i < n; i++) y[i] = expression; }
LOOP(vectorised, x[i] > 0 ? x[i] : 0)
LOOP(calling, sinf(x[i]))
LOOP(promoted, x[i] * 0.1)
__attribute__((optimize("no-tree-vectorize"))) LOOP(scalar, x[i] * 3 + 1)
void either(const float *restrict x, float *restrict y, long n) {
    if (x[0] > 1) for (long i = 0; i < n; i++) y[i] = sinf(x[i]);
    else for (long i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : 0;
}
"""


@pytest.fixture
def loops(tmp_path, object_code):
    """``loops(name)`` -> one of the functions above, {address: instruction}."""
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    source, library = tmp_path / "loops.c", tmp_path / "loops.so"
    source.write_text(LOOPS)
    subprocess.run(["gcc", "-O3", "-fno-trapping-math", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)
    symbols = subprocess.run(["nm", library], capture_output=True, text=True, check=True).stdout
    addresses = {line.split()[2]: int(line.split()[0], 16) for line in symbols.splitlines() if " T " in line}
    return lambda name: object_code.function_at(object_code.instructions(str(library)), addresses[name])


@pytest.mark.parametrize(
    ("name", "complaint"), [("vectorised", None), ("calling", "calls|scalar"), ("scalar", "scalar or half as wide")]
)
def test_a_scalar_loop_is_found(name, complaint, loops):
    body = loops(name).values()
    if complaint is None:
        check(body, "xmm")
    else:
        with pytest.raises(AssertionError, match=complaint):
            check(body, "xmm")
    with pytest.raises(AssertionError, match="half as wide"):
        check(body, "ymm")


def test_a_loop_for_one_float_at_a_time_is_found(loops, object_code):
    check_no_loop_is_scalar(object_code.innermost_loops(loops("vectorised"))[:1])
    with pytest.raises(AssertionError, match="for one float each"):
        check_no_loop_is_scalar(object_code.innermost_loops(loops("scalar")))


def test_double_arithmetic_is_found(loops):
    check_single(loops("vectorised").values())
    with pytest.raises(AssertionError, match="double arithmetic in a float loop"):
        check_single(loops("promoted").values())


def test_a_loop_beside_one_that_calls_is_found(loops, object_code):
    check_one_loop(object_code.innermost_loops(loops("either")), "xmm")
    for name in ("calling", "scalar"):
        with pytest.raises(AssertionError, match="the loop is scalar"):
            check_one_loop(object_code.innermost_loops(loops(name)), "xmm")
