"""Every result against the definition, in units in the last place.

The sample is stratified: every exponent of the type with both signs, the range where exponentials saturate, and
the neighbourhood of every kink, of 0, and of the roots and extrema of waves. Exact values are computed once for each
row, dtype and parameter set.
"""

import math
import re
import zlib

import numpy as np
import pytest
from mpmath import mp

import actkernels as ak
from actkernels import reference

pytestmark = pytest.mark.computed  # the others: test_half.py

RANGE = {np.float32: 110, np.float64: 750}  # beyond, every exponential of the type is 0 or infinite
FAR = 2.0**40  # beyond, the oracle's own exponentials vanish, and their curvature with them


def around(point, dtype, step):
    """Neighbours of a point, one by one and then at growing distances."""
    point = dtype(point)
    neighbours = [point]
    for direction in (-np.inf, np.inf):
        near = point
        for _ in range(6):
            near = np.nextafter(near, dtype(direction))
            neighbours.append(near)
    spacing = np.spacing(max(abs(point), np.finfo(dtype).tiny))
    growing = spacing * 2.0 ** np.arange(3, np.finfo(dtype).nmant + 3, step)
    return np.concatenate([neighbours, point + growing, point - growing]).astype(dtype)


def quarters(row, params):
    """Multiples of pi/2 as angles, near and far, as inputs of the row."""
    if not row.frequency:
        return []
    numbers = [*range(-9, 10), 100, 255, 1000, 12345, 1000001, 3**25, 7**40]
    return [number * math.pi / 2 / eval(row.frequency, {}, dict(params)) for number in numbers]


def sample(row, dtype, params, kinks, thin):
    """Where to compare; every `thin`-th of it for parameters other than the defaults."""
    rng = np.random.default_rng(zlib.crc32(f"{row.name} {dtype.__name__}".encode()))
    info = np.finfo(dtype)
    exponents = np.arange(info.minexp - info.nmant, info.maxexp, dtype=float)
    # many of each exponent where functions bend, one of each elsewhere, but of double's two thousand every second
    common = np.abs(exponents) < 16
    every = exponents[:: 1 if dtype is np.float32 else 2]
    exponents = np.concatenate([every, *[exponents[common]] * 7])
    with np.errstate(under="ignore"):
        sizes = np.ldexp(rng.uniform(1, 2, exponents.size).astype(dtype), exponents.astype(int))
    spread = rng.uniform(-RANGE[dtype], RANGE[dtype], 250)
    saturating = rng.uniform(-40, 40, 250)
    near = [around(kink, dtype, step=1 if thin == 1 else 4) for kink in kinks]
    near += [around(quarter, dtype, step=4) for quarter in quarters(row, params)[::thin]]
    wide = np.concatenate([sizes, -sizes, spread.astype(dtype), saturating.astype(dtype)])[::thin]
    ends = [info.max, -info.max, info.tiny, -info.tiny]
    x = np.concatenate([wide, ends, around(0, dtype, 4), *near]).astype(dtype)
    return np.unique(x[np.isfinite(x)])


class Expected:
    """What a row gives at its sample, exactly."""

    def __init__(self, row, dtype, params, kinks, thin):
        self.x = sample(row, dtype, params, kinks, thin)
        self.forward, self.backward_x = reference.expected(row, self.x, params)


@pytest.fixture(scope="session")
def expected(kinks):
    """``expected(row, dtype, params)``."""
    known = {}

    def find(row, dtype, params):
        key = row.name, dtype, params
        if key not in known:
            known[key] = Expected(row, dtype, params, kinks(row, params), 1 if params == row.parameters else 8)
        return known[key]

    return find


def check(x, result, exact, bound):
    """Fail with the worst input in hex."""
    error = exact.error(result)
    worst = int(np.argmax(error - bound))
    allowed = np.broadcast_to(bound, x.shape)[worst]
    assert error[worst] <= allowed, (
        f"{(error > bound).sum()} of {x.size} inputs are off by more than allowed; "
        f"worst at x = {float(x[worst]).hex()} ({x[worst]!r}): {error[worst]:.4g} ULP, allowed {allowed:.4g}; "
        f"{result[worst]!r} instead of {exact.nearest[worst]!r}"
    )


