"""Passes over memory: whatever surrounds a kernel, an element gets the bits that it gets alone."""

import math

import numpy as np
import pytest

import actkernels as ak
from actkernels import _engine, dispatch
from actkernels.catalogue import ROWS


@pytest.fixture
def streaming():
    """Share and stream passes of any size."""
    before = _engine.share_and_stream_from((0, 0, 0), 0)
    yield
    _engine.share_and_stream_from(*before)


def operands(dtype, rng, count=40_000):
    x = rng.normal(scale=3, size=count).astype(dtype)
    bits = rng.integers(1, 2**6, x[::7].size, dtype=f"u{x.itemsize}")
    x[::7] = bits.view(dtype) * rng.choice([-1, 1], bits.size).astype(dtype)  # subnormal, and in every tile
    x[100:120] = 0
    return x, rng.normal(size=count).astype(dtype)


@pytest.mark.parametrize("offset", [0, 1, 5])
def test_streamed_and_shared_results_have_the_same_bits(offset, dtype, isa, rng, same_bits, streaming):
    x, delta = (array[offset:] for array in operands(dtype, rng))
    for activation in (ak.relu, ak.leaky_relu, ak.gelu, ak.hard_swish):
        results = []
        for sizes in (((0, 0, 0), 0), ((2**60,) * 3, 2**60)):
            _engine.share_and_stream_from(*sizes)
            with ak.threads(2):
                out = np.full(x.size + offset, 7, dtype)[offset:]
                results.append((activation(x, out=out), activation.backward(delta, x=x)))
        for one, other in zip(*results, strict=True):
            same_bits(one, other, activation.name)


@pytest.mark.parametrize("offset", [0, 1, 5, 15])
@pytest.mark.parametrize("apart", [0, 3])
def test_where_arrays_begin_does_not_matter(offset, apart, dtype, isa, rng, same_bits):
    """Long arrays are computed from a line of the caches on, short ones from where they begin."""

    def placed(array, elements):
        lines = np.full(array.size + 256, 7, array.dtype)
        begin = -lines.ctypes.data % 64 // lines.itemsize + elements
        lines[begin : begin + array.size] = array
        return lines, slice(begin, begin + array.size)

    x, delta = operands(dtype, rng, 9000)
    for activation in (ak.relu, ak.leaky_relu, ak.gelu):
        for run in (activation, lambda x, out, f=activation: f.backward(out, x=x, out=out)):
            expected = delta.copy()
            for start in range(0, x.size, 90):
                run(x[start : start + 90], out=expected[start : start + 90])
            source, at = placed(x, offset)
            memory, place = placed(delta, offset + apart)
            run(source[at], out=memory[place])
            same_bits(memory[place], expected, activation.name)
            assert np.count_nonzero(memory[: place.start] == 7) == place.start
            assert np.all(memory[place.stop :] == 7)


VIEWS = {
    "channel": lambda a: a.reshape(-1, 40)[:, 3],
    "channels": lambda a: a.reshape(-1, 40)[:, 3:9],
    "column": lambda a: a.reshape(-1, 1)[::2],
    "rows": lambda a: a.reshape(-1, 40)[::3],
    "blocks": lambda a: a.reshape(10, -1, 8, 5)[:, ::2, 1:, :3],
    "backwards": lambda a: a.reshape(-1, 40)[::-1, ::-2],
    "swapped": lambda a: a.reshape(20, -1, 40).swapaxes(0, 2)[1:],
}


@pytest.mark.parametrize("view", VIEWS)
def test_views_are_walked_through(view, dtype, rng, same_bits):
    x, delta = operands(dtype, rng)
    x_view, delta_view = VIEWS[view](x), VIEWS[view](delta)
    expected = ak.silu(np.ascontiguousarray(x_view))
    same_bits(ak.silu(x_view), expected)
    assert np.argsort(ak.silu(x_view).strides).tolist() == np.argsort(np.empty_like(x_view).strides).tolist()
    memory = np.full_like(x, -7)
    out = VIEWS[view](memory)
    assert ak.silu(x_view, out=out) is out
    same_bits(out, expected)
    assert np.count_nonzero(memory == -7) == memory.size - out.size  # and nothing else was written
    expected = ak.silu.backward(np.ascontiguousarray(delta_view), x=np.ascontiguousarray(x_view))
    assert ak.silu.backward(delta_view, x=x_view, out=delta_view) is delta_view
    same_bits(delta_view, expected)


