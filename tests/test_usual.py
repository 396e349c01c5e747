"""Kernels for usual inputs leave out what others need: on theirs they give the same bits, and nothing subnormal."""

import ctypes

import numpy as np
import pytest

from actkernels import _engine, dispatch
from actkernels.catalogue import PASSES, ROWS

LEAST = {np.float32: 2.0**-29, np.float64: 2.0**-56}  # as in src/passes.h


def usual_inputs(row, params, dtype, rng, count=20_000):
    """0, sizes between the limits on a logarithmic scale, and normal numbers among them."""
    spread = max((max(abs(p), 1 / abs(p)) for p in params.values() if p), default=1)
    least, most = LEAST[dtype], row.usual_up_to / max(1, spread)
    sizes = np.exp(rng.uniform(np.log(least), np.log(most), count))
    x = np.concatenate([sizes, -sizes, rng.uniform(-most, most, count), rng.normal(size=count)]).astype(dtype)
    x = x[(np.abs(x) >= least) & (np.abs(x) <= most)]
    return np.concatenate([x, np.array([0.0, -0.0, least, -least, most, -most], dtype)])


@pytest.mark.computed
def test_usual_inputs_give_the_same_bits(row, dtype, isa, params, rng, run_kernel, same_bits):
    kernels, name = dispatch.kernels_of(isa).kernels, dtype.__name__
    usual = _engine.kernel_addresses(kernels, ROWS.index(row), True)
    expected = {which for which in PASSES[: 2 + row.has_gradient_y] if which not in row.plain}
    assert {which for which, _ in usual} == (expected if row.has_usual_kernels else set())
    x = usual_inputs(row, params, dtype, rng) if usual else None
    for which in {which for which, _ in usual}:
        alone = run_kernel(usual[which, name], x, params)
        same_bits(alone, run_kernel(_engine.kernel_addresses(kernels, ROWS.index(row))[which, name], x, params), which)
        if which != "gradient_y":  # what is no output may be beyond what the gradient holds
            sizes = np.abs(alone[alone != 0])
            assert np.all(sizes >= np.finfo(dtype).tiny), f"{which}: {sizes.min()!r} is subnormal"


@pytest.mark.computed
@pytest.mark.parametrize("most", [1.0, 1.6, 16.0, 256.0])
def test_what_is_in_the_window(most, dtype, isa):
    loop = _engine.loop_addresses(dispatch.kernels_of(isa).kernels)["in_window", dtype.__name__]
    in_window = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_double)(loop)
    most = dtype(most)
    below = most * dtype(2.0**-32)
    inside = [most, np.nextafter(below, most), dtype(0.75)]
    subnormal = np.finfo(dtype).tiny / 2
    outside = [np.nextafter(most, dtype(np.inf)), below, subnormal, *map(dtype, (0, np.inf, np.nan))]
    for count in (1, 2, 63, 256, 257, 512):
        x = np.full(count, 0.75, dtype)
        for place in {0, count // 2, count - 1}:
            for number, expected in [*((one, True) for one in inside), *((one, False) for one in outside)]:
                for sign in (1, -1):
                    x[place] = np.copysign(number, sign)
                    assert bool(in_window(x.ctypes.data, count, most)) is expected, (count, place, x[place])
            x[place] = 0.75