def test_accuracy_from_input(row, dtype, isa, from_input, params, expected, make_operation):
    sample = expected(row, dtype, params)
    run = make_operation(row, from_input, params)
    bound = row.max_ulp.gradient if from_input == "backward_x" else getattr(row.max_ulp, dtype.__name__)
    if params.name != "default":
        bound = max(bound, 2)
    check(sample.x, run(*run.operands(sample.x)), getattr(sample, from_input), bound)


class ExpectedFromOutput:
    """The gradient where the output has a given value, and how far off it may be when that value was rounded.

    The kernel sees y = f(x) with an error of up to d = max_ulp units. The gradient g, a function of y, then moves
    by |dg/dy| d = |f''(x) / f'(x)| d, where dg/dy vanishes by something like d**2 times its largest value, and its own
    rounding adds a few units of itself and of the terms, of the size of dg/dy * y, that it is made of. Where y may
    have crossed a kink, the gradient of the other side is as good. f'' is a difference of exact derivatives.
    """

    def __init__(self, row, dtype, params, kinks):
        self.x = sample(row, dtype, params, kinks, 6)
        largest_error = max(getattr(row.max_ulp, dtype.__name__), 2)
        smooth = largest_error * 8 * float(np.finfo(dtype).eps)
        with mp.workprec(200):

            def exact(x):
                return reference.evaluate(row.definition, x, params)

            edges = [
                (exact(kink)[0], exact(np.nextafter(kink, side))[1])
                for kink in map(dtype, kinks)
                for side in (kink, dtype(-np.inf), dtype(np.inf))
            ]
            values, gradients = zip(*map(exact, self.x), strict=True)
            top = max(map(abs, gradients))
            bounds = []
            for x, y, g in zip(map(float, self.x), values, gradients, strict=True):
                error = largest_error * reference.ulp(y, dtype)
                near = mp.mpf(min(max(x, -FAR), FAR))
                step = min(abs(near), 1) * mp.mpf(2) ** -40
                after, slope, before = (exact(near + shift)[1] for shift in (step, 0, -step))
                bend = abs((after - before) / (2 * step * slope)) if step and slope else 0
                moved = bend * error + 4 * top * min(error, smooth) ** 2
                rounding = 4 * reference.ulp(max(abs(g), min(bend * abs(y), top)), dtype)
                crossed = [abs(other - g) for edge, other in edges if abs(edge - y) <= error]
                bounds.append(float(max(moved, *crossed, 0) + rounding) / float(reference.ulp(g, dtype)))
        self.bound = np.array(bounds)
        self.exact = reference.Exact.of(gradients, dtype)


@pytest.fixture(scope="session")
def expected_from_output(kinks):
    """``expected_from_output(row, dtype, params)``."""
    known = {}

    def find(row, dtype, params):
        key = row.name, dtype, params
        if key not in known:
            known[key] = ExpectedFromOutput(row, dtype, params, kinks(row, params))
        return known[key]

    return find


def test_gradient_from_output(row, dtype, isa, params, expected_from_output, make_operation):
    if not row.has_gradient_y:
        with pytest.raises(ValueError, match=f"{row.name}: the gradient is no function of the output: pass x="):
            ak.ACTIVATIONS[row.name].gradient(y=np.ones(3, dtype))
        return
    run = make_operation(row, "backward_y", params)
    if not eval(row.from_output, {}, dict(params)):
        with pytest.raises(ValueError, match=re.escape(f"only for {row.from_output}, not for")):
            run(np.ones(3, dtype), np.ones(3, dtype))
        return
    sample = expected_from_output(row, dtype, params)
    check(sample.x, run(*run.operands(sample.x)), sample.exact, sample.bound)
