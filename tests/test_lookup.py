"""Kernels that look polynomials up (src/lookup.h) against the formulas that they stand for, which other levels compute.

How exact they are is tested with all others, in test_accuracy.py; here it is what only tables can get wrong.
"""

import numpy as np
import pytest

import actkernels as ak

LEVEL, FORMULAS = "x86_64_v4", "x86_64_v3"

pytestmark = pytest.mark.skipif(
    LEVEL not in ak.available_isas(), reason=f"only {LEVEL} has such kernels; here are {ak.available_isas()}"
)


@pytest.fixture
def at_level():
    """``at_level(level, function, x)`` computes at a CPU level."""
    before = ak.get_isa()

    def compute(level, function, x, **options):
        ak.set_isa(level)
        return function(x, **options)

    yield compute
    ak.set_isa(before)


def pieces_of(name):
    """Where the pieces of a table meet."""
    if name in ("gelu", "logistic"):
        return (np.arange(32) + 0.5) * {"gelu": 0.1875, "logistic": 0.5625}[name]
    return np.ldexp(np.arange(4, 8) / 4, np.arange(-6, 5)[:, None]).ravel()


def around(numbers):
    """Numbers, and on either side of each the next three."""
    bits = np.asarray(numbers, np.float32).view(np.int32)
    return (bits[:, None] + np.arange(-3, 4, dtype=np.int32)).view(np.float32).ravel()


@pytest.mark.parametrize(("name", "bound"), [("logistic", 2), ("tanh", 1), ("gelu", 3)])
def test_pieces_give_what_the_formula_gives(name, bound, at_level, rng):
    joints = around(pieces_of(name))
    halves = np.arange(0x7C01, dtype=np.uint16).view(np.float16).astype(np.float32)
    ends = np.array(
        [2.0**-14, 9.02, 0.15625, 5.8945, 17.684, 88, 104, 2.0**-120, 2.0**-126, 1e-45, 3e38, np.inf, np.nan, 0],
        np.float32,
    )
    x = np.concatenate([joints, -joints, halves, -halves, ends, -ends, *rng.normal(0, [[1], [4]], (2, 100_000))])
    x = x.astype(np.float32)
    function = getattr(ak, name)
    looked_up, computed = (at_level(level, function, x).view(np.int32) for level in (LEVEL, FORMULAS))
    nan = np.isnan(x)
    assert np.isnan(looked_up.view(np.float32)[nan]).all()
    apart = np.abs(looked_up.astype(np.int64) - computed)[~nan]
    assert apart.max() <= bound, x[~nan][apart.argmax()]


@pytest.mark.parametrize("share", [0, 1 / 256, 1 / 16, 1 / 2, 1])
@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize("function", [ak.logistic, ak.gelu], ids=lambda function: function.name)
def test_numbers_beyond_the_table_find_their_places(function, share, usual, at_level, rng):
    x = rng.normal(size=3000).astype(np.float32)
    x[rng.random(x.size) < share] = -7.5 if usual else -20
    expected = np.array([at_level(LEVEL, function, x[i : i + 1])[0] for i in range(x.size)])
    assert at_level(LEVEL, function, x).tobytes() == expected.tobytes()
    for start in (1, 5, 16, 100):
        part = x[start:].copy()
        assert at_level(LEVEL, function, part, out=part).tobytes() == expected[start:].tobytes()


def test_tanh_is_odd_and_never_falls_where_pieces_meet(at_level):
    x = np.unique(np.concatenate([around(pieces_of("tanh")), np.linspace(0, 9.1, 1_000_000).astype(np.float32)]))
    y = at_level(LEVEL, ak.tanh, x)
    assert (np.diff(y) >= 0).all()
    assert at_level(LEVEL, ak.tanh, -x).tobytes() == (-y).tobytes()


@pytest.mark.parametrize(("stored", "bits", "bound"), [(np.float32, np.int32, 2), (np.float16, np.int16, 1)])
def test_gradient_of_log_sigmoid_gives_what_the_formula_gives(stored, bits, bound, at_level, rng):
    steps = around(np.arange(1, 900) * np.float32(np.log(2) / 64))
    ends = np.array(
        [0, 1e-45, 2.0**-126, 2.0**-31, 2.0**-30, 2.0**-29, 17.9, 18, 18.1, 6e4, np.inf, np.nan], np.float32
    )
    y = -np.concatenate([steps, ends, rng.exponential(size=100_001)]).astype(stored)
    looked_up, computed = (
        at_level(level, ak.log_sigmoid.backward, np.ones_like(y), y=y) for level in (LEVEL, FORMULAS)
    )
    apart = np.abs(looked_up.view(bits).astype(np.int64) - computed.view(bits))[~np.isnan(y)]
    assert apart.max() <= bound, y[~np.isnan(y)][apart.argmax()]
    assert np.isnan(looked_up[np.isnan(y)]).all()
