"""The oracle itself, against values known by hand."""

import math

import numpy as np
import pytest
from mpmath import mp

import actkernels as ak
from actkernels import reference
from actkernels.catalogue import ROWS

# row, x: value and derivative where branches meet, as docs/numerics has them
CONVENTIONS = [
    ("relu", 0, 0, 0),
    ("relu_closed", 0, 0, 1),
    ("relu6", 0, 0, 0),
    ("relu6", 6, 6, 0),
    ("hard_tanh", -1, -1, 0),
    ("hard_tanh", 1, 1, 0),
    ("hard_swish", -3, 0, 0),
    ("hard_swish", 3, 3, 1),
    ("leaky_relu", 0, 0, 0.01),
    ("ramp", 0, 0, 0.1),
    ("elu", 0, 0, 1),
    ("heaviside", 0, 1, 0),
    ("softsign", 0, 0, 1),
    ("stair", 1, 0, 1),
    ("stair", 2, 1, 0),
    ("srelu", -1, -1, 0.1),
    ("srelu", 1, 1, 0.1),
]

# not in the catalogue yet, or for the oracle's own sake
DEFINITIONS = [
    ("fabs(x)", 0, 0, 0),
    ("min(x, 2)", 2, 2, 0),
    ("min(2, x)", 2, 2, 0),
    ("max(x * 1, x * 3)", 0, 0, 1),
    ("x - 0.5 if x > 0.5 else (x + 0.5 if x < -0.5 else 0)", 0.5, 0, 0),
    ("x * min(2, max(0, x + 2)) / 2", 0, 0, 1),
    ("sin(x) / x if x != 0 else 1", 0, 1, 0),
    ("x if x > 0 else a * expm1(x / a)", 0, 0, 1),
    ("max(x, 0) ** 2", 3, 9, 6),
    ("x % 2 + floor(x)", 3.5, 4.5, 1),
]


@pytest.mark.parametrize(("name", "x", "value", "derivative"), CONVENTIONS)
def test_branch_that_the_value_takes_decides(name, x, value, derivative):
    activation = ak.ACTIVATIONS[name]
    found = reference.evaluate(activation.definition, x, activation.params)
    assert tuple(map(float, found)) == (value, derivative)


@pytest.mark.parametrize(("definition", "x", "value", "derivative"), DEFINITIONS)
def test_ties(definition, x, value, derivative):
    found = reference.evaluate(definition, x, {"a": 2.0})
    assert tuple(map(float, found)) == (value, derivative)
    gradient = reference.plain_numpy(definition)[1]
    with np.errstate(all="ignore"):
        assert gradient(np.array([x, x], float), a=2.0).tolist() == [derivative] * 2


def test_selu_gradient_at_zero_has_full_precision():
    (selu,) = (row for row in ROWS if "1.6732" in row.definition)
    exact = mp.mpf("1.0507009873554804934193349852946") * mp.mpf("1.6732632423543772848170429916717")
    with mp.workprec(200):
        assert abs(reference.evaluate(selu.definition, 0)[1] - exact) < 1e-15
        assert abs(reference.evaluate("0.1 * x", 1)[0] - mp.mpf(1) / 10) < mp.mpf(2) ** -90


@pytest.mark.parametrize("x", [-700.0, -40.0, 36.0, 700.0])
def test_cancellation_takes_the_bits_that_it_takes(x):
    with mp.workprec(3000):
        softplus = mp.log(1 + mp.exp(x))
        logistic = 1 / (1 + mp.exp(-x))
    value, derivative = reference.evaluate("log(1 + exp(x))", x)
    assert abs(value - softplus) <= softplus * 2.0**-80
    assert abs(derivative - logistic) <= logistic * 2.0**-80


@pytest.mark.parametrize("x", [5e-324, 1e-300, 1e-9])
def test_cancellation_near_zero(x):
    value, derivative = reference.evaluate("2 / (1 + exp(-x)) - 1", x)
    assert reference.ulp_error(math.tanh(x / 2), value, np.float64) <= 1
    assert float(derivative) == 0.5


