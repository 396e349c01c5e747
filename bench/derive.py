"""Derive every constant and polynomial of src/coefficients.h again, and measure its error.

    python bench/derive.py            print the table of polynomials and write src/coefficients.h
    python bench/derive.py --check    fail if src/coefficients.h is not what this script prints

A polynomial is fitted by the Remez exchange at 60 digits, then its coefficients are rounded to the type one after the
other, lowest degree first: the fault that a rounding makes is fitted away by the higher degrees that are still free.
The error in the table is that of the rounded coefficients, relative to the function that they serve.
Needs mpmath (gmpy2 makes it ten times faster).
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import mpmath
from mpmath import mp, mpf

HEADER = Path(__file__).resolve().parent.parent / "src" / "coefficients.h"
TYPES = {"f32": ("float", 24, "f"), "f64": ("double", 53, "")}
Function = Callable[[mpf], mpf]

mp.dps = 60


def rounded(value: mpf, bits: int) -> mpf:
    """Nearest number of `bits` significant bits."""
    with mp.workprec(bits):
        return +value


def literal(value: mpf, suffix: str) -> str:
    """Exact C hexadecimal literal."""
    if value == 0:
        return f"0.0{suffix}"
    mantissa, exponent = mpmath.frexp(value)
    digits = 13 if not suffix else 6
    scaled = int(mantissa * 2 ** (4 * digits + 1))
    assert scaled == mantissa * 2 ** (4 * digits + 1), "more bits than the literal holds"
    fraction = f"{abs(scaled) - (1 << 4 * digits):0{digits}x}".rstrip("0")
    point = "." if fraction else ""
    return f"{'-' if scaled < 0 else ''}0x1{point}{fraction}p{exponent - 1:+d}{suffix}"


# --- fitting ---------------------------------------------------------------------------------------------------------


def horner(coefficients: list[mpf], x: mpf) -> mpf:
    """Value of the polynomial, lowest degree first."""
    value = mpf(0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def chebyshev_grid(low: mpf, high: mpf, size: int) -> list[mpf]:
    """Points of [low, high], dense near the ends."""
    return [(low + high) / 2 - (high - low) / 2 * mpmath.cos(mpmath.pi * i / size) for i in range(size + 1)]


def alternating_extrema(errors: list[mpf], wanted: int) -> list[int]:
    """Indices of the largest error in each run of one sign, thinned to `wanted` alternating ones."""
    extrema: list[int] = []
    for index, error in enumerate(errors):
        if not extrema or (errors[extrema[-1]] > 0) != (error > 0):
            extrema.append(index)
        elif abs(error) > abs(errors[extrema[-1]]):
            extrema[-1] = index
    while len(extrema) > wanted:
        extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
    return extrema


def remez(function: Function, weight: Function, low: mpf, high: mpf, degree: int) -> list[mpf]:
    """Minimax polynomial of weight * (polynomial - function), lowest degree first."""
    unknowns = degree + 2
    grid = chebyshev_grid(low, high, 16 * unknowns)
    values, weights = [function(x) for x in grid], [weight(x) for x in grid]
    points = [round(i * (len(grid) - 1) / (unknowns - 1)) for i in range(unknowns)]
    coefficients: list[mpf] = []
    for _ in range(30):
        matrix, right = mpmath.matrix(unknowns), mpmath.matrix(unknowns, 1)
        for row, index in enumerate(points):
            for column in range(degree + 1):
                matrix[row, column] = grid[index] ** column
            matrix[row, degree + 1] = (-1) ** row / weights[index]
            right[row] = values[index]
        *coefficients, level = mpmath.lu_solve(matrix, right)
        errors = [w * (horner(coefficients, x) - y) for x, y, w in zip(grid, values, weights, strict=True)]
        extrema = alternating_extrema(errors, unknowns)
        if len(extrema) < unknowns or max(map(abs, errors)) < abs(level) * mpf("1.001"):
            break
        points = extrema
    return coefficients


def round_coefficients(exact: list[mpf], weight: Function, low: mpf, high: mpf, bits: int) -> list[mpf]:
    """Round to `bits`, lowest degree first, the free coefficients absorbing each fault (weighted least squares)."""
    grid = chebyshev_grid(low, high, 8 * len(exact))
    free, fixed = list(exact), []
    for degree in range(len(exact)):
        fixed.append(rounded(free[0], bits))
        fault, free = free[0] - fixed[-1], free[1:]
        if not free or fault == 0:
            continue
        rows = mpmath.matrix(len(grid), len(free))
        right = mpmath.matrix(len(grid), 1)
        for row, x in enumerate(grid):
            scale = weight(x)
            right[row] = scale * fault * x**degree
            for column in range(len(free)):
                rows[row, column] = scale * x ** (degree + 1 + column)
        change = mpmath.lu_solve(rows.T * rows, rows.T * right)
        free = [coefficient + change[column] for column, coefficient in enumerate(free)]
    return fixed


# --- what there is to fit --------------------------------------------------------------------------------------------

LN2 = mpmath.log(2)
# near the middle of [0, 1], where the polynomial's constant is close to a float
ATAN_CENTRE = mpf(154) / 256


class Polynomial(NamedTuple):
    """One polynomial of the header: what it approximates, where, and how the error counts."""

    name: str
    meaning: str
    function: Function
    weight: Function
    low: dict[str, mpf]
    high: dict[str, mpf]
    degree: dict[str, int]
    block: dict[str, int]


class TailMap(NamedTuple):
    """Parameters of the map t -> v = (t - centre) / (t + shift) that makes Mills' ratio a short polynomial."""

    centre: mpf
    shift: mpf


