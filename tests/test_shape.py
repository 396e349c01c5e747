"""Where a function rises, is odd or even or bounded, so is what is computed, in every representable step."""

import numpy as np
import pytest

from actkernels import reference

pytestmark = pytest.mark.computed

PROBES = [0.0, 1e-30, 3e-3, 0.4, 0.7, 1.1, 2.6, 3.9, 7.3, 30.0, 95.0, 800.0, 1e30]
PROBES = sorted({sign * probe for probe in PROBES for sign in (1, -1)})


@pytest.fixture(scope="session")
def exact():
    """``exact(row)`` -> values and derivatives of the row at PROBES, exactly."""
    known = {}

    def find(row):
        if row.name not in known:
            known[row.name] = [reference.evaluate(row.definition, x, row.parameters) for x in PROBES]
        return known[row.name]

    return find


def runs(dtype, rng):
    """Runs of neighbouring numbers, in order, from everywhere."""
    bits = np.dtype(f"i{np.dtype(dtype).itemsize}")
    starts = np.concatenate([rng.uniform(-20, 20, 60), rng.uniform(-110, 110, 20), rng.normal(size=40)])
    starts = np.concatenate([starts, rng.normal(size=60) * 10.0 ** rng.integers(-35, 35, 60)]).astype(dtype)
    numbers = (starts.view(bits)[:, None] + np.arange(1500, dtype=bits)).view(dtype)
    return np.unique(numbers[np.isfinite(numbers)])


def steps(forward, dtype):
    """Runs about the numbers next to 0 where a rising result takes its next value, in steps far below its ulp."""
    bits = np.dtype(f"i{np.dtype(dtype).itemsize}")
    start, found = forward(np.zeros(1, dtype)), []
    for sign in (1, -1):
        targets = start + (sign * np.arange(1, 17) * np.spacing(np.abs(start))).astype(dtype)
        low, high = np.zeros(targets.size, bits), np.full(targets.size, np.ones(1, dtype).view(bits))
        while (high - low > 1).any():
            middle = low + (high - low) // 2
            passed = sign * forward((sign * middle.view(dtype)).astype(dtype)) >= sign * targets
            low, high = np.where(passed, low, middle), np.where(passed, middle, high)
        near = np.maximum(high[:, None] + np.arange(-100, 100, dtype=bits), 0)
        found.append(sign * near.view(dtype).ravel())
    return np.unique(np.concatenate(found).astype(dtype))


def test_monotone(row, dtype, isa, rng, exact, make_operation):
    slopes = [slope for _, slope in exact(row)]
    if min(slopes) < 0:
        return
    forward = make_operation(row, "forward")
    x = np.unique(np.concatenate([runs(dtype, rng), steps(forward, dtype)]))
    y = forward(x)
    falls = np.flatnonzero(y[1:] < y[:-1] - row.max_fall * np.spacing(np.abs(y[:-1])))
    assert not falls.size, (
        f"falls {falls.size} times in {x.size} steps, first between {float(x[falls[0]]).hex()} and the next:"
        f" {y[falls[0]]!r}, {y[falls[0] + 1]!r}"
    )


def test_odd_or_even(row, dtype, isa, rng, exact, make_operation, same_bits):
    values = [value for value, _ in exact(row)]
    forward = make_operation(row, "forward")
    x = np.concatenate([runs(dtype, rng)[::7], np.array([np.inf], dtype)])
    x = x[x != 0]
    if all(value == -mirrored for value, mirrored in zip(values, values[::-1], strict=True)):
        same_bits(forward(-x), -forward(x))
    elif all(value == mirrored for value, mirrored in zip(values, values[::-1], strict=True)):
        same_bits(forward(-x), forward(x))


def test_bounded(row, dtype, isa, rng, exact, make_operation):
    slopes = [slope for _, slope in exact(row)]
    if min(slopes) < 0:
        return  # a function that only rises is bounded by its limits
    low, high = (reference.limit(row.definition, sign, row.parameters)[0] for sign in (-1, 1))
    y = make_operation(row, "forward")(runs(dtype, rng))
    assert y.min() >= dtype(low)
    assert y.max() <= dtype(high)


def test_gradient_settles(row, dtype, isa, exact, make_operation):
    """Far out, where nothing is left of the gradient but its limit, so it is in what is computed."""
    operation = make_operation(row, "backward_x")
    for sign in (1, -1):
        limit = reference.limit(row.definition, sign, row.parameters)[1]
        if not np.isfinite(limit):
            continue
        known = [(x, slope) for x, (_, slope) in zip(PROBES, exact(row), strict=True) if sign * x > 50]
        x = np.array([x for x, slope in known if abs(slope - limit) <= abs(limit) * 2.0**-60], dtype)
        gradient = operation(*operation.operands(x))
        assert (gradient == dtype(limit)).all(), f"{gradient} at {x}, not {dtype(limit)}"
