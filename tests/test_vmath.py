"""The contracts in src/vmath_body.h: each function within the error that stands over it, with fma and without."""

import ctypes
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak
from actkernels import reference

SRC = Path(__file__).resolve().parent.parent / "src"
if not (SRC / "vmath.h").exists():
    pytest.skip("the sources are not here: this tests the build", allow_module_level=True)

CONTRACT = re.compile(
    r"max ULP, with fma / without: float ([\d.]+) / ([\d.]+), double ([\d.]+) / ([\d.]+)\n.*?INLINE real F\((\w+)\)",
    re.DOTALL,
)
BOUNDS = {name: tuple(map(float, bounds)) for *bounds, name in CONTRACT.findall((SRC / "vmath_body.h").read_text())}
# what each function is, and the range of its contract where that is not every number
DEFINITIONS = {
    "exp": ("exp(x)", None),
    "expm1": ("expm1(x)", None),
    "scaled_expm1": ("expm1(x)", (-800, 0)),
    "log1p": ("log1p(x)", (-0.999999, 1e30)),
    "logistic": ("1 / (1 + exp(-x))", None),
    "tanh": ("tanh(x)", None),
    "tanh_squared": ("tanh(x) ** 2", None),
    "tanhshrink": ("x - tanh(x)", None),
    "logcosh": ("log(cosh(x))", None),
    "softplus": ("log(1 + exp(x))", None),
    "gelu": ("x * erfc(-x / sqrt(2)) / 2", None),
    "erf": ("erf(x)", None),
    "sin": ("sin(x)", None),
    "cos": ("cos(x)", None),
    "atan": ("atan(x)", None),
    "gudermannian": ("2 * atan(tanh(x / 2))", None),
    "asinh": ("asinh(x)", None),
}
CALLS = {
    "scaled_expm1": "scaled_expm1_{0}(1, 0, x[i])",
    "sin": "sin_{0}(x[i], 1)",
    "cos": "cos_{0}(x[i], 1)",
}
SUFFIXES = {np.float32: ("f32", "float"), np.float64: ("f64", "double")}


def test_every_contract_has_its_definition():
    assert set(BOUNDS) == set(DEFINITIONS)


@pytest.fixture(scope="session", params=["fma", "no fma"])
def library(request, tmp_path_factory):
    """The functions in loops, compiled with or without fma."""
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    if request.param == "fma" and "x86_64_v3" not in ak.available_isas():
        pytest.skip("this machine has no fma, or needs no flag for it")
    folder = tmp_path_factory.mktemp("vmath")
    loops = [
        f"void {name}_{suffix}_loop(const {real} *x, {real} *y, long n)"
        f" {{ for (long i = 0; i < n; i++) y[i] = {CALLS.get(name, name + '_{0}(x[i])').format(suffix)}; }}"
        for name in DEFINITIONS
        for suffix, real in SUFFIXES.values()
    ]
    (folder / "loops.c").write_text('#include "vmath.h"\n' + "\n".join(loops))
    # a machine without fma may lack 128-bit integers too
    machine = ["-mavx2", "-mfma"] if request.param == "fma" else ["-U__SIZEOF_INT128__"]
    flags = ["-O2", "-ffp-contract=off", "-shared", "-fPIC", *machine]
    subprocess.run(["gcc", *flags, f"-I{SRC}", "loops.c", "-o", "loops.so", "-lm"], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "loops.so")), request.param == "fma"


def sample(name, dtype, limits):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    wide = 110 if dtype is np.float32 else 750
    x = np.concatenate(
        [
            rng.normal(size=300),
            rng.uniform(-5, 5, 300),
            rng.uniform(-wide, wide, 150),
            rng.choice([-1, 1], 150) * 10.0 ** rng.uniform(-30, 2, 150),
            rng.choice([-1, 1], 150) * 10.0 ** rng.uniform(2, 38, 150),
        ]
    ).astype(dtype)
    return x if limits is None else x[(x > limits[0]) & (x < limits[1])]


@pytest.mark.computed
@pytest.mark.parametrize("name", DEFINITIONS)
def test_contract(name, dtype, library):
    loops, fma = library
    definition, limits = DEFINITIONS[name]
    x = sample(name, dtype, limits)
    y = np.empty_like(x)
    loop = getattr(loops, f"{name}_{SUFFIXES[dtype][0]}_loop")
    loop(x.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p), ctypes.c_long(x.size))
    exact = reference.Exact.of([reference.evaluate(definition, value)[0] for value in x], dtype)
    error = exact.error(y)
    worst = int(error.argmax())
    bound = BOUNDS[name][2 * (dtype is np.float64) + (not fma)]
    assert error[worst] <= bound + 0.005, f"{name}({float(x[worst]).hex()}): {error[worst]:.3f} ULP, promised {bound}"