# Within, the polynomials of gelu are in t - GELU_CENTRE; beyond, in (GELU_END/t)^2.
GELU_CENTRE = mpf("2.75")
GELU_END = mpf("4.5")
GELU_FAR_END = {"f32": mpf("14.9"), "f64": mpf("39.3")}
# where the polynomial for erf in double ends
ERF_CENTRE = mpf("0.925")
# The span centre + shift is a power of two, so that v = 1 - span / (t + shift) is rounded once without fma as well.
TAIL_MAP = TailMap(mpf(5), mpf(3))
TAIL_END = {"f32": mpf("14.7"), "f64": mpf("38.8")}


def both(value: object) -> dict[str, mpf]:
    return {kind: mpf(value) for kind in TYPES}


def series(closed: Function, first: mpf, second: mpf) -> Function:
    """`closed` away from 0, its first two Taylor terms where it would cancel."""
    return lambda x: closed(x) if abs(x) > mpf("1e-20") else first + second * x


def not_zero(x: mpf) -> mpf:
    return max(abs(x), mpf("1e-20"))


def not_zero_signed(x: mpf) -> mpf:
    return x if x else mpf("1e-20")


def normal_ratio(t: mpf) -> mpf:
    """Mills' ratio, erfcx(t / sqrt 2) / 2."""
    return mpmath.exp(t * t / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2


def gelu_rate(u: mpf) -> mpf:
    """log(erfcx(t / sqrt 2)) / t + 1/2, t = u + GELU_CENTRE."""
    t = not_zero(u + GELU_CENTRE)
    return mpmath.log(2 * normal_ratio(t)) / t + mpf(1) / 2


def gelu_bend(u: mpf) -> mpf:
    """1 / sqrt(2 pi) + (1/2 less Mills' ratio) / t - 1/2, t = u + GELU_CENTRE."""
    t = not_zero(u + GELU_CENTRE)
    return 1 / mpmath.sqrt(2 * mpmath.pi) + (mpf(1) / 2 - normal_ratio(t)) / t - mpf(1) / 2


def gelu_bend_weight(u: mpf) -> mpf:
    """Weight of an error: t over the larger of t / sqrt(2 pi) and Mills' ratio."""
    t = u + GELU_CENTRE
    return t / max(t / mpmath.sqrt(2 * mpmath.pi), normal_ratio(t))


def gelu_far(v: mpf) -> mpf:
    """Mills' ratio times 2 t, t = GELU_END / sqrt(v)."""
    t = GELU_END / mpmath.sqrt(v)
    return 2 * t * normal_ratio(t)


def gelu_bend_far(v: mpf) -> mpf:
    """1 / sqrt(2 pi) less Mills' ratio / t."""
    t = GELU_END / mpmath.sqrt(v)
    return 1 / mpmath.sqrt(2 * mpmath.pi) - normal_ratio(t) / t


def mills(v: mpf) -> mpf:
    """(t + shift) * erfcx(t / sqrt 2) / 2 as a function of v."""
    t = (TAIL_MAP.centre + TAIL_MAP.shift * v) / (1 - v)
    return (t + TAIL_MAP.shift) * normal_ratio(t)


def mills_end(t: mpf) -> mpf:
    return (t - TAIL_MAP.centre) / (t + TAIL_MAP.shift)


def root(function: Function) -> Function:
    """function(sqrt(u)) / sqrt(u)."""
    return lambda u: function(mpmath.sqrt(not_zero(u))) / mpmath.sqrt(not_zero(u))


def tanhshrink(u: mpf) -> mpf:
    """(x - tanh(x)) / x^3, x = sqrt(u)."""
    if u < mpf("1e-12"):
        return mpf(1) / 3 - u * 2 / 15 + u * u * 17 / 315
    return (1 - root(mpmath.tanh)(u)) / u


def logcosh(u: mpf) -> mpf:
    """log(cosh(x)) / x^2, x = sqrt(u)."""
    return mpf(1) / 2 - u / 12 + u * u / 45 if u < mpf("1e-12") else mpmath.log(mpmath.cosh(mpmath.sqrt(u))) / u


def gudermannian(x: mpf) -> mpf:
    return mpmath.atan(mpmath.sinh(x))


def softplus(x: mpf) -> mpf:
    return mpmath.log1p(mpmath.exp(x))


def serf_rest(x: mpf) -> mpf:
    """1 - erf(softplus(x))."""
    return mpmath.erfc(softplus(x))


def serf_slope(x: mpf) -> mpf:
    """The derivative of erf(softplus(x))."""
    return 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(softplus(x) ** 2)) / (1 + mpmath.exp(-x))


def serf_power(v: mpf) -> mpf:
    """exp(x) as a function of v, but not 0."""
    return not_zero(v + mpf(3) / 4)


def serf_ratio(v: mpf) -> mpf:
    """erf(log(1 + w)) / (7/8 w), which is not far from 1."""
    return mpmath.erf(mpmath.log1p(serf_power(v))) / (mpf("0.875") * serf_power(v))