@pytest.mark.parametrize("definition", [row.definition for row in ROWS] + [row[0] for row in DEFINITIONS])
def test_gmpy2_only_makes_it_faster(definition, monkeypatch):
    pytest.importorskip("gmpy2")
    params = next((row.parameters for row in ROWS if row.definition == definition), {"a": 2.0})
    points = [-1e300, -720.3, -88.1, -6.2, -1.5, -3e-5, -2e-310, 0.0, 1e-20, 0.7, 2.0, 19.2, 103.9, 1e9, 1.7e308]
    fast = [reference.evaluate(definition, x, params) for x in points]
    monkeypatch.setattr(reference, "_gmpy2", lambda: None)
    for found, x in zip(fast, points, strict=True):
        for number, slow in zip(found, reference.evaluate(definition, x, params), strict=True):
            assert type(number) is type(slow)
            assert abs(number - slow) <= max(abs(slow) * 2.0**-85, mp.ldexp(1, reference.AGREED_PLACE))


@pytest.mark.parametrize("x", [1.7e308, -1.7e308, 5e-324, -5e-324])
def test_ends_of_the_range(row, x):
    value, derivative = reference.evaluate(row.definition, x, row.parameters)
    assert mp.isfinite(value)
    assert mp.isfinite(derivative)


@pytest.mark.parametrize("x", [-3.7, -0.9, 0.3, 1.2, 5.1])
@pytest.mark.parametrize(
    "definition", [row.definition for row in ROWS] + [f"{name}(x * x + 0.25)" for name in reference._DERIVATIVES]
)
def test_derivative_is_the_limit_of_difference_quotients(definition, x):
    params = next((row.parameters for row in ROWS if row.definition == definition), {})
    with mp.workprec(300):
        step = mp.mpf(2) ** -40
        after, before = (reference.evaluate(definition, mp.mpf(x) + s, params)[0] for s in (step, -step))
        quotient = (after - before) / (2 * step)
    assert abs(reference.evaluate(definition, x, params)[1] - quotient) < 1e-15 * max(1, abs(quotient))


@pytest.mark.computed
def test_plain_numpy_agrees_with_mpmath(row, dtype):
    x = np.array([-3.7, -1.5, -0.9, 0.3, 1.2, 5.1, 7.5], dtype)
    exact = [reference.evaluate(row.definition, value, row.parameters) for value in x]
    for function, values in zip(reference.plain_numpy(row.definition), zip(*exact, strict=True), strict=True):
        with np.errstate(over="ignore"):  # an exponential of an exponential
            result = function(x, **row.parameters)
        assert result.dtype == dtype
        tolerance = 20 * np.finfo(dtype).eps
        np.testing.assert_allclose(result.astype(float), np.array(values, float), rtol=tolerance, atol=tolerance)


def test_plain_numpy_keeps_nan_and_shape():
    forward, gradient = reference.plain_numpy("max(x, 0)")
    assert np.isnan(forward(np.array([np.nan, 1.0]))[0])
    assert gradient(np.ones((2, 3), np.float32)).shape == (2, 3)
    assert reference.plain_numpy("3")[0](np.ones(2)).tolist() == [3, 3]


@pytest.mark.parametrize(
    ("definition", "sign", "expected"),
    [
        ("x", -1, (-math.inf, 1.0)),
        ("tanh(x)", 1, (1.0, 0.0)),
        ("x * x", -1, (math.inf, -math.inf)),
        ("asinh(x)", -1, (-math.inf, 0.0)),
        ("x / (1 + exp(-x))", 1, (math.inf, 1.0)),
    ],
)
def test_limit(definition, sign, expected):
    assert reference.limit(definition, sign) == expected


def test_limit_keeps_the_sign_of_what_vanishes():
    assert math.copysign(1, reference.limit("x * erfc(-x / sqrt(2)) / 2", -1)[0]) == -1


