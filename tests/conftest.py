"""What all tests share: everything runs over the rows of the catalogue, the dtypes and the CPU levels.

A test that names `row`, `dtype`, `isa` or `operation` as an argument runs for each of them; `operation` is one of
"forward", "backward_x" and, where the row has it, "backward_y", and `from_input` one of the first two. `params` are
the defaults and, where the row has parameters, two other sets. `dtype` is every float type there is; tests marked
`computed` keep to those that kernels compute in, whose results have bounds, and `half` is one of the others. Ids read
``gelu-float32-x86_64_v3-backward_x``.
"""

import ctypes
import importlib.util
import platform
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak
from actkernels.catalogue import ROWS

try:
    from ml_dtypes import bfloat16, finfo
except ImportError:
    finfo = np.finfo

    class bfloat16:  # noqa: N801 - stands in for it where tests are named
        pass


COMPUTED = (np.float32, np.float64)
HALVES = (np.float16, bfloat16)
NO_BFLOAT16 = pytest.mark.skipif(finfo is np.finfo, reason="ml_dtypes, which brings bfloat16, is not installed")


class Params(dict):
    """Parameters with a name for the test's id."""

    def __init__(self, name, values):
        super().__init__(values)
        self.name = name

    __hash__ = object.__hash__


def parameter_sets(row):
    """The defaults, and other parameters that the row allows: near the defaults, then of either sign."""
    sets = [Params("default", row.parameters)]
    rng = np.random.default_rng(zlib.crc32(row.name.encode()))
    for name, low in (("near", 0.5), ("far", -2.0)) if row.parameters else ():
        allowed = False
        while not allowed:
            values = {
                parameter: float(rng.uniform(low, 2) * default if default else rng.uniform(-1, 1))
                for parameter, default in row.parameters.items()
            }
            allowed = all(eval(condition, {}, values) for condition in row.requires)
        sets.append(Params(name, values))
    return sets


PARAMETER_SETS = {row.name: parameter_sets(row) for row in ROWS}

AXES = {
    "row": lambda case: ROWS,
    "dtype": lambda case: COMPUTED + HALVES,
    "half": lambda case: HALVES,
    "isa": lambda case: ak.available_isas(),
    "operation": lambda case: ("forward", "backward_x", "backward_y")[: 3 if case["row"].has_gradient_y else 2],
    "from_input": lambda case: ("forward", "backward_x"),
    "params": lambda case: PARAMETER_SETS[case["row"].name],
}


def pytest_report_header():
    levels = ", ".join(ak.available_isas())
    return (
        f"actkernels: CPU levels {levels}, chosen {ak.get_isa()}; "
        f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}"
    )


def name_of(value):
    return value if isinstance(value, str) else getattr(value, "name", None) or value.__name__


def pytest_generate_tests(metafunc):
    axes = {name: values for name, values in AXES.items() if name in metafunc.fixturenames}
    if "dtype" in axes and metafunc.definition.get_closest_marker("computed"):
        axes["dtype"] = lambda case: COMPUTED
    cases = [{}]
    for name, values in axes.items():
        cases = [case | {name: value} for case in cases for value in values(case)]
    if axes:
        metafunc.parametrize(
            tuple(axes),
            [pytest.param(*case.values(), marks=[NO_BFLOAT16] * (bfloat16 in case.values())) for case in cases],
            ids=["-".join(map(name_of, case.values())) for case in cases],
            indirect=["isa"] if "isa" in axes else [],
        )


@pytest.fixture
def isa(request):
    """Compute at this CPU level for the length of a test."""
    before = ak.get_isa()
    ak.set_isa(request.param)
    yield request.param
    ak.set_isa(before)


