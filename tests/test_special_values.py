"""Zeros, infinities, NaN, the ends of the range, and the places where others go wrong."""

import itertools
import math

import numpy as np
import pytest

import actkernels as ak
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
    for lane in range(LANES):
        saved = operands[-1].copy()
        saved[lane] = np.nan
        result = run(*operands[:-1], saved)
        assert np.flatnonzero(np.isnan(result)).tolist() == [lane]


def test_delta_in_every_lane(row, dtype, isa, rng, make_operation, same_bits):
    """Where a branch of gradient 0 was chosen no delta gets through; elsewhere it is multiplied."""
    for operation in ("backward_x", "backward_y")[: 1 + row.has_gradient_y]:
        run = make_operation(row, operation)
        ones, saved = run.operands(rng.uniform(-4, 4, LANES).astype(dtype))
        gradient = run(ones, saved)
        for lane, special in itertools.product(range(LANES), (NAN, INF, -INF)):
            delta, expected = ones.copy(), gradient.copy()
            delta[lane] = special
            with np.errstate(invalid="ignore"):
                expected[lane] *= 0 if row.selects_zero and gradient[lane] == 0 else dtype(special)
            same_bits(run(delta, saved), expected, f"{operation}, {special} in lane {lane}:")


def test_nan_input_is_not_switched_off(row, dtype, isa, make_operation):
    run = make_operation(row, "backward_x")
    nan = np.full(40, np.nan, dtype)
    assert np.isnan(run(np.ones(40, dtype), nan)).all()
    assert np.isnan(run(np.zeros(40, dtype), nan)).all()


