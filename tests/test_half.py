"""float16 and bfloat16: every number of either, through every row, is float32's result rounded once."""

import ctypes
import subprocess
import sys

import numpy as np
import pytest

import actkernels as ak
from actkernels import _engine, dispatch

ALL = np.arange(2**16, dtype=np.uint16)
# beside a tie, on it, and at the ends: what stands below the bits that stay
LOWER = {
    "float16": (13, [0, 1, 0xFFF, 0x1000, 0x1001, 0x1FFF]),
    "bfloat16": (16, [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF]),
}
BLOCK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t)


def rounded(array, half):
    """To `half` by NumPy or ml_dtypes."""
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(half)


def test_every_number_through_every_row(row, half, isa, operation, rng, make_operation, same_bits):
    run = make_operation(row, operation)
    numbers = ALL.view(half)
    operands = (numbers,) if run.forward else (rng.permutation(ALL).view(half), numbers)
    wide = [operand.astype(np.float32) for operand in operands]
    same_bits(run(*operands), rounded(run(*wide), half))
    if not run.forward:
        saved = "y" if run.from_output else "x"
        gradient = run.activation.gradient(**{saved: wide[1]})
        same_bits(run.activation.gradient(**{saved: numbers}), rounded(gradient, half), "gradient:")


def test_a_layer_whose_arrays_are_of_different_types(dtype, half, rng, same_bits):
    x = rng.normal(size=(5, 6)).astype(half)
    for own, into in ((dtype, half), (half, dtype)):
        layer = ak.Activation_layer(activation="gelu").forward(x)
        layer.delta = rng.normal(size=x.shape).astype(own)
        expected = ak.gelu.backward(layer.delta, x=x).astype(own)
        layer.backward(delta := np.empty(x.shape, into))
        same_bits(layer.delta, expected)
        same_bits(delta, expected.astype(into))


# ---- the conversions by themselves ----------------------------------------------------------------------------


@pytest.fixture
def convert(half, isa):
    """``convert("load" or "store", array)`` at one CPU level, in one block or ``one_by_one``."""
    addresses = _engine.loop_addresses(dispatch.kernels_of(isa).kernels)

    def call(which, array, one_by_one=False):
        function = BLOCK(addresses[which, half.__name__])
        result = np.empty(array.shape, np.float32 if which == "load" else half)
        size = 1 if one_by_one else array.size
        for start in range(0, array.size, size):
            source, target = array[start : start + size], result[start : start + size]
            function(source.ctypes.data, target.ctypes.data, size)
        return result

    return call


def is_quiet(bits, half):
    mantissa = {"float16": 10, "bfloat16": 7}[half.__name__]
    return (bits >> (mantissa - 1) & 1).astype(bool)


def test_loading_every_number(half, convert, same_bits):
    numbers = ALL.view(half)
    loaded = convert("load", numbers)
    same_bits(loaded, numbers.astype(np.float32))
    assert np.array_equal(np.signbit(loaded), ALL >> 15)
    assert loaded.tobytes() == convert("load", numbers, one_by_one=True).tobytes()
    back = convert("store", loaded).view(np.uint16)
    kept = ~np.isnan(loaded) | is_quiet(ALL, half)
    assert np.array_equal(back[kept], ALL[kept])
    assert is_quiet(back[~kept], half).all()