@pytest.fixture
def rng(request):
    """Random numbers, the same ones whenever the same test runs."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.rpartition("::")[2].encode()))


@pytest.fixture(scope="session")
def bench():
    """``bench(name)`` -> a script of the benchmarks, as a module."""
    known = {}

    def load(name):
        path = Path(__file__).resolve().parent.parent / "bench" / f"{name}.py"
        if not path.exists():
            pytest.skip("the benchmarks are not here: this tests the build")
        if name not in known:
            if str(path.parent) not in sys.path:
                sys.path.insert(0, str(path.parent))  # as Python does where it runs a script
            spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
            known[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(known[name])
        return known[name]

    return load


# ---- running an operation -------------------------------------------------------------------------------------


class Operation:
    """One pass of one activation: how to call it by either path, and what to call it with.

    Attributes
    ----------
    paths : dict
        The Python face, which takes the fast path where it can, and the ufunc.
    """

    def __init__(self, row, operation, params=None):
        self.activation = ak.ACTIVATIONS[row.name]
        self.params = dict(params or {})
        self.name = operation
        self.forward = operation == "forward"
        self.from_output = operation == "backward_y"
        self.ufunc = getattr(ak.ufuncs, row.name if self.forward else f"{row.name}_{operation}")
        self.paths = {"face": self, "ufunc": self.by_ufunc}

    def operands(self, x, delta=None):
        """The array operands of this pass for inputs x: what was saved, after the delta if there is one."""
        if self.forward:
            return (x,)
        saved = self.activation(x, **self.params) if self.from_output else x
        return (np.ones_like(x) if delta is None else delta, saved)

    def __call__(self, *operands, out=None):
        """By the Python face, so by the fast path for arrays that it takes."""
        if self.forward:
            return self.activation(*operands, out=out, **self.params)
        delta, saved = operands
        return self.activation.backward(delta, **{"y" if self.from_output else "x": saved}, out=out, **self.params)

    def by_ufunc(self, *operands, **keywords):
        """By the ufunc."""
        return self.ufunc(*operands, *(self.activation.params | self.params).values(), **keywords)

    def one_by_one(self, *operands):
        """By the face, one element at a time."""
        flat = [np.ascontiguousarray(operand).ravel() for operand in np.broadcast_arrays(*operands)]
        parts = [self(*(operand[i : i + 1] for operand in flat)) for i in range(flat[0].size)]
        return np.concatenate([*parts, flat[-1][:0]]).reshape(np.broadcast_shapes(*map(np.shape, operands)))


@pytest.fixture(scope="session")
def make_operation():
    """``make_operation(row, operation, params)`` -> Operation."""
    return Operation


@pytest.fixture(scope="session")
def run_kernel():
    """``run_kernel(address, x, params)`` calls one kernel alone, with nothing of what surrounds it in a pass."""
    kernel = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_void_p)
    whole = 16  # elements at a time, as in src/kernels.h

    def run(address, x, params):
        padded = np.resize(x, -(-x.size // whole) * whole)
        out = np.empty_like(padded)
        values = np.array([*params.values(), 0, 0, 0, 0], float)
        kernel(address)(padded.ctypes.data, out.ctypes.data, padded.size, values.ctypes.data)
        return out[: x.size]

    return run


@pytest.fixture(scope="session")
def same_bits():
    """``same_bits(actual, expected, label)`` checks that two arrays agree bit for bit; a NaN is a NaN."""

    def check(actual, expected, label=""):
        actual, expected = np.asarray(actual), np.asarray(expected)
        assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape), label
        actual, expected = (np.ascontiguousarray(a).ravel() for a in (actual, expected))
        bits = f"u{actual.dtype.itemsize}"
        native = actual.dtype.newbyteorder("=")
        wrong = actual.astype(native).view(bits) != expected.astype(native).view(bits)
        wrong &= ~(np.isnan(actual) & np.isnan(expected))
        if wrong.any():
            first = int(np.argmax(wrong))
            raise AssertionError(
                f"{label} {wrong.sum()} of {wrong.size} differ, first at {first}: "
                f"{float(actual[first]).hex()} instead of {float(expected[first]).hex()}"
            )

    return check


# ---- inputs ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def assorted():
    """``assorted(rng, shape, dtype)`` -> numbers of every kind: moderate, huge, subnormal, zero, infinite and NaN."""

    def make(rng, shape, dtype):
        info = finfo(dtype)
        special = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, info.max, -info.max, info.smallest_subnormal]
        numbers = rng.normal(scale=3, size=shape).astype(dtype)
        where = rng.random(shape)
        numbers[where < 0.1] = rng.choice(np.array([*special, -info.smallest_subnormal], dtype), shape)[where < 0.1]
        numbers[(where > 0.1) & (where < 0.2)] *= dtype(40)
        return numbers

    return make


@pytest.fixture(scope="session")
def kinks():
    """``kinks(row, params)`` -> where the function changes its form, as floats."""

    def find(row, params):
        return [float(eval(kink, {}, dict(params))) for kink in row.kinks]

    return find