# activation, parameters, input, dtype, function or gradient, what it is; behind it what others give
WHERE_OTHERS_GO_WRONG = [
    ("gelu", {}, -5.5, "f4", "forward", -1.0444259356238246e-7),  # torch 2.13, JAX 0.10, ONNX Runtime 1.31: 57 % off
    ("gelu", {}, -6.0, "f4", "forward", -5.9195258702261888e-9),  # the same three: -0
    ("gelu", {}, -14.0, "f4", "forward", -1.091095154686992e-43),
    ("gelu", {}, -37.0, "f8", "forward", -2.1184613523340934e-298),
    ("gelu_tanh", {}, -5.0, "f4", "forward", -2.291796196629506e-7),  # torch 2.13: 30 % off
    ("elu", {}, -1e-8, "f8", "forward", -9.9999999500000002e-9),  # TF: 0
    ("selu", {}, -1e-8, "f8", "forward", -1.7580993320568802e-8),
    ("celu", {}, -1e-8, "f8", "forward", -9.9999999500000002e-9),
    ("elu", {}, 1000.0, "f4", "forward", 1000.0),  # NumPyNet: NaN
    ("selu", {}, 1000.0, "f8", "forward", 1050.7009873554804934),  # NumPyNet: NaN
    ("logistic", {}, -15.0, "f4", "forward", 3.0590222692562473e-7),  # ONNX Runtime 1.31: 17 % off
    ("logistic", {}, -18.0, "f4", "forward", 1.5229979512760349e-8),  # ONNX Runtime: 0
    ("logistic", {}, -89.0, "f4", "forward", 2.2273635617957437e-39),  # torch: 0
    ("logistic", {}, -103.0, "f4", "forward", 1.8521167695179755e-45),
    ("silu", {}, -90.0, "f4", "forward", -7.3746113615914639e-38),  # torch 2.13: 0
    ("silu", {}, -INF, "f4", "forward", -0.0),  # torch 2.13: NaN
    ("softplus", {}, 1000.0, "f8", "forward", 1000.0),  # NumPyNet: inf
    ("softplus", {}, 20.001, "f8", "forward", 20.001000002059093),  # torch: x, 5.8e5 ULP off
    ("mish", {}, 50.0, "f4", "forward", 50.0),
    ("mish", {}, 25.0, "f4", "gradient", 1.0),  # darknet, dlib: NaN by exp(4x)
    ("mish", {}, 25.0, "f8", "gradient", 1.0),
    ("tanh", {}, 1e-8, "f8", "forward", 1e-8),
    ("loggy", {}, 1e-8, "f8", "forward", 5e-9),  # cancellation
    ("tanhshrink", {}, 1e-3, "f8", "forward", 3.3333320000005397e-10),  # torch: 5 % off
    ("log_sigmoid", {}, -200.0, "f4", "forward", -200.0),  # -inf
    ("log_sigmoid", {}, -200.0, "f4", "gradient", 1.0),  # NaN
    ("softsign", {}, INF, "f4", "forward", 1.0),  # inf / inf
    ("softsign", {}, -INF, "f8", "forward", -1.0),
    ("softsign", {}, -INF, "f8", "gradient", 0.0),
    ("elliot", {}, INF, "f8", "forward", 1.0),
    ("elliot", {}, -INF, "f4", "forward", 0.0),
    ("elliot", {}, INF, "f4", "gradient", 0.0),
    ("symm_elliot", {}, INF, "f8", "forward", 1.0),
    ("hard_swish", {}, -INF, "f4", "forward", -0.0),  # -inf * 0
    ("gelu", {}, -INF, "f4", "forward", -0.0),
    ("mish", {}, -INF, "f8", "forward", -0.0),
    ("relu", {}, -0.0, "f4", "forward", 0.0),  # torch on a CPU: -0.0
    ("relu6", {}, 1e8, "f4", "forward", 6.0),  # 8 by relu(x) - relu(x - 6)
    ("leaky_relu", {"alpha": 2.0}, -3.0, "f4", "forward", -6.0),  # -3 by max(x, alpha * x)
    ("leaky_relu", {"alpha": 2.0}, 3.0, "f4", "forward", 3.0),
    ("leaky_relu", {"alpha": -0.5}, -3.0, "f8", "forward", 1.5),
    ("isru", {}, 1e30, "f4", "forward", 1.0),  # 0 by an overflow of x * x
    ("isrlu", {}, -1e30, "f4", "forward", -1.0),
    ("squareplus", {}, 1e30, "f4", "forward", 1e30),
    ("bent_identity", {}, 1e30, "f4", "forward", 1.5e30),
    ("dish", {}, 1e30, "f4", "forward", 1e30),
    ("arsinh", {}, -1e6, "f8", "forward", -14.508657738524469),  # cancellation
    ("squareplus", {}, -1e4, "f8", "forward", 9.999999900000002e-5),
    ("dish", {}, -1e4, "f8", "forward", -2.4999999812500002e-5),
    ("sinusoid", {}, 1e22, "f8", "forward", -0.8522008497671888),  # argument bits lost
    ("soft_clipping", {}, 1000.0, "f8", "forward", 1.0),  # inf / inf
    ("soft_clipping", {}, -1000.0, "f8", "forward", 0.0),
    ("smht", {}, 1000.0, "f8", "forward", 1.0),
    ("logistic", {}, 0.0, "f4", "forward", 0.5),
    ("tanh", {}, INF, "f4", "forward", 1.0),
    ("tanh", {}, -INF, "f8", "forward", -1.0),
    ("gelu", {}, 0.0, "f4", "forward", 0.0),
    ("hard_swish", {}, -3.0, "f4", "gradient", 0.0),  # older torch: by the position in the array
    ("hard_swish", {}, 3.0, "f4", "gradient", 1.0),
    ("elu", {}, 0.0, "f4", "gradient", 1.0),
    ("selu", {}, 0.0, "f8", "gradient", 1.7580993408473766),  # TF: 1.0507
    ("celu", {}, 0.0, "f8", "gradient", 1.0),
    ("leaky_relu", {"alpha": 0.25}, 0.0, "f4", "gradient", 0.25),  # JAX: 1
    ("absolute", {}, 0.0, "f4", "gradient", 0.0),
    ("softshrink", {}, 0.5, "f4", "gradient", 0.0),
]


@pytest.mark.parametrize(
    ("name", "fixed", "x", "kind", "which", "expected"),
    [
        pytest.param(*case, id="{0}-{4}-at_{2:g}-{3}".format(*case))
        for case in WHERE_OTHERS_GO_WRONG
        if case[0] in ak.ACTIVATIONS
    ],
)
def test_where_others_go_wrong(isa, name, fixed, x, kind, which, expected):
    activation, x = ak.ACTIVATIONS[name], np.full(LANES, x, kind)
    result = activation(x, **fixed) if which == "forward" else activation.gradient(x=x, **fixed)
    with np.errstate(under="ignore"):
        wanted = x.dtype.type(expected)
    assert close(result[0], wanted, 2), f"{result[0]!r} instead of {wanted!r}"
    assert np.signbit(result[0]) == np.signbit(wanted)
    assert len(set(map(float, result))) == 1
