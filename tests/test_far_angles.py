"""Sines and cosines of any finite number: a kernel looks for far angles block by block, and no element shows it."""

import numpy as np
import pytest

import actkernels as ak
from actkernels.catalogue import ROWS

pytestmark = pytest.mark.computed

WAVES = [row for row in ROWS if row.frequency]
FAR = [401.0, 1e7, 1e22, -3e38, 1e300]  # the first is far for float32 alone
COUNT = 700  # two blocks and a part


@pytest.fixture(params=WAVES, ids=lambda row: row.name)
def wave(request):
    return request.param


def test_a_far_neighbour_changes_nothing(wave, dtype, isa, rng, make_operation, same_bits):
    for operation in ("forward", "backward_x"):
        run = make_operation(wave, operation)
        x = rng.normal(scale=3, size=COUNT).astype(dtype)
        expected = run(*run.operands(x))
        for position in (0, 17, 255, 256, 511, COUNT - 1):
            for far in np.array([value for value in FAR if abs(value) <= float(np.finfo(dtype).max)], dtype):
                near = x.copy()
                near[position] = far
                result = run(*run.operands(near))
                alone = run(*run.operands(near[position : position + 1]))
                assert result[position] == alone[0]
                result[position] = expected[position]
                same_bits(result, expected, f"{operation} with {far} at {position}:")


def test_in_place(wave, dtype, isa, rng, make_operation, same_bits):
    run = make_operation(wave, "forward")
    x = rng.normal(scale=3, size=COUNT).astype(dtype)
    x[300] = 1e9
    copy = x.copy()
    same_bits(run(copy, out=copy), run(x))


def test_about_the_limit_of_near_angles(wave, dtype, isa, rng, make_operation, same_bits):
    run = make_operation(wave, "forward")
    limit = dtype(400 if dtype is np.float32 else 1.6e6)
    x = np.repeat(np.array([np.nextafter(limit, dtype(0)), limit, np.nextafter(limit, dtype(np.inf))]), 33)
    for values in (x, -x, x / 2, -x / 2):
        same_bits(run(values), run.one_by_one(values))


# Muller, Elementary Functions: numbers next to a multiple of pi/2, and Kahan's, the nearest of all doubles
HARD = [(6381956970095103.0 * 2.0**797, "cos", -4.6871659242546277e-19), (1e22, "sin", -0.8522008497671888)]


@pytest.mark.parametrize(("x", "function", "expected"), HARD)
def test_angles_that_are_hard_to_reduce(isa, x, function, expected):
    activation = {"sin": ak.sinusoid, "cos": ak.cosine}[function]
    assert activation(np.array([x]))[0] == pytest.approx(expected, rel=3e-16)


def test_not_a_number_where_there_is_no_limit(isa, dtype):
    ends = np.array([np.inf, -np.inf, np.nan], dtype)
    for activation in (ak.sinusoid, ak.cosine, ak.growing_cosine):
        assert np.isnan(activation(ends)).all()
        assert np.isnan(activation.gradient(x=ends)).all()
    assert ak.sinc(ends)[:2].tolist() == [0, 0]
    assert ak.sinc.gradient(x=ends)[:2].tolist() == [0, 0]
    assert ak.snake(ends)[:2].tolist() == [np.inf, -np.inf]


def test_what_waves_keep(isa, dtype, rng):
    x = np.concatenate([rng.normal(scale=3, size=20_000), rng.normal(scale=1e-4, size=2_000)]).astype(dtype)
    assert np.abs(ak.sinc(x)).max() <= 1
    assert np.abs(ak.sinusoid(x)).max() <= 1
    assert np.abs(ak.cosine(x)).max() <= 1
    assert ak.snake.gradient(x=x).min() >= 0
    assert ak.snake.gradient(x=x).max() <= 2


def test_waves_whose_frequency_overflows(isa, dtype):
    x = np.array([0, 1, -1, 1e-15, 1e30], dtype)
    for alpha in (2e38, -3e38, 1e308, -1.7e308):  # twice that is infinite in one type or both
        assert ak.snake(x, alpha=alpha).tolist() == x.tolist()
        gradient = ak.snake.gradient(x=x, alpha=alpha)
        assert gradient[0] == 1
        assert ((gradient >= 0) & (gradient <= 2)).all()
