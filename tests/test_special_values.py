"""Zeros, infinities, NaN and the ends of the range."""

import itertools
import math

import numpy as np
import pytest

from actkernels import reference

INF, NAN = math.inf, math.nan
LANES = 71  # beyond four vectors of sixteen


def close(result, expected, ulps):
    """Whether a result is the expected number, to some units where that is neither 0 nor infinite."""
    if math.isnan(expected) or not math.isfinite(expected) or expected == 0:
        return np.array_equal(result, expected, equal_nan=True)
    return abs(float(result) - float(expected)) <= ulps * float(np.spacing(abs(expected)))


@pytest.fixture(scope="session")
def limits():
    """``limits(row, params)`` -> what function and gradient tend to at minus and plus infinity."""
    known = {}

    def find(row, params):
        if (row.name, params) not in known:
            at_ends = [reference.limit(row.definition, sign, params) for sign in (-1, 1)]
            known[row.name, params] = dict(zip(("forward", "backward_x"), zip(*at_ends, strict=True), strict=True))
        return known[row.name, params]

    return find


def test_at_infinity_is_the_limit(row, dtype, isa, from_input, params, limits, make_operation):
    run = make_operation(row, from_input, params)
    results = run(*run.operands(np.array([-np.inf, np.inf], dtype)))
    for result, limit in zip(results, limits(row, params)[from_input], strict=True):
        if math.isnan(limit):
            continue  # no limit: a wave
        with np.errstate(over="ignore"):
            expected = dtype(limit)
        assert close(result, expected, 2), f"{results}, where {result} ought to be {expected}"
        if from_input == "forward" and math.copysign(1, limit) < 0:  # a zero that is approached from below
            assert np.signbit(result)


@pytest.mark.computed
def test_ends_of_the_range(row, dtype, isa, from_input, params, make_operation):
    info = np.finfo(dtype)
    ends = [0, info.smallest_subnormal, info.tiny - info.smallest_subnormal, info.tiny, info.max]
    x = np.array([sign * end for end in ends for sign in (1, -1)], dtype)
    run = make_operation(row, from_input, params)
    result = run(*run.operands(x))
    part = from_input == "backward_x"
    exact = reference.Exact.of([reference.evaluate(row.definition, value, params)[part] for value in x], dtype)
    bound = row.max_ulp.gradient if part else max(getattr(row.max_ulp, dtype.__name__), 2)
    worst = np.argmax(exact.error(result))
    assert exact.error(result)[worst] <= bound, (
        f"x = {float(x[worst]).hex()}: {result[worst]!r} instead of {exact.nearest[worst]!r}"
    )


@pytest.mark.computed
def test_finite_where_the_exact_value_is(row, dtype, isa, from_input, params, rng, make_operation):
    """At numbers of any bits. What this looks for is a NaN, or an infinity where another form has none."""
    info = np.finfo(dtype)
    x = rng.integers(0, 256, 40_000 * info.bits // 8, np.uint8).view(dtype)
    x = np.concatenate([x[np.isfinite(x)], rng.normal(scale=30, size=10_000).astype(dtype)])
    run = make_operation(row, from_input, params)
    result = run(*run.operands(x))
    part = from_input == "backward_x"
    for odd in (np.isnan(result), np.isinf(result)):
        for value, given in zip(x[odd][:20], result[odd][:20], strict=True):
            exact = reference.evaluate(row.definition, value, params)[part]
            with np.errstate(over="ignore"):
                expected = dtype(float(exact))
            assert np.array_equal(given, expected, equal_nan=True), f"x = {float(value).hex()}: {given!r}, not {exact}"


def test_minus_zero_gives_what_the_smallest_negative_number_tends_to(row, dtype, isa, params, make_operation):
    below, left, right = (reference.evaluate(row.definition, x, params)[0] for x in (-5e-324, -1.3, 1.3))
    if below == 0 and left + right == 0 != left:  # 0 around 0, and odd: -0 stays -0
        below = -1
    forward = make_operation(row, "forward", params)
    result = forward(np.array([-0.0], dtype))[0]
    if result == 0:
        assert np.signbit(result) == (below < 0)
    gradient = make_operation(row, "backward_x", params)
    zeros = np.array([0.0, -0.0], dtype)
    plus, minus = gradient(*gradient.operands(zeros))
    assert plus == minus


def test_nan_in_every_lane(row, dtype, isa, operation, rng, make_operation):
    run = make_operation(row, operation)
    x = rng.normal(size=LANES).astype(dtype)
    operands = run.operands(x)
    bits = np.dtype(f"u{x.itemsize}")
    infinities, nan = np.array([np.inf, -np.inf], dtype).view(bits), np.array(np.nan, dtype).view(bits)
    mantissa = ~infinities[1]
    kinds = [*(infinities | nan), *(infinities | bits.type(1)), *(infinities | mantissa)]  # quiet, signalling, both
    for lane in range(LANES):
        saved = operands[-1].copy()
        saved.view(bits)[lane] = kinds[lane % len(kinds)]
        result = run(*operands[:-1], saved)
        assert np.flatnonzero(np.isnan(result)).tolist() == [lane]


def test_delta_in_every_lane(row, dtype, isa, rng, make_operation, same_bits):
    """Where a branch of gradient 0 was chosen no delta gets through; elsewhere it is multiplied."""
    for operation in ("backward_x", "backward_y")[: 1 + row.has_gradient_y]:
        run = make_operation(row, operation)
        ones, saved = run.operands(rng.uniform(-4, 4, LANES).astype(dtype))
        gradient = run(*(operand.astype(np.result_type(dtype, np.float32)) for operand in (ones, saved)))
        for lane, special in itertools.product(range(LANES), (NAN, INF, -INF)):
            delta, expected = ones.copy(), gradient.copy()
            delta[lane] = special
            with np.errstate(invalid="ignore", under="ignore"):
                expected[lane] *= 0 if row.selects_zero and gradient[lane] == 0 else special
                expected = expected.astype(dtype)
            same_bits(run(delta, saved), expected, f"{operation}, {special} in lane {lane}:")


def test_nan_input_is_not_switched_off(row, dtype, isa, make_operation):
    run = make_operation(row, "backward_x")
    nan = np.full(40, np.nan, dtype)
    assert np.isnan(run(np.ones(40, dtype), nan)).all()
    assert np.isnan(run(np.zeros(40, dtype), nan)).all()