# beyond, the rest of serf and 44 times its slope are nothing beside 1
SERF_END = {"f32": mpf(5), "f64": mpf("6.75")}


# A type for which a polynomial has no degree has no use for it: erf and atan of floats are computed in double.
POLYNOMIALS = [
    Polynomial(
        "expm1_tail",
        "(exp(r) - 1 - r - r^2/2) / r^3, |r| <= ln(2)/2; error relative to exp(r) - 1",
        series(lambda r: (mpmath.expm1(r) - r - r * r / 2) / r**3, mpf(1) / 6, mpf(1) / 24),
        lambda r: abs(not_zero(r) ** 3 / not_zero(mpmath.expm1(r))),
        both(-LN2 * mpf("0.50002")),
        both(LN2 * mpf("0.50002")),
        {"f32": 4, "f64": 9},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "exp_fourth",
        "((exp(r) - 1 - r - r^2/2) / (r^3/2) - 1/3) / r, |r| <= ln(2)/2; error relative to exp(r)",
        series(lambda r: 2 * (mpmath.expm1(r) - r - r * r / 2 - r**3 / 6) / r**4, mpf(1) / 12, mpf(1) / 60),
        lambda r: max(abs(r), mpf("0.001")) ** 4 / 2 / mpmath.exp(r),  # at 0 the equations are nearly singular
        both(-LN2 * mpf("0.50002")),
        both(LN2 * mpf("0.50002")),
        {"f32": 3, "f64": 9},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "exp_bend",
        "(exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to exp(r)",
        series(lambda r: (mpmath.expm1(r) - r) / r**2, mpf(1) / 2, mpf(1) / 6),
        lambda r: not_zero(r) ** 2 / mpmath.exp(r),
        both(-LN2 * mpf("0.50002")),
        both(LN2 * mpf("0.50002")),
        {"f32": 4, "f64": 9},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "expm1_curve",
        "(exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to 1",
        series(lambda r: (mpmath.expm1(r) - r) / r**2, mpf(1) / 2, mpf(1) / 6),
        lambda r: not_zero(r) ** 2,
        both(-LN2 * mpf("0.50002")),
        both(LN2 * mpf("0.50002")),
        {"f32": 4, "f64": 10},
        {"f32": 1, "f64": 4},
    ),
    Polynomial(
        "exp_double_tail",
        "(exp(2h)/2 - 1/2 - h - h^2) / h^3, |h| <= ln(2)/4; error relative to exp(2h) - 1",
        series(lambda h: (mpmath.expm1(2 * h) / 2 - h - h * h) / h**3, mpf(2) / 3, mpf(1) / 3),
        lambda h: abs(2 * not_zero(h) ** 3 / not_zero(mpmath.expm1(2 * h))),
        both(-LN2 * mpf("0.25001")),
        both(LN2 * mpf("0.25001")),
        {"f32": 4, "f64": 9},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "log1p_tail",
        "(log(1 + f) - f + f^2/2) / f^3, -1/4 <= f <= 1/2; error relative to log(1 + f)",
        series(lambda f: (mpmath.log1p(f) - f + f * f / 2) / f**3, mpf(1) / 3, -mpf(1) / 4),
        lambda f: abs(not_zero(f) ** 3 / not_zero(mpmath.log1p(f))),
        both("-0.25"),
        both("0.5"),
        {"f32": 8, "f64": 18},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "log1p_decay",
        "(log(1 + e) - e + e^2/2) / e^3, 0 <= e <= exp(-0.9); error relative to log(1 + e)",
        series(lambda f: (mpmath.log1p(f) - f + f * f / 2) / f**3, mpf(1) / 3, -mpf(1) / 4),
        lambda f: abs(not_zero(f) ** 3 / not_zero(mpmath.log1p(f))),
        both(0),
        both(mpmath.exp(mpf("-0.8999"))),
        {"f32": 5, "f64": 13},
        {"f32": 1, "f64": 4},
    ),
    Polynomial(
        "softplus_centre",
        "log(cosh(x/2))/u, u = x^2 <= 0.9^2; error relative to 1",
        lambda u: logcosh(u / 4) / 4,
        not_zero,
        both(0),
        both(mpf("0.9") ** 2),
        {"f32": 3, "f64": 9},
        {"f32": 1, "f64": 4},
    ),
    Polynomial(
        "tanh_centre",
        "(tanh(x)/x - 1)/u, u = x^2; error relative to tanh(x)",
        lambda u: (root(mpmath.tanh)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(mpmath.tanh)(u),
        both(0),
        both(mpf("0.2217") ** 2),
        {"f32": 2, "f64": 6},
        {"f32": 1, "f64": 2},
    ),
    Polynomial(
        "logcosh_centre",
        "(log(cosh(x))/u - 1/2)/u, u = x^2 <= 0.7^2; error relative to log(cosh(x))",
        lambda u: (logcosh(u) - mpf(1) / 2) / not_zero(u),
        lambda u: not_zero(u) / logcosh(u),
        both(0),
        both(mpf("0.7") ** 2),
        {"f32": 4, "f64": 10},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "gudermannian_centre",
        "(gd(x)/x - 1)/u, u = x^2 <= 0.7^2, gd(x) = atan(sinh(x)); error relative to gd(x)",
        lambda u: (root(gudermannian)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(gudermannian)(u),
        both(0),
        both(mpf("0.7") ** 2),
        {"f32": 4, "f64": 11},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "atan_narrow",
        "(atan(q)/q - 1)/u, u = q^2 <= exp(-1.4); error relative to atan(q)",
        lambda u: (root(mpmath.atan)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(mpmath.atan)(u),
        both(0),
        both(mpmath.exp(mpf("-1.399"))),
        {"f32": 4, "f64": 11},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "tanhshrink_centre",
        "((x - tanh(x))/x^3 - 1/3)/u, u = x^2 <= 0.7^2; error relative to x - tanh(x)",
        lambda u: (tanhshrink(u) - mpf(1) / 3) / not_zero(u),
        lambda u: not_zero(u) / tanhshrink(u),
        both(0),
        both(mpf("0.7") ** 2),
        {"f32": 5, "f64": 11},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "tanh_wide",
        "(tanh(x)/x - 1)/u, u = x^2 <= 1; error relative to tanh(x)",
        lambda u: (root(mpmath.tanh)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(mpmath.tanh)(u),
        both(0),
        both("1.0001"),
        {"f32": 6, "f64": 14},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "gelu_rate",
        "log(erfcx(t/sqrt(2)))/t + 1/2 in u = t - GELU_CENTRE, t <= GELU_END; error of t times it relative to 1",
        gelu_rate,
        lambda u: max(u + GELU_CENTRE, mpf("0.02")),
        both(-GELU_CENTRE),
        both(GELU_END - GELU_CENTRE),
        {"f32": 10, "f64": 24},
        {"f32": 1, "f64": 1},
    ),
    Polynomial(
        "gelu_far",
        "t erfcx(t/sqrt(2)) in (GELU_END/t)^2 <= 1; error relative to it",
        gelu_far,
        lambda v: 1 / gelu_far(v),
        {kind: (GELU_END / end) ** 2 for kind, end in GELU_FAR_END.items()},
        both(1),
        {"f32": 6, "f64": 19},
        {"f32": 1, "f64": 1},
    ),
    Polynomial(
        "gelu_bend",
        "(t/sqrt(2 pi) + 1/2 - erfcx(t/sqrt(2))/2)/t - 1/2 in u = t - GELU_CENTRE, t <= GELU_END; "
        "error of t times it relative to the larger of two terms",
        gelu_bend,
        gelu_bend_weight,
        both(-GELU_CENTRE + mpf("0.001")),
        both(GELU_END - GELU_CENTRE),
        {"f32": 12, "f64": 28},
        {"f32": 1, "f64": 1},
    ),
    Polynomial(
        "gelu_bend_far",
        "1/sqrt(2 pi) - erfcx(t/sqrt(2))/(2 t) in (GELU_END/t)^2 <= 1; error relative to it",
        gelu_bend_far,
        lambda v: 1 / gelu_bend_far(v),
        {kind: (GELU_END / end) ** 2 for kind, end in GELU_FAR_END.items()},
        both(1),
        {"f32": 4, "f64": 17},
        {"f32": 1, "f64": 1},
    ),
    Polynomial(
        "erf_centre",
        "(erf(x)/x - 2/sqrt(pi))/u + 1/4, u = x^2; error relative to erf(x)",
        lambda u: (root(mpmath.erf)(u) - 2 / mpmath.sqrt(mpmath.pi)) / not_zero(u) + mpf(1) / 4,
        lambda u: not_zero(u) / root(mpmath.erf)(u),
        both(0),
        both(ERF_CENTRE**2),
        {"f64": 11},
        {"f64": 4},
    ),
    Polynomial(
        "serf_excess",
        "erf(log(1 + w))/(7/8 w) - 1 in v = w - 3/4, 0 <= w <= 1; error relative to erf(log(1 + w))",
        lambda v: serf_ratio(v) - 1,
        lambda v: 1 / serf_ratio(v),
        both("-0.75"),
        both("0.2501"),
        {"f32": 9, "f64": 20},
        {"f32": 4, "f64": 4},
    ),
    Polynomial(
        "serf_bend",
        "the derivative of erf(log(1 + w)) over 7/8, less 1, in v; error relative to the derivative",
        lambda v: serf_slope(mpmath.log(serf_power(v))) / (mpf("0.875") * serf_power(v)) - 1,
        lambda v: serf_power(v) / serf_slope(mpmath.log(serf_power(v))),
        both("-0.75"),
        both("0.2501"),
        {"f32": 9, "f64": 20},
        {"f32": 4, "f64": 4},
    ),
    Polynomial(
        "serf_log",
        "-log(erfc(log(1 + exp(x))) / SERF_REST) / x, 0 <= x <= 5 / 6.75; error relative to erf(log(1 + exp(x)))",
        lambda x: -mpmath.log(serf_rest(not_zero(x)) / serf_rest(mpf(0))) / not_zero(x),
        lambda x: not_zero(x) * serf_rest(x) / (1 - serf_rest(x)),
        both(0),
        SERF_END,
        {"f32": 8, "f64": 24},
        {"f32": 4, "f64": 4},
    ),
    Polynomial(
        "serf_rate",
        "-(d/dx erfc(log(1 + exp(x)))) / erfc(log(1 + exp(x))); error of x erf(log(1 + exp(x))) relative to 1",
        lambda x: serf_slope(x) / serf_rest(x),
        lambda x: serf_rest(x) * not_zero(x),
        both(0),
        SERF_END,
        {"f32": 8, "f64": 24},
        {"f32": 4, "f64": 4},
    ),
    Polynomial(
        "sin_tail",
        "(sin(r)/r - 1)/u + 5/32, u = r^2, |r| <= pi/4; error relative to sin(r)",
        lambda u: (root(mpmath.sin)(u) - 1) / not_zero(u) + mpf(5) / 32,
        lambda u: not_zero(u) / root(mpmath.sin)(u),
        both(0),
        both((mpmath.pi / 4 * mpf("1.0001")) ** 2),
        {"f32": 3, "f64": 6},
        {"f32": 2, "f64": 2},
    ),
    Polynomial(
        "cos_tail",
        "(cos(r) - 1 + u/2)/u^2, u = r^2, |r| <= pi/4; error relative to cos(r)",
        lambda u: (mpmath.cos(mpmath.sqrt(not_zero(u))) - 1 + not_zero(u) / 2) / not_zero(u) ** 2,
        lambda u: not_zero(u) ** 2 / mpmath.cos(mpmath.sqrt(u)),
        both(0),
        both((mpmath.pi / 4 * mpf("1.0001")) ** 2),
        {"f32": 2, "f64": 6},
        {"f32": 2, "f64": 2},
    ),
    Polynomial(
        "atan_tail",
        "(atan(q)/q - 1)/u + 1/4 in v = u - 154/256, u = q^2 <= 1; error relative to atan(q)",
        lambda v: (root(mpmath.atan)(v + ATAN_CENTRE) - 1) / not_zero(v + ATAN_CENTRE) + mpf(1) / 4,
        lambda v: not_zero(v + ATAN_CENTRE) / root(mpmath.atan)(v + ATAN_CENTRE),
        both(-ATAN_CENTRE),
        both(1 - ATAN_CENTRE),
        {"f64": 20},
        {"f64": 4},
    ),
    Polynomial(
        "asinh_centre",
        "(asinh(x)/x - 1)/u, u = x^2 <= 1/4; error relative to asinh(x)",
        lambda u: (root(mpmath.asinh)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(mpmath.asinh)(u),
        both(0),
        both("0.25"),
        {"f32": 5, "f64": 12},
        {"f32": 2, "f64": 4},
    ),
    Polynomial(
        "atan_short",
        "(atan(q)/q - 1)/u, u = q^2 <= 1; error relative to atan(q)",
        lambda u: (root(mpmath.atan)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / root(mpmath.atan)(u),
        both(0),
        both(1),
        {"f64": 10},
        {"f64": 1},
    ),
    Polynomial(
        "exp_short",
        "(exp(r) - 1) / r, |r| <= ln(2)/2; error relative to exp(r)",
        series(lambda r: mpmath.expm1(r) / r, mpf(1), mpf(1) / 2),
        lambda r: not_zero(r) / mpmath.exp(r),
        both(-LN2 * mpf("0.50002")),
        both(LN2 * mpf("0.50002")),
        {"f64": 7},
        {"f64": 2},
    ),
    Polynomial(
        "atanh_short",
        "(2 atanh(f)/f - 2)/u, u = f^2 <= 0.21^2; error relative to atanh(f)",
        lambda u: 2 * (root(mpmath.atanh)(u) - 1) / not_zero(u),
        lambda u: not_zero(u) / (2 * root(mpmath.atanh)(u)),
        both(0),
        both(mpf("0.21") ** 2),
        {"f64": 4},
        {"f64": 2},
    ),
    Polynomial(
        "erf_short",
        "(1 - (1 - erf(t))^(1/8))/t, t <= 3.95; error relative to erf(t)",
        lambda t: (1 - mpmath.erfc(not_zero(t)) ** (mpf(1) / 8)) / not_zero(t),
        lambda t: 8 * mpmath.erfc(t) ** (mpf(7) / 8) / root(mpmath.erf)(t * t),
        both(0),
        both("3.95"),
        {"f64": 12},
        {"f64": 1},
    ),
]


def fits(kind: str) -> list[Polynomial]:
    """The polynomials of one type."""
    tail = Polynomial(
        "mills_ratio",
        "((t + MILLS_SHIFT) exp(t^2/2) erfc(t/sqrt(2))/2 - MILLS_0)/v, v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT)",
        lambda v: (mills(v) - mills(mpf(0))) / not_zero_signed(v),
        lambda v: not_zero(v) / mills(v),
        {kind: mills_end(mpf(0))},
        {kind: mills_end(TAIL_END[kind])},
        {"f32": 9, "f64": 24},
        {"f32": 1, "f64": 1},
    )
    return [fit for fit in (*POLYNOMIALS, tail) if kind in fit.degree]


def constants(kind: str) -> list[tuple[str, mpf, str]]:
    """Name, value and meaning of every constant; a `_LOW` is what the rounding of the one before it left."""
    bits = TYPES[kind][1]
    found: list[tuple[str, mpf, str]] = []

    def split(name: str, value: mpf, high_bits: int, meaning: str) -> None:
        high = rounded(value, high_bits)
        found.append((name, high, meaning))
        found.append((f"{name}_LOW", rounded(value - high, bits), f"{meaning}: the rest"))

    found.append(("LOG2E", rounded(1 / LN2, bits), "1 / ln 2"))
    # k * LN2 must be exact for every exponent k that a reduction meets (8 bits in float, 11 in double)
    split("LN2", LN2, bits - (9 if kind == "f32" else 12), "ln 2, short enough that k * LN2 is exact")
    split("INV_SQRT_2PI", 1 / mpmath.sqrt(2 * mpmath.pi), bits, "1 / sqrt(2 pi)")
    split("THIRD", mpf(1) / 3, bits, "1 / 3")
    if kind == "f64":
        split("SQRT2", mpmath.sqrt(2), bits, "sqrt 2")
        found.append(("ERF_EXCESS", rounded(2 / mpmath.sqrt(mpmath.pi) - 1, bits), "2 / sqrt(pi) - 1"))
    split("PIO2", mpmath.pi / 2, bits, "pi / 2")
    split("GELU_SLOPE", mpmath.sqrt(8 / mpmath.pi), bits, "sqrt(8 / pi)")
    split("GELU_CUBIC", mpmath.sqrt(8 / mpmath.pi) * mpf("0.044715"), bits, "0.044715 sqrt(8 / pi)")
    found.append(("TWO_OVER_PI", rounded(2 / mpmath.pi, bits), "2 / pi"))
    rest, short = mpmath.pi / 2, bits - (8 if kind == "f32" else 20)
    for part in range(1, 5):
        found.append((f"PIO2_{part}", rounded(rest, short if part < 4 else bits), "pi / 2 in parts: k * part is exact"))
        rest -= found[-1][1]
    found.append(("MILLS_SHIFT", TAIL_MAP.shift, "shift of mills_ratio's map"))
    found.append(("MILLS_SPAN", TAIL_MAP.centre + TAIL_MAP.shift, "MILLS_CENTRE + MILLS_SHIFT"))
    fault = remez(
        lambda v: -mpmath.diff(lambda w: mpmath.log(mills(w)), v) * (1 - v) + 1,
        lambda v: mpf(1),
        mills_end(mpf(0)),
        mills_end(TAIL_END[kind]),
        1,
    )
    found.append(("MILLS_FAULT", rounded(fault[0], bits), "-d ln(ratio)/d ln(t + MILLS_SHIFT) at v = 0"))
    found.append(("MILLS_FAULT_SLOPE", rounded(fault[1], bits), "and its slope in v"))
    found.append(("MILLS_0", rounded(mills(mpf(0)), bits), "mills_ratio at v = 0"))
    found.append(("GELU_CENTRE", GELU_CENTRE, "centre of gelu_rate and gelu_bend"))
    found.append(("GELU_END", GELU_END, "where gelu_rate and gelu_bend end"))
    found.append(("SERF_REST", rounded(serf_rest(mpf(0)), bits), "erfc(ln 2)"))
    found.append(("SERF_END", SERF_END[kind], "where serf_log and serf_rate end"))
    return found


# bits of 2/pi: as many as the product of two doubles can reach, a window behind them, and zeros for small products
TWO_OVER_PI_ZEROS = 128
TWO_OVER_PI_COUNT = 74


def words_of_two_over_pi() -> list[str]:
    """C lines of the bits of 2/pi, in words of 32 bits."""
    words = []
    with mp.workprec(32 * TWO_OVER_PI_COUNT + 64):
        rest = mpmath.ldexp(2 / mpmath.pi, -TWO_OVER_PI_ZEROS)
        for _ in range(TWO_OVER_PI_COUNT):
            rest = mpmath.ldexp(rest, 32)
            words.append(int(rest))
            rest -= words[-1]
    lines = [
        f"#define TWO_OVER_PI_ZEROS {TWO_OVER_PI_ZEROS}",
        f"/* 2/pi after the point, behind {TWO_OVER_PI_ZEROS} zeros */",
        f"static const uint32_t TWO_OVER_PI_WORDS[{TWO_OVER_PI_COUNT}] = {{",
    ]
    for start in range(0, TWO_OVER_PI_COUNT, 8):
        lines.append("    " + " ".join(f"{word:#010x}," for word in words[start : start + 8]))
    return [*lines, "};", ""]


# --- tables ---------------------------------------------------------------------------------------------------------

PIECES = 32  # as many floats as two registers of 512 bits hold
TANH_NEAR = mpf(5) / 32  # below, what is looked up is tanh(x) - x
TANH_LINE = mpf(2) ** -14  # below, tanh(x) rounds to x
TANH_END = rounded(mpf("9.02"), 24)  # beyond, it rounds to 1
GELU_STEP = mpf(3) / 16
LOGISTIC_STEP = mpf(9) / 16
POWER_STEP = mpmath.log(2) / PIECES
POWER_END = mpf(-18)  # below, 1 - exp(y) rounds to 1


class Piece(NamedTuple):
    """A function next to a number: as a polynomial in the distance from about `near`."""

    function: Function
    slope: Function
    low: mpf
    high: mpf
    near: mpf


def exact_place(piece: Piece, bits: int) -> mpf:
    """A number near the middle where the function, and almost so its slope, are numbers of `bits` bits, or the best."""

    def fault(value: mpf) -> mpf:
        return abs(value - rounded(value, bits)) / mpf(2) ** (mpmath.frexp(value)[1] - bits)

    if piece.near == 0:
        return mpf(0)
    start = rounded(piece.near, bits)
    unit = mpf(2) ** (mpmath.frexp(start)[1] - bits)
    best, least = start, mpf(1)
    for step in range(int((piece.high - piece.low) / 3 / unit)):
        place = start + (-1) ** step * (step + 1) // 2 * unit
        if fault(piece.function(place)) > 2**-7:
            continue
        second = fault(piece.slope(place))
        if second < 2**-4:
            return place
        if second < least:
            best, least = place, second
    return best


def fit_piece(piece: Piece, degree: int, bits: int) -> list[mpf]:
    """The number that the polynomial is about, and its coefficients."""
    place = exact_place(piece, bits)
    value, slope = piece.function(place), piece.slope(place)

    def rest(r: mpf) -> mpf:
        r = r if abs(r) > 1e-12 else mpf(1e-12)
        return (piece.function(place + r) - value - slope * r) / not_zero(r) ** 2

    def weight(r: mpf) -> mpf:
        return not_zero(r) ** 2 / abs(piece.function(place + r) + (place + r if value == 0 else 0))

    low, high = piece.low - place, piece.high - place
    nodes = [
        (low + high) / 2 - (high - low) / 2 * mpmath.cos(mpmath.pi * (i + mpf(1) / 2) / (degree - 1))
        for i in range(degree - 1)
    ]
    powers = mpmath.matrix([[node**i for i in range(degree - 1)] for node in nodes])
    exact = list(mpmath.lu_solve(powers, mpmath.matrix([rest(node) for node in nodes])))
    return [place, rounded(value, bits), rounded(slope, bits), *round_coefficients(exact, weight, low, high, bits)]


def tanh_pieces() -> list[Piece]:
    """Quarters of octaves, in the order of the low bits of their first numbers, with two bits of the significand."""

    def slope(x: mpf) -> mpf:
        return 1 - mpmath.tanh(x) ** 2

    centre = Piece(lambda x: mpmath.tanh(x) - x, lambda x: slope(x) - 1, TANH_LINE, TANH_NEAR, mpf(0))
    found = {}
    for quarter in range(-16, 16):
        low, high = (mpf(2) ** (n // 4) * (1 + mpf(n % 4) / 4) for n in (quarter, quarter + 1))
        near = mpf("0.2725") if low == 0.25 else (low + high) / 2  # where tanh's own unit is smallest
        piece = Piece(mpmath.tanh, slope, low, TANH_END if low == 8 else high, mpf("8.5") if low == 8 else near)
        found[(127 * 4 + quarter) % PIECES] = piece if TANH_NEAR <= low <= 8 else centre
    return [found[index] for index in range(PIECES)]


def steps(function: Function, slope: Function, step: mpf) -> list[Piece]:
    """Pieces around the multiples of a step, from 0 on."""
    half = step / 2
    return [Piece(function, slope, max(mpf(0), k * step - half), k * step + half, k * step) for k in range(PIECES)]


def gelu_pieces() -> list[Piece]:
    """The normal distribution's tail, around the multiples of a step."""

    def tail(t: mpf) -> mpf:
        return mpmath.erfc(t / mpmath.sqrt(2)) / 2

    def slope(t: mpf) -> mpf:
        return -mpmath.npdf(t)

    return steps(tail, slope, GELU_STEP)


def logistic_pieces() -> list[Piece]:
    """The same of the smaller one of logistic(x) and logistic(-x)."""

    def smaller(t: mpf) -> mpf:
        return 1 / (1 + mpmath.exp(t))

    return steps(smaller, lambda t: smaller(t) * (smaller(t) - 1), LOGISTIC_STEP)


def powers() -> tuple[list[mpf], list[mpf]]:
    """2^(j/32), and the logarithm of what its rounding lost.

    From the bits of the first those are taken that a sum with 32 k + j, shifted to the exponent, adds for j.
    """
    found, rests = [], []
    for j in range(PIECES):
        power = rounded(mpmath.exp(j * POWER_STEP), 24)
        (bits,) = struct.unpack("<i", struct.pack("<f", float(power)))
        (less,) = struct.unpack("<f", struct.pack("<i", bits - j * 2**23 // PIECES))
        found.append(mpf(less))
        rests.append(rounded(j * POWER_STEP - mpmath.log(power), 24))
    return found, rests


def tables() -> list[str]:
    """C lines of the tables of src/lookup.h."""
    lines = [f"#define PIECES {PIECES}"]
    for name, value, meaning in (
        ("TANH_STRAIGHT", TANH_LINE, "below, tanh rounds to x"),
        ("TANH_START", TANH_NEAR * 4 / 5, "in the last piece around 0"),
        ("TANH_NEAR", TANH_NEAR, "where the pieces around 0 end"),
        ("TANH_END", TANH_END, "where tanh rounds to 1"),
        ("GELU_STEP", GELU_STEP, "the length of a piece"),
        ("GELU_TABLE_END", (PIECES - mpf(9) / 16) * GELU_STEP, "next to the end of the last piece"),
        ("LOGISTIC_STEP", LOGISTIC_STEP, "the length of a piece"),
        ("LOGISTIC_END", (PIECES - mpf(9) / 16) * LOGISTIC_STEP, "next to the end of the last; logistic rounds to 1"),
        ("POWER_STEP", POWER_STEP, "ln 2 / 32"),
        ("POWER_STEPS", 1 / POWER_STEP, "32 / ln 2"),
        ("POWER_END", POWER_END, "where 1 - exp rounds to 1"),
    ):
        lines.append(f"#define {name} {literal(rounded(value, 24), 'f')} /* {meaning} */")
    for name, pieces, degree, meaning in (
        ("TANH", tanh_pieces(), 6, "tanh, or what it has more than x: b, then coefficients"),
        ("GELU", gelu_pieces(), 7, "erfc(t/sqrt(2))/2: b, then coefficients"),
        ("LOGISTIC", logistic_pieces(), 6, "1/(1 + exp(t)): b, then coefficients"),
    ):
        fitted = {piece: fit_piece(piece, degree, 24) for piece in dict.fromkeys(pieces)}
        lines += [f"#define {name}_ROWS {degree + 2}", f"/* {meaning} */"]
        lines.append(f"static const float {name}_TABLE[{name}_ROWS][PIECES] = {{")
        for row in zip(*(fitted[piece] for piece in pieces), strict=True):
            lines.append(f"    {{{', '.join(literal(value, 'f') for value in row)}}},")
        lines.append("};")
    lines += ["/* 2^(j/32) for a sum with the bits of 32 k + j; the logarithm of what it lacks */"]
    lines += ["static const float POWER_TABLE[2][PIECES] = {"]
    lines += [f"    {{{', '.join(literal(value, 'f') for value in row)}}}," for row in powers()]
    return ["#if defined(__AVX512F__)", *lines, "};", "#endif", ""]


# --- output ----------------------------------------------------------------------------------------------------------


def measured_error(fit: Polynomial, kind: str, coefficients: list[mpf]) -> float:
    """log2 of the largest weighted error of the rounded polynomial."""
    grid = chebyshev_grid(fit.low[kind], fit.high[kind], 997)
    worst = max(abs(fit.weight(x) * (horner(coefficients, x) - fit.function(x))) for x in grid)
    return float(mpmath.log(worst, 2))


def evaluation(terms: list[str], ctype: str, kind: str, block: int) -> list[str]:
    """C lines that evaluate pairs or fours of terms, then Horner in x^block: a loop waits for chains of operations."""

    def fma(a: str, b: str, c: str) -> str:
        return f"fma_{kind}({a}, {b}, {c})"

    def pair(low: int) -> str:
        return fma(terms[low + 1], "x", terms[low]) if low + 1 < len(terms) else terms[low]

    if block == 1:
        lines = [f"{ctype} p = {terms[-1]};"]
        return [*lines, *(f"p = {fma('p', 'x', term)};" for term in reversed(terms[:-1])), "return p;"]
    lines = [f"{ctype} x2 = x * x;"]
    if block == 2:
        value = pair((len(terms) - 1) // 2 * 2)
        for low in range((len(terms) - 1) // 2 * 2 - 2, -1, -2):
            value = fma(value, "x2", pair(low))
        return [*lines, f"return {value};"]
    lines.append(f"{ctype} x4 = x2 * x2;")
    for number, low in enumerate(range((len(terms) - 1) // 4 * 4, -1, -4)):
        four = fma(pair(low + 2), "x2", pair(low)) if low + 2 < len(terms) else pair(low)
        lines.append(f"{ctype} p = {four};" if number == 0 else f"p = {fma('p', 'x4', four)};")
    return [*lines, "return p;"]


def render_polynomial(fit: Polynomial, kind: str) -> tuple[str, str]:
    """C text and table line of one polynomial."""
    ctype, bits, suffix = TYPES[kind]
    low, high, degree = fit.low[kind], fit.high[kind], fit.degree[kind]
    exact = remez(fit.function, fit.weight, low, high, degree)
    coefficients = round_coefficients(exact, fit.weight, low, high, bits)
    error = measured_error(fit, kind, coefficients)
    lines = [f"/* {fit.meaning}: degree {degree}, 2^{error:.1f} */"]
    lines.append(f"INLINE {ctype} {fit.name}_{kind}({ctype} x) {{")
    lines += [
        f"    {line}" for line in evaluation([literal(c, suffix) for c in coefficients], ctype, kind, fit.block[kind])
    ]
    lines += ["}", ""]
    return "\n".join(lines), f"{fit.name:12} {kind}  degree {degree:2}  error 2^{error:6.2f}  {fit.meaning}"


def render() -> tuple[str, str]:
    """The header's text and the table."""
    text = [
        "/* Constants and minimax polynomials of vmath_body.h.",
        " * Written by bench/derive.py, which fits, rounds and measures them; do not edit. */",
        "#ifndef ACTKERNELS_COEFFICIENTS_H",
        "#define ACTKERNELS_COEFFICIENTS_H",
        "",
    ]
    table = []
    for kind, (_, _, suffix) in TYPES.items():
        for name, value, meaning in constants(kind):
            text.append(f"#define {name}_{kind} {literal(value, suffix)} /* {meaning} */")
        text.append("")
        for fit in fits(kind):
            code, line = render_polynomial(fit, kind)
            text.append(code)
            table.append(line)
    text += [*words_of_two_over_pi(), *tables(), "#endif"]
    return "\n".join(text) + "\n", "\n".join(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the header instead of writing it")
    parser.add_argument("--header", type=Path, default=HEADER, help="default: %(default)s")
    options = parser.parse_args()
    text, table = render()
    print(table)
    if options.check:
        if options.header.read_text() != text:
            print(f"{options.header} is not what this script derives: run it without --check", file=sys.stderr)
            return 1
    else:
        options.header.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