def test_more_dimensions_than_are_walked_through(dtype, rng, same_bits):
    x = rng.normal(size=(3,) * 10).astype(dtype)[(slice(None, None, 2),) * 10]
    same_bits(ak.mish(x), ak.mish(np.ascontiguousarray(x)))


def test_overlapping_views_give_what_copies_give(dtype, rng, same_bits):
    x, _ = operands(dtype, rng, 5000)
    expected = ak.gelu(x[:-1].copy())
    ak.gelu(x[:-1], out=x[1:])
    same_bits(x[1:], expected)


def ulps(result, other):
    """How many numbers lie between two; 0 between NaNs."""
    spacing = np.spacing(np.minimum(np.abs(result), np.abs(other)))
    distance = np.where(result == other, 0, np.abs(result - other) / spacing)
    return np.where(np.isnan(result) & np.isnan(other), 0, distance)


@pytest.mark.computed
def test_subnormal_inputs_give_what_the_kernel_would_give(row, dtype, isa, run_kernel):
    """A kernel never sees them, and for no parameters shall it be noticed."""
    bits = np.array([1, 3, 1000, 2**20, 2**22], f"u{dtype().itemsize}").view(dtype)
    x = np.concatenate([bits, np.array([0, 1], dtype), -bits])
    addresses = _engine.kernel_addresses(dispatch.kernels_of(isa).kernels, ROWS.index(row))
    sizes = (1e-42, 1e-36, 1e-12, 1e12, 1e36) if row.parameters else ()
    for params in (
        {},
        *({name: math.copysign(size, row.parameters[name]) for name in row.parameters} for size in sizes),
    ):
        try:
            activation = ak.ACTIVATIONS[row.name].with_params(**params)
        except ValueError:  # out of the row's range
            continue
        for which, result in (("forward", activation(x)), ("gradient_x", activation.gradient(x=x))):
            alone = run_kernel(addresses[which, dtype.__name__], x, activation.params)
            with np.errstate(all="ignore"):
                wrong = ulps(result, alone) > 2
            # what a kernel divides by a large number first may be lost to it
            assert not np.any(wrong & ~((alone == 0) & (np.abs(result) <= np.abs(x)))), (which, params)


@pytest.fixture
def processor():
    """What is said of this processor, which is forgotten after the test."""
    before = _engine.know_processor(True, True)
    yield _engine.know_processor
    _engine.know_processor(*before)


def test_processors_give_the_same_bits(row, dtype, isa, rng, same_bits, processor):
    """Whether subnormal numbers are looked for and memory is asked for ahead is a matter of speed.

    A product with a lifted gradient is rounded twice where it is subnormal: then its last bit may differ.
    """
    x, delta = operands(dtype, rng, 300_000)
    activation = ak.ACTIVATIONS[row.name]
    results = []
    for slow_subnormals in (True, False):
        for asks_ahead in (True, False):
            processor(slow_subnormals, asks_ahead)
            with np.errstate(all="ignore"):
                y = activation(x)
                found = [y, activation.backward(delta, x=x), activation.backward(delta.copy()[::3], x=x[::3])]
                if activation.saves == "output":
                    found.append(activation.backward(delta, y=y))
            in_place = delta.copy()
            activation.backward(in_place, x=x, out=in_place)
            same_bits(in_place, found[1], "in place")
            results.append(found)
    for other in results[1:]:
        for one, another in zip(results[0], other, strict=True):
            if dtype in (np.float32, np.float64):
                tiny = np.finfo(dtype).tiny
                lowered = (np.abs(one) < tiny) & (np.abs(another - one) <= tiny * np.finfo(dtype).eps)
                another = np.where(lowered, one, another)
            same_bits(another, one)