def test_storing_beside_every_tie(half, convert, same_bits):
    shift, lower = LOWER[half.__name__]
    upper = np.arange(2 ** (32 - shift), dtype=np.uint32) << np.uint32(shift)
    for bits in lower:
        numbers = (upper | np.uint32(bits)).view(np.float32)
        stored = convert("store", numbers)
        same_bits(stored, rounded(numbers, half), f"{bits:#x}")
        part = numbers[:: max(1, numbers.size // 3_000)]
        assert convert("store", part.copy(), one_by_one=True).tobytes() == convert("store", part.copy()).tobytes()


def test_storing_random_numbers(half, convert, rng, same_bits):
    numbers = rng.integers(0, 2**32, 300_000, dtype=np.uint32).view(np.float32)
    same_bits(convert("store", numbers), rounded(numbers, half))
    near = (rng.normal(size=300_000) * 2.0 ** rng.integers(-28, 18, 300_000)).astype(np.float32)
    same_bits(convert("store", near), rounded(near, half))


def test_a_nan_stays_one_with_its_sign(half, convert):
    """Were the upper bits of the payload all that is kept, a NaN of lower bits would become infinite."""
    payloads = np.unique(np.concatenate([[1], 2 ** np.arange(23), np.arange(1, 2**23, 101)])).astype(np.uint32)
    for sign in (0, 0x80000000):
        bits = payloads | np.uint32(0x7F800000 | sign)
        stored = convert("store", bits.view(np.float32))
        assert np.isnan(stored).all()
        assert is_quiet(stored.view(np.uint16), half).all()
        assert (np.signbit(stored) == bool(sign)).all()


def test_levels_convert_alike(half, rng):
    bits = np.concatenate([rng.integers(0, 2**32, 500_000), rng.integers(0x7F800000, 2**31, 50_000)]).astype(np.uint32)
    numbers, results = bits.view(np.float32), set()
    for level in ak.available_isas():
        addresses = _engine.loop_addresses(dispatch.kernels_of(level).kernels)
        stored, loaded = np.empty(numbers.size, np.uint16), np.empty(ALL.size, np.float32)
        BLOCK(addresses["store", half.__name__])(numbers.ctypes.data, stored.ctypes.data, numbers.size)
        BLOCK(addresses["load", half.__name__])(ALL.ctypes.data, loaded.ctypes.data, ALL.size)
        results.add((stored.tobytes(), loaded.tobytes()))
    assert len(results) == 1


# ---- ml_dtypes, which is never imported here ------------------------------------------------------------------


def fresh(code):
    """What code prints in a fresh process, where every warning is an error."""
    code = "import sys\nimport numpy as np\n" + code
    result = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert not result.returncode, result.stderr
    return result.stdout.split()


def test_float16_needs_no_ml_dtypes():
    code = """
sys.modules["ml_dtypes"] = None  # whoever imports it gets an ImportError
import actkernels as ak
x = np.array([-1, 0.5, 2], np.float16)
layer = ak.Activation_layer(activation="relu").forward(x, copy=False)
print(*ak.relu(x), ak.relu(x[::2]).dtype, layer.output.dtype)
try:
    ak.relu(np.ones(3, complex))
except TypeError as error:
    print("bfloat16" in str(error))
"""
    assert fresh(code) == ["0.0", "0.5", "2.0", "float16", "float16", "True"]


def test_ml_dtypes_is_not_imported():
    code = "import actkernels as ak; ak.relu(np.ones(3, np.float16)); print('ml_dtypes' in sys.modules)"
    assert fresh(code) == ["False"]


FIRST_CALLS = {
    "function": "ak.relu(x)",
    "out": "ak.relu(x, out=x)",
    "parameter": "np.abs(ak.leaky_relu(x, alpha=0, out=np.empty_like(x)))",
    "strided": "ak.relu(np.repeat(x, 2)[::2])",
    "scalar": "np.array([ak.relu(number) for number in x])",
    "backward": "ak.relu.backward(np.abs(x), x=x, out=np.empty_like(x))",
    "mixed": "ak.relu.backward(np.float32([1, 0.5, 2]), x=x).astype(x.dtype)",
    "dtype": "ak.relu(x.astype(np.float32), dtype=x.dtype, casting='unsafe')",
    "ufunc": "ak.ufuncs.relu(x, out=np.empty_like(x))",
    "ufunc_dtype": "ak.ufuncs.relu(x, dtype=x.dtype, out=x)",
    "ufunc_signature": "ak.ufuncs.relu(x, signature=(x.dtype, x.dtype))",
    "ufunc_reduce": "np.stack([ak.ufuncs.relu_backward_x.reduce(np.stack([np.abs(x), x]))])[0]",
    "layer": "ak.Activation_layer(activation='relu').forward(x).output",
    "layer_in_place": "ak.Activation_layer(activation='relu').forward(x, copy=False).output",
}


@pytest.mark.parametrize("call", FIRST_CALLS)
def test_first_call_when_ml_dtypes_came_later(call):
    pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
    code = f"""
import actkernels as ak
import ml_dtypes
x = np.array([-1, 0.5, 2]).astype(ml_dtypes.bfloat16)
result = {FIRST_CALLS[call]}
print(*result, result.dtype)
"""
    assert fresh(code) == ["0", "0.5", "2", "bfloat16"]


def test_ml_dtypes_came_first():
    pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
    code = """
import ml_dtypes, actkernels as ak
from actkernels import _engine
x = np.array([-1, 0.5, 2]).astype(ml_dtypes.bfloat16)
print(*ak.identity._forward(x, None, ak._engine.Parameters(())))  # the fast path takes it
"""
    assert fresh(code) == ["-1", "0.5", "2"]


@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2", "int4"])
def test_other_types_of_ml_dtypes_are_refused(name, make_operation):
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed")
    array = np.zeros(3, getattr(ml_dtypes, name))
    with pytest.raises(TypeError, match=f"relu: dtype {name} is not supported; accepted are float16, bfloat16"):
        ak.relu(array)
    with pytest.raises(ValueError, match=f"of dtype {name}, where float16, bfloat16, float32 and float64 are accepted"):
        ak.Activation_layer(activation="relu").forward(array, copy=False)