def test_ulp():
    assert reference.ulp(1.5, np.float32) == 2.0**-23
    assert reference.ulp(mp.mpf("1e-400"), np.float64) == 5e-324
    assert reference.ulp(2.0**-126, np.float32) == 2.0**-149
    assert reference.ulp(mp.mpf(2) ** 2000, np.float64) == 2.0**971


@pytest.mark.parametrize(
    ("result", "exact", "expected"),
    [
        (1.0, "1", 0.0),
        (1.0, "1.00000005960464477539", 0.5),
        (1.0, "0.99999997019767761230", 0.5),
        (0.0, "1e-46", 0.0714),
        (math.inf, "3.5e38", 0.0),
        (math.inf, "3.4028235e38", 0.835),
        (3.4028235e38, "3.4028236e38", 0.659),
        (-math.inf, "3.5e38", math.inf),
        (math.nan, "1", math.inf),
    ],
)
def test_ulp_error(result, exact, expected):
    found = reference.ulp_error(result, mp.mpf(exact), np.float32)
    if math.isinf(expected):
        assert found > 1e6
    else:
        assert found == pytest.approx(expected, abs=1e-3)


def test_error_in_units_of_the_larger_term():
    exact = reference.Exact.of([mp.mpf(1) / 2**10], np.float32, scale=[mp.mpf(1)])
    assert exact.error(np.array([1 / 2**10 + 2.0**-23], np.float32))[0] == 1


@pytest.mark.computed
def test_numbers_taken_apart_are_the_numbers(dtype, rng):
    info = np.finfo(dtype)
    with mp.workprec(200):
        least = int(info.minexp - info.nmant)
        exponents = [*range(least - 3, least + 60), *range(-9, 9), int(info.maxexp) - 2]
        signs, noise = rng.choice([-1, 1], len(exponents)), rng.integers(2**60, 2**61, (2, len(exponents))).tolist()
        numbers = [
            mp.ldexp(sign * (high + mp.ldexp(low, -61)), exponent - 60)
            for sign, exponent, high, low in zip(signs.tolist(), exponents, *noise, strict=True)
        ]
        exact = reference.Exact.of(numbers, dtype)
        for number, near, rest, unit in zip(numbers, exact.nearest, exact.rest, exact.unit, strict=True):
            assert unit == reference.ulp(number, dtype)
            assert abs(rest) < 0.51
            assert abs((number - float(near)) / float(unit) - rest) < 2.0**-45
    assert not exact.overflows.any()


def test_zero_infinity_and_nan_have_errors_too():
    values = [mp.mpf(0), mp.inf, mp.ninf, mp.nan, 0, mp.ldexp(1, -(2**3000)), mp.ldexp(1, 2**3000)]
    exact = reference.Exact.of(values, np.float32)
    np.testing.assert_array_equal(exact.error(np.array([0, np.inf, -np.inf, np.nan, 0, 0, np.inf], np.float32)), 0)
    tiny = np.float32(2.0**-149)
    found = exact.error(np.array([tiny, -np.inf, np.nan, 0, tiny, tiny, 1], np.float32))
    assert found[[0, 4, 5]].tolist() == [1, 1, 1]
    assert (found[[1, 2, 3, 6]] == np.inf).all()


def test_many_points_are_like_one(row):
    points = [-1e300, -720.3, -6.2, -2e-310, 0.0, 0.7, 19.2, 103.9, 1.7e308]
    together = reference._evaluated(row.definition, points, row.parameters)
    for x, pair in zip(points, together, strict=True):
        assert tuple(map(reference._as_mpf, pair)) == reference.evaluate(row.definition, x, row.parameters)


def test_without_mpmath_the_message_says_what_to_install(monkeypatch):
    reference._mpmath.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "mpmath", None)
    with pytest.raises(ImportError, match=r"pip install 'actkernels\[demo\]'"):
        reference.evaluate("x", 1)
