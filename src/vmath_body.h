/* The algorithms of vmath.h for one type: `real` with its integers, `F(name)` the name with the type's suffix.
 * The ULP over each function are the largest found in a sample: every 17th and every 101st float, four million doubles
 * of all sizes; subnormal results count. Levels with fma agree in every bit of it. */

#define R(constant) ((real)(constant))
#define PICK(f32, f64) (sizeof(real) == 4 ? R(f32) : R(f64))
#define POWER(k) ((natural)((k) + BIAS) << MANTISSA) /* the representation of 2^k, and of k + BIAS in its field */

/* Adding this rounds to an integer and leaves it in the low bits. */
#define SHIFT R((natural)3 << (MANTISSA - 1))
/* The same with the exponent's bias: these bits, shifted into the exponent's field, are a power of two. */
#define POWER_SHIFT (SHIFT + R(BIAS))
/* Adding and subtracting this leaves so few bits of a number below 1 that its square has no more than the type. */
#define COARSE R((natural)3 << (MANTISSA / 2))
#define MIN_NORMAL F(from_bits)(POWER(1 - BIAS))
#define INFINITE F(from_bits)(POWER(BIAS + 1))
/* Smaller arguments are nothing beside 1, but the square of their square is still normal. */
#define TINY F(from_bits)(POWER(-MANTISSA - 7))
/* Below, f(x) = x for a function with f'(0) = 1. */
#define SMALL F(from_bits)(POWER(-MANTISSA - 3))
/* A smaller argument's square is nothing beside 1. */
#define ROOT_TINY F(from_bits)(POWER(-MANTISSA / 2 - 4))
/* exp of this is nothing beside 1, also times what a gradient multiplies it by. */
#define GROWTH_MIN PICK(-24, -50)
/* Added, changes an argument only where it is SMALL, so that no product meets a subnormal. */
#define NUDGE F(from_bits)(POWER(-2 * MANTISSA - 14))

/* A value and what its rounding left. */
typedef struct {
    real high, low;
} F(pair);

/* exp(z) = 2^k * (one + one_low + low) and one + one_low = 1 + high; k stands in the low bits of `shifted`. */
typedef struct {
    real shifted, high, one, low;
} F(expansion);

INLINE natural F(to_bits)(real x) {
    natural bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE real F(from_bits)(natural bits) {
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Clamps compare representations. As a select of floats the compiler would turn them into control flow, drag the
 * following operations into both branches and blend each of them. A NaN may be clamped as well: the caller's last
 *   select
 * brings it back. SSE2 compares no 64-bit integers, and would leave the loop scalar: there the sign of a difference
 * serves for magnitudes, and a select of floats for numbers of either sign. */
#if defined(__x86_64__) && !defined(__SSE4_2__)
#define COMPARABLE (sizeof(real) == 4)
#else
#define COMPARABLE 1
#endif

/* for x, bound >= 0 */
INLINE real F(smaller)(real x, real bound) {
    integer a = (integer)F(to_bits)(x), b = (integer)F(to_bits)(bound), d = a - b;
    integer below = -(integer)((natural)d >> (8 * sizeof(real) - 1)); /* all ones for a < b */
    return F(from_bits)((natural)(COMPARABLE ? (a < b ? a : b) : b + (d & below)));
}

INLINE real F(larger)(real x, real bound) {
    integer a = (integer)F(to_bits)(x), b = (integer)F(to_bits)(bound), d = a - b;
    integer below = -(integer)((natural)d >> (8 * sizeof(real) - 1));
    return F(from_bits)((natural)(COMPARABLE ? (a > b ? a : b) : a - (d & below)));
}

/* all ones for x < bound, for x, bound >= 0 */
INLINE natural F(mask_below)(real x, real bound) {
    return -((F(to_bits)(x) - F(to_bits)(bound)) >> (8 * sizeof(real) - 1));
}

/* for x of either sign, high > 0, low < 0 */
INLINE real F(at_most)(real x, real high) {
    integer a = (integer)F(to_bits)(x), b = (integer)F(to_bits)(high);
    return COMPARABLE ? F(from_bits)((natural)(a < b ? a : b)) : (x > high ? high : x);
}

INLINE real F(at_least)(real x, real low) {
    natural a = F(to_bits)(x), b = F(to_bits)(low);
    return COMPARABLE ? F(from_bits)(a < b ? a : b) : (x < low ? low : x);
}

INLINE real F(with_sign)(real x, real sign) {
    const natural mask = (natural)1 << (8 * sizeof(real) - 1);
    return F(from_bits)(F(to_bits)(x) | (F(to_bits)(sign) & mask));
}

/* --- error-free helpers ------------------------------------------------------------------------------------------- */

/* a + b for |a| >= |b| (or a = 0): the rounded sum and its exact error. */
INLINE F(pair) F(fast_two_sum)(real a, real b) {
    real sum = a + b;
    return (F(pair)){sum, b - (sum - a)};
}

/* a * b - product, where product = a * b rounded: exact. Without fma by Dekker's products of halves; the halves are
 * cut in the representation, not by Veltkamp's multiplication, which would overflow for large arguments. */
INLINE real F(product_error)(real a, real b, real product) {
#if VMATH_FMA
    return F(fma)(a, b, -product);
#else
    const natural mask = ~(natural)0 << HALF_MANTISSA;
    real a_high = F(from_bits)(F(to_bits)(a) & mask), a_low = a - a_high;
    real b_high = F(from_bits)(F(to_bits)(b) & mask), b_low = b - b_high;
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low; /* each sum is exact */
#endif
}

/* a * b + c, where c is about what the rounded product lacks. */
INLINE real F(fused)(real a, real b, real c) {
#if VMATH_FMA
    return F(fma)(a, b, c);
#else
    real product = a * b, exact = product + (F(product_error)(a, b, product) + c);
    return product == 0 ? product : exact; /* it may be -0 */
#endif
}

/* a * (b + b_low), rounded essentially once. Without fma, the halves of a very small b would underflow: there b_low is
 * nothing, and the product stands as it is. */
INLINE real F(product)(real a, real b, real b_low) {
#if VMATH_FMA
    return F(fma)(a, b, a * b_low);
#else
    real product = a * b;
    real corrected = product + (F(product_error)(a, b, product) + a * b_low);
    return FABS(b) < NUDGE ? product : corrected;
#endif
}

/* a * b + c; without fma what the product lost is added to c. */
INLINE real F(sharp_fma)(real a, real b, real c) {
#if VMATH_FMA
    return F(fma)(a, b, c);
#else
    real product = a * b;
    return product + (c + F(product_error)(a, b, product));
#endif
}

/* (a + a_low) * (b + b_low), |b_low| < |b|: with fma the product of a and b_low is rounded as well; without, b may not
 * be very small. */
INLINE real F(product_of_pairs)(real a, real a_low, real b, real b_low) {
#if VMATH_FMA
    return F(fma)(a, b, F(fma)(a, b_low, a_low * b));
#else
    F(pair) sum = F(fast_two_sum)(b, b_low);
    real product = a * sum.high;
    return product + (F(product_error)(a, sum.high, product) + (a * sum.low + a_low * sum.high));
#endif
}

/* n - q * d where q is close to n / d: exact. */
INLINE real F(residual)(real n, real q, real d) {
#if VMATH_FMA
    return F(fma)(-q, d, n);
#else
    real product = q * d;
    return (n - product) - F(product_error)(q, d, product);
#endif
}

/* (n + n_low) / (d + d_low), d > 0, rounded essentially once: one division, then the residual's share added. `inverse`
 * is 1/d to a few bits, the cheapest that the caller knows. */
INLINE real F(corrected_quotient)(real n, real n_low, real d, real d_low, real q, real inverse) {
    return F(fma)(F(residual)(n, q, d) + F(fma)(-q, d_low, n_low), inverse, q);
}

INLINE real F(quotient)(real n, real n_low, real d, real d_low) {
    real inverse = R(1) / d;
    return F(with_sign)(F(corrected_quotient)(n, n_low, d, d_low, n * inverse, inverse), n); /* n may be -0 */
}

/* --- exponentials ------------------------------------------------------------------------------------------------- */

/* k in the exponent's field */
INLINE natural F(exponent)(real shifted) { return F(to_bits)(shifted) << MANTISSA; }

/* 2^max(k, -MANTISSA - 7): where the power is added to something of the order of one, less is nothing. */
INLINE real F(power)(real shifted) {
    if (USUAL) return F(from_bits)(POWER(0) + F(exponent)(shifted));
    return F(from_bits)(POWER(0) + F(exponent)(F(larger)(shifted, SHIFT - R(MANTISSA + 7))));
}

/* z + z_low = k ln2 + high + low, exactly but for the last bits of low; exp(r) = 1 + r + r^2/2 + r^3 tail(r). */
INLINE F(expansion) F(expand)(real z, real z_low) {
    real shifted = F(fma)(z, F(LOG2E), SHIFT);
    real k = shifted - SHIFT;
    real high = F(fma)(-k, F(LN2), z);
    real low = F(fma)(-k, F(LN2_LOW), z_low);
    real r = high + low, square = r * r;
    real one = R(1) + high;
    return (F(expansion)){shifted, high, one, F(fma)(square * r, F(expm1_tail)(r), F(fma)(R(0.5), square, low))};
}

/* exp(r) - 1 for |r| <= ln(2)/2, to an eighth of an ulp of 1 */
INLINE real F(rise)(real r) { return F(fma)(r * r, F(expm1_curve)(r), r); }

/* exp(z + z_low) = 2^k (1 + rise), as near as `rise` */
typedef struct {
    real shifted, rise;
} F(rising);

INLINE F(rising) F(rising_exp)(real z, real z_low) {
    real shifted = F(fma)(z, F(LOG2E), SHIFT), k = shifted - SHIFT;
    return (F(rising)){shifted, F(rise)(F(fma)(-k, F(LN2), z) + F(fma)(-k, F(LN2_LOW), z_low))};
}

/* exp(z) / 2^k */
INLINE F(pair) F(significand)(F(expansion) e) { return F(fast_two_sum)(e.one, (e.high - (e.one - R(1))) + e.low); }

/* exp(z + z_low) = 2^k (1 + high + low), |high| up to 0.35 and exact; k stands, with the exponent's bias, in the low
 * bits of `shifted`. */
typedef struct {
    real shifted, high, low;
} F(parts);

INLINE F(parts) F(exp_parts)(real z, real z_low) {
    real shifted = F(fma)(z, F(LOG2E), POWER_SHIFT), k = shifted - POWER_SHIFT;
    real high = F(fma)(-k, F(LN2), z), low = F(fma)(-k, F(LN2_LOW), z_low), r = high + low;
    return (F(parts)){shifted, high, F(fma)(r * r, F(exp_bend)(r), low)};
}

/* exp(z + z_low) = 2^k * power * (1 + high + low), to be added to 1: k is 0 but where power would be beyond
 * 2^(MANTISSA + 7), beside which 1 is nothing. There what the sum divides falls as 2^-k. */
typedef struct {
    real power, high, low;
    natural fall; /* -k in the exponent's field */
} F(growth);

INLINE real F(held_power)(real shifted) {
    if (USUAL) return shifted;
    return F(smaller)(shifted, POWER_SHIFT + R(MANTISSA + 7));
}

/* for z from GROWTH_MIN on */
INLINE F(growth) F(grow)(real z, real z_low) {
    F(parts) e = F(exp_parts)(z, z_low);
    real held = F(held_power)(e.shifted);
    natural fall = (F(to_bits)(held) - F(to_bits)(e.shifted)) << MANTISSA;
    return (F(growth)){F(from_bits)(F(exponent)(held)), e.high, e.low, fall};
}

/* exp(z + z_low) for z <= 0, rounded: 2^k * one, and its value, which is no less than what is nothing beside 1. */
typedef struct {
    real value, one;
    natural exponent; /* k in the exponent's field */
} F(decline);

INLINE real F(lifted_power)(real shifted) {
    if (USUAL) return shifted;
    return F(larger)(shifted, POWER_SHIFT - R(2 * MANTISSA + 14));
}

INLINE F(decline) F(fall)(real z, real z_low) {
    F(parts) e = F(exp_parts)(z, z_low);
    real power = F(from_bits)(F(exponent)(F(lifted_power)(e.shifted))), share = e.high + e.low;
    return (F(decline)){F(fma)(power, share, power), R(1) + share, F(exponent)(e.shifted) - POWER(0)};
}

/* Its value over 2^k, rounded. */
INLINE real F(value_of_growth)(F(growth) e) { return F(fma)(e.power, e.high + e.low, e.power); }

/* 1 + exp(z + z_low) over 2^k, rounded. In the usual range 1 + power is exact. */
INLINE real F(one_plus_growth)(F(growth) e) {
    real sum = R(1) + e.power;
    if (USUAL) return F(fma)(e.power, e.high + e.low, sum);
    return sum + F(fma)(e.power, e.high + e.low, R(1) - (sum - e.power));
}

/* The same as a sum of two parts, the second up to a tenth of the first, to a fiftieth of an ulp. */
INLINE F(pair) F(one_plus_growth_pair)(F(growth) e) {
    real sum = R(1) + e.power, high = F(fma)(e.power, e.high, sum), rest = F(fma)(e.power, e.high, sum - high);
    if (USUAL) return (F(pair)){high, F(fma)(e.power, e.low, rest)};
    return (F(pair)){high, F(fma)(e.power, e.low, rest) + (R(1) - (sum - e.power))};
}

/* exp(x), x no larger than 8, to a few thousandths of an ulp, for another exponential that magnifies its error: terms
 * up to the third, r^3/6 with both parts of 1/6, keep their rounding errors. */
INLINE F(pair) F(sharp_exp)(real x) {
    real z = F(at_least)(x + TINY, R(-2 * MANTISSA)), shifted = F(fma)(z, F(LOG2E), SHIFT), k = shifted - SHIFT;
    real r = F(fma)(-k, F(LN2), z), r_low = -k * F(LN2_LOW), near = r + r_low;
    real half = R(0.5) * r, square = half * r, square_low = F(fma)(r, r_low, F(product_error)(half, r, square));
    real cube = square * r, cube_low = F(fma)(square_low, r, F(fma)(square, r_low, F(product_error)(square, r, cube)));
    F(pair) tail = F(fast_two_sum)(F(THIRD), near * F(exp_fourth)(near));
    real rest = cube * tail.high, tail_low = tail.low + F(THIRD_LOW);
    real rest_low = F(fma)(cube_low, tail.high, F(fma)(cube, tail_low, F(product_error)(cube, tail.high, rest)));
    F(pair) one = F(fast_two_sum)(R(1), r), two = F(fast_two_sum)(one.high, square);
    F(pair) exp = F(fast_two_sum)(two.high, rest);
    real low = ((exp.low + two.low) + (one.low + r_low)) + (square_low + rest_low), power = F(power)(shifted);
    return (F(pair)){exp.high * power, low * power};
}

/* exp(z), where it is a normal number, without its last half ulp */
INLINE real F(normal_exp)(F(expansion) e) {
    return F(significand)(e).high * F(from_bits)(POWER(0) + F(exponent)(e.shifted));
}

/* x * 2^k for x >= 0 with k in the exponent's field, rounded once more where the result is subnormal.
 * The exponent is added as an integer; where that would leave the normal range, x + 2^(1 - BIAS - k) has the result's
 * bits as its low bits, so that no operation meets a subnormal. */
INLINE real F(scale)(real x, natural exponent) {
    if (USUAL) return x * F(from_bits)(POWER(0) + exponent);
    natural grid = POWER(1 - BIAS) - exponent; /* less this, bits are on the grid of the subnormals */
    real limit = F(from_bits)(grid);
    return F(from_bits)((x < limit ? F(to_bits)(x + limit) : F(to_bits)(x) + POWER(1 - BIAS)) - grid);
}

/* a * x for |x| < MIN_NORMAL, within one ulp and without a product or a sum that meets or makes a subnormal, for
 * 0 <= a < 2: |x| is lifted by its exponent field, its product with a's fraction rounded to the grid of the subnormals
 * by an addition, and the rest is done with the representations, which are integers on that grid. */
INLINE real F(subnormal_product)(real a, real x) {
    const natural base = POWER(1 - BIAS + BIAS / 2);
    int fast = a >= R(0) && a < R(2), whole = fast && a >= R(1);
    real fraction = fast ? (whole ? a - R(1) : a) : R(0);
    natural bits = F(to_bits)(FABS(x));
    real lifted = F(from_bits)(bits | base) - F(from_bits)(base);
    natural product = F(to_bits)(F(fma)(fraction, lifted, F(from_bits)(base))) - base + (whole ? bits : 0);
    real slow = a * (fast ? R(0) : x);
    return fast ? F(with_sign)(F(from_bits)(product), x) : slow;
}

/* x * 2^LIFT for 0 <= x, not too large: by the exponent's field, or where x is subnormal by a subtraction. It has room
 * for the rounding errors of products. `lower` scales what was made of it, by 2^k with a k that `low_exponent` gave. */
#define LIFT ((natural)(2 * MANTISSA + 10) << MANTISSA)

INLINE real F(lift)(real x) {
    if (USUAL) return x;
    const natural base = POWER(1 - BIAS) + LIFT;
    real subnormal = F(from_bits)(F(to_bits)(x) | base) - F(from_bits)(base);
    return x < MIN_NORMAL ? subnormal : F(from_bits)(F(to_bits)(x) + LIFT);
}

/* The same for x that is not subnormal. */
INLINE real F(lift_normal)(real x) { return x * F(from_bits)(POWER(0) + LIFT); }

INLINE natural F(low_exponent)(real shifted) {
    if (USUAL) return F(exponent)(shifted);
    return F(exponent)(F(larger)(shifted, SHIFT - R(BIAS + MANTISSA + 40))); /* beyond it is 0 all the same */
}

INLINE real F(lower)(real x, natural exponent) {
    if (USUAL) return F(scale)(x, exponent);
    return F(scale)(x, exponent - LIFT);
}

#ifdef WIDE
/* y >= 0, not too large, rounded, once more where it is subnormal: it is lifted, since that conversion is slow. */
INLINE real F(from_double)(double y) {
    if (USUAL) return (real)y;
    return F(lower)((real)(y * (double)F(from_bits)(POWER(0) + LIFT)), 0);
}
#endif

/* y, but a * x where x is so small that this is all of y, 0 < a < 2: no product meets or makes a subnormal. */
INLINE real F(linear_at_zero)(real a, real x, real y) {
    if (USUAL) return F(with_sign)(FABS(y), x);
    const real bound = F(from_bits)(POWER(-MANTISSA - 11));
    real line = F(lower)(a * F(lift)(F(smaller)(FABS(x), bound)), 0);
    return FABS(x) < bound ? F(with_sign)(line, x) : y;
}

/* x / 2 by its representation, towards zero where it is subnormal: one less in the exponent, or a shift. */
INLINE real F(half)(real x) {
    natural bits = F(to_bits)(FABS(x));
    return F(with_sign)(F(larger)(F(from_bits)(bits - POWER(1 - BIAS)), F(from_bits)(bits >> 1)), x);
}

#define EXP_MIN PICK(-104, -745.2)
/* Its third power is normal, and adding it changes no result by more than a thousandth of an ulp. */
#define EXP_TINY F(from_bits)(POWER(-MANTISSA - 13))
#define EXP_MAX PICK(0x1.62e42ep6, 0x1.62e42fefa39efp9)

/* range: any
 * max ULP, with fma / without: float 0.75 / 0.75, double 0.75 / 0.75
 * special: 0 from -104 / -745.2 down, subnormals before it rounded once more, else 0.53 ULP; inf beyond EXP_MAX; NaN
 *   stays
 * identity: exp(x) = 2^k exp(r); 1 + r + r^2/2 of the first bits of r is exact, the rest and r^3/6 come in last */
INLINE real F(exp)(real x) {
    real z = F(at_least)(x + EXP_TINY, EXP_MIN), shifted = F(fma)(z, F(LOG2E), SHIFT), k = shifted - SHIFT;
    real high = F(fma)(-k, F(LN2), z), first = (high + COARSE) - COARSE, rest = F(fma)(-k, F(LN2_LOW), high - first);
    real r = first + rest, square = r * r, exact = F(fma)(R(0.5) * first, first, R(1) + first);
    real low = F(fma)(square * r, F(expm1_tail)(r), rest * F(fma)(R(0.5), first + r, R(1)));
    real y = F(scale)(exact + low, F(exponent)(shifted));
    return x <= EXP_MAX ? y : x + INFINITE;
}

/* Beyond this, expm1 rounds to -1. */
#define EXPM1_MIN PICK(-17.4, -37.5)

/* exp(-size - size_low) - 1 */
INLINE F(pair) F(falling_expm1)(real size, real size_low) {
    real t = F(smaller)(size, -EXPM1_MIN);
    F(expansion) e = F(expand)(-t, t < size ? R(0) : -size_low);
    real power = F(from_bits)(POWER(0) + F(exponent)(e.shifted));
    F(pair) minus = F(fast_two_sum)(R(-1), power);
    real sum = F(fma)(power, e.high, minus.high);
    real low = F(fma)(power, e.high, minus.high - sum) + minus.low;
    return F(fast_two_sum)(sum, F(fma)(power, e.low, low));
}

/* exp(z) = 2^k (1 + r + r bend), k in the low bits of `shifted`: where an ulp of r is not all that counts. */
typedef struct {
    real shifted, r, bend;
} F(short_expansion);

INLINE F(short_expansion) F(expand_short)(real z) {
    real shifted = F(fma)(z, F(LOG2E), SHIFT), k = shifted - SHIFT;
    real r = F(fma)(-k, F(LN2_LOW), F(fma)(-k, F(LN2), z));
    return (F(short_expansion)){shifted, r, F(fma)(r * r, F(expm1_tail)(r), R(0.5) * r)};
}

/* range: x <= 0; for x > 0 the result means nothing, but costs nothing
 * max ULP, with fma / without: float 0.80 / 0.80, double 0.86 / 0.86
 * special: -a at -inf; 0 at -0; NaN stays. With a of many bits 0.9 ULP
 * identity: 2^k r + (2^k - 1), whose rounding comes in last with 2^k r^2/2: a rounded expm1 costs another ulp
 * (a + a_low) * expm1(x), for an a that the type does not hold */
INLINE real F(scaled_expm1)(real a, real a_low, real x) {
    real z = -F(smaller)(F(larger)(FABS(x), EXP_TINY), -EXPM1_MIN);
    if (USUAL) z = x;
    F(short_expansion) e = F(expand_short)(z);
    real power = F(from_bits)(POWER(0) + F(exponent)(e.shifted)), minus = power - R(1);
    real sum = F(fma)(power, e.r, minus), lost = F(fma)(power, e.r, minus - sum);
    real low = F(fma)(power, e.r * e.bend, lost);
    real product = F(product_of_pairs)(a, a_low, sum, low);
    if (USUAL) return product;
    product = FABS(x) < EXP_TINY ? -a * FABS(x) : product;
    return x == x ? product : x;
}

/* (exp(z + z_low) - 1) / 2 for z up to 89 / 710 */
INLINE F(pair) F(half_expm1)(real z, real z_low) {
    real held = F(at_most)(F(at_least)(z, EXPM1_MIN), PICK(89, 710));
    F(expansion) e = F(expand)(held, held == z ? z_low : R(0));
    real half_power = F(from_bits)(POWER(-1) + F(exponent)(e.shifted));
    real minus = half_power - R(0.5);
    real back = minus + R(0.5);
    real minus_low = (half_power - back) - (R(0.5) - (back - minus)); /* two_sum: either may be the larger */
    real sum = F(fma)(half_power, e.high, minus);
    real low = F(fma)(half_power, e.high, minus - sum) + minus_low;
    return (F(pair)){sum, F(fma)(half_power, e.low, low)};
}

/* range: any
 * max ULP, with fma / without: float 0.94 / 0.94, double 0.88 / 0.94
 * special: -1 at -inf, x for small x, -0 for -0; NaN stays
 * identity: 2^k r + (2^k - 1), each part exact, the small one last; exp(x) - 1 would cancel */
INLINE real F(expm1)(real x) {
    F(pair) y = F(half_expm1)(F(with_sign)(F(larger)(FABS(x), EXP_TINY), x), R(0));
    return FABS(x) > SMALL ? R(2) * (y.high + y.low) : x;
}

/* 1 - exp(x) for x <= 0, for gradients: <= 1.2 ULP. */
INLINE real F(quick_complement)(real x) {
    real held = F(at_least)(F(with_sign)(F(larger)(FABS(x), EXP_TINY), x), EXPM1_MIN);
    F(short_expansion) e = F(expand_short)(USUAL ? x : F(at_most)(held, PICK(88, 709)));
    real power = F(from_bits)(POWER(0) + F(exponent)(e.shifted));
    real y = F(fma)(-power, F(fma)(e.r, e.bend, e.r), R(1) - power);
    if (USUAL) return y;
    return FABS(x) > SMALL ? y : R(0) - x;
}

/* -x, held to where the logistic function has come to 1 or 0 */
INLINE real F(logistic_argument)(real x) {
    if (USUAL) return -x;
    return F(at_least)(F(at_most)(-x - NUDGE, -EXP_MIN), GROWTH_MIN);
}

/* range: any
 * max ULP, with fma / without: float 0.80 / 0.80, double 0.76 / 0.80
 * special: 0.5 at 0, 1 at inf, 0 at -inf, subnormals down to -103.97 / -745.1; NaN stays
 * identity: 1/(1 + exp(-x)), the quotient corrected for both parts of its denominator; exp(-x) stays in parts, and its
 *   power of two comes in last where it would overflow */
INLINE real F(logistic)(real x) {
    F(growth) e = F(grow)(F(logistic_argument)(x), R(0));
    F(pair) d = F(one_plus_growth_pair)(e);
    real inverse = R(1) / (d.high + d.low), rest = F(fma)(-inverse, d.low, F(residual)(R(1), inverse, d.high));
    real y = F(scale)(F(fma)(inverse, rest, inverse), e.fall);
    if (USUAL) return y;
    return x == x ? y : x;
}

/* The same for gradients: <= 1.7 ULP. */
INLINE real F(quick_logistic)(real x) {
    F(growth) e = F(grow)(F(logistic_argument)(x), R(0));
    real y = F(scale)(R(1) / F(one_plus_growth)(e), e.fall);
    if (USUAL) return y;
    return x == x ? y : x;
}

/* Within, tanh is an odd polynomial: beyond, r^2/2 in the exponential is below 1/32 until the result passes 1/4. Beyond
 * TANH_MAX it rounds to 1. */
#define TANH_CENTRE R(0.2217)
#define TANH_MAX PICK(9.02, 19.07)
#define TANH_LINE PICK(0x1p-14, 0x1p-30) /* up to here it is x, far below half an ulp */

/* tanh(t) = w - 1 + w * rest for TANH_LINE <= t <= TANH_MAX, with w = 2/(1 + exp(-2t)) rounded. w - 1 is exact.
 * -t = k ln2/2 + h; exp(-2t)/2 = 2^k (one + low) with one = 1/2 + h + h^2, so that h^3 is all that is rounded in `low`;
 * d = (1 + exp(-2t))/2. */
typedef struct {
    real w, rest;
} F(tanh_parts);

/* |x| where its square is normal and tanh not yet 1 */
INLINE real F(tanh_argument)(real x) {
    if (USUAL) return FABS(x);
    return F(smaller)(F(larger)(FABS(x), ROOT_TINY), TANH_MAX);
}

INLINE F(tanh_parts) F(tanh_outer)(real t) {
    real shifted = F(fma)(-t, R(2) * F(LOG2E), SHIFT), k = shifted - SHIFT;
    real high = F(fma)(-k, R(0.5) * F(LN2), -t), h = F(fma)(-k, R(0.5) * F(LN2_LOW), high);
    real one = F(fma)(h, h, R(0.5) + high), one_low = F(fma)(h, h, high - (one - R(0.5)));
    real low = F(fma)(h * h * h, F(exp_double_tail)(h), F(fma)(-k, R(0.5) * F(LN2_LOW), one_low));
    real power = F(from_bits)(POWER(0) + F(exponent)(shifted));
    real d = F(fma)(power, one, R(0.5)), d_low = F(fma)(power, low, F(fma)(power, one, R(0.5) - d));
    real w = R(1) / (d + d_low);
    return (F(tanh_parts)){w, F(fma)(-w, d_low, F(residual)(R(1), w, d))};
}

/* range: any
 * max ULP, with fma / without: float 0.55 / 0.56, double 0.64 / 0.63
 * special: +-1 at +-inf, x for small x; odd; NaN stays
 * identity: w - 1 with w = 2/(1 + exp(-2|x|)), the quotient corrected for both parts of its denominator; without fma
 *   odd polynomial near 0, where rounded products have too few bits */
INLINE real F(tanh)(real x) {
    real t = F(tanh_argument)(x);
    F(tanh_parts) parts = F(tanh_outer)(t);
    real outer = F(fma)(parts.w, parts.rest, parts.w - R(1));
#if !VMATH_FMA
    real square = t * t, inner = F(fma)(t, square * F(tanh_centre)(square), t);
    outer = t > TANH_CENTRE ? outer : inner;
#endif
    return F(with_sign)(FABS(x) > TANH_LINE ? outer : FABS(x), x);
}

/* tanh(|x|) in two parts, for what multiplies it. */
INLINE F(pair) F(tanh_pair)(real x) {
    real t = F(tanh_argument)(x), square = t * t;
    F(tanh_parts) y = F(tanh_outer)(t);
    real inner = FABS(x) < ROOT_TINY ? R(0) : t * (square * F(tanh_centre)(square));
    real high = t > TANH_CENTRE ? y.w - R(1) : FABS(x), low = t > TANH_CENTRE ? y.w * y.rest : inner;
    return (F(pair)){high, low};
}

/* |x| and its square, lifted where x is SMALL, so that its third power and what rounding leaves are normal too. The
 * exponent takes that back in `scale`, two or three times. `near_square` is for terms that are nothing there. */
typedef struct {
    real size, square, near_square;
    natural exponent;
} F(powers);

#define POWERS_LIFT (sizeof(real) == 4 ? 48 : 320)
#define POWERS_FLOOR F(from_bits)(POWER(-BIAS * 5 / 8)) /* its square is less than half the smallest subnormal */

INLINE F(powers) F(lift_powers)(real x) {
    real size = F(larger)(FABS(x), POWERS_FLOOR), near = F(larger)(FABS(x), ROOT_TINY);
    if (USUAL) return (F(powers)){FABS(x), x * x, near * near, 0};
    natural exponent = size < SMALL ? (natural)POWERS_LIFT << MANTISSA : 0;
    real lifted = F(from_bits)(F(to_bits)(size) + exponent);
    return (F(powers)){lifted, lifted * lifted, near * near, -exponent};
}

/* A power of two and its inverse where x < bound, else 1; for x, bound >= 0. Selects only where they have masks:
 * elsewhere integers are faster. */
typedef struct {
    real up, down;
} F(levers);

INLINE F(levers) F(levers_below)(real x, real bound) {
    if (USUAL) return (F(levers)){1, 1};
#ifdef __AVX512F__
    natural exponent = x < bound ? LIFT : 0;
#else
    natural exponent = F(mask_below)(x, bound) & LIFT;
#endif
    return (F(levers)){F(from_bits)(POWER(0) + exponent), F(from_bits)(POWER(0) - exponent)};
}

/* Below, tanhshrink, logcosh and gudermannian are polynomials; beyond log 2, no two large terms cancel in logcosh. */
#define CENTRE R(0.7)

/* range: any
 * max ULP, with fma / without: float 0.76 / 0.76, double 0.81 / 0.81
 * special: +-inf at +-inf, 0 and subnormals for small x; odd; NaN stays
 * identity: (x - (w - 1)) - w rest with tanh in two parts; x^3 (1/3 + x^2 P(x^2)) near 0, where those cancel */
INLINE real F(tanhshrink)(real x) {
    F(powers) m = F(lift_powers)(x);
    real rest = m.near_square * F(tanhshrink_centre)(m.near_square);
    F(pair) p = F(fast_two_sum)(F(THIRD), rest);
    real product = m.square * p.high, square_low = F(product_error)(m.size, m.size, m.square);
    real low = F(fma)(square_low, p.high, F(product_error)(m.square, p.high, product));
    real inner = F(product)(m.size, product, F(fma)(m.square, p.low + F(THIRD_LOW), low));
    F(tanh_parts) y = F(tanh_outer)(F(smaller)(F(larger)(FABS(x), CENTRE), TANH_MAX));
    F(pair) outer = F(fast_two_sum)(FABS(x), R(1) - y.w);
    real size = FABS(x) < CENTRE ? inner : outer.high + F(fma)(-y.w, y.rest, outer.low);
    size = F(with_sign)(F(scale)(size, m.exponent + 2 * m.exponent), x);
    return FABS(x) < F(from_bits)(POWER(MANTISSA + 3)) ? size : x;
}

/* range: any
 * max ULP, with fma / without: float 1.92 / 1.92, double 1.94 / 1.94
 * special: 1 at +-inf, 0 and subnormals for small x; even; NaN stays
 * identity: the square of the rounded tanh; of x where it is small */
INLINE real F(tanh_squared)(real x) {
    F(powers) m = F(lift_powers)(x);
    real y = F(larger)(FABS(F(tanh)(x)), SMALL);
    return F(scale)(FABS(x) < SMALL ? m.square : y * y, 2 * m.exponent);
}

/* --- logarithms --------------------------------------------------------------------------------------------------- */

/* log(1 + f) = f - f^2/2 + f^3 tail(f), -1/4 <= f <= 1/2: without f, and with what f lost. The first two terms are
 * exact multiples of f's powers, so that only small things are rounded. */
INLINE real F(log1p_rest)(real f, real f_low) {
    real square = f * f;
    return F(fma)(square * f, F(log1p_tail)(f), F(fma)(R(-0.5), square, F(fma)(-f, f_low, f_low)));
}

/* k ln2 + log(u + u_low), u normal: u = 2^j (1 + f) */
INLINE F(pair) F(log_parts)(real u, real u_low, real k) {
    natural exponent = (F(to_bits)(u) - F(to_bits)(R(0.75))) & (~(natural)0 << MANTISSA);
    real f = F(from_bits)(F(to_bits)(u) - exponent) - R(1);
    real f_low = R(0.5) * u_low * F(from_bits)(POWER(1) - exponent);
    k += F(from_bits)(((exponent + POWER(0)) >> MANTISSA) | POWER(MANTISSA)) - R(((natural)1 << MANTISSA) + BIAS);
    F(pair) line = F(fast_two_sum)(k * F(LN2), f);
    real square = f * f;
    F(pair) sum = F(fast_two_sum)(line.high, R(-0.5) * square);
    real share =
        F(fma)(-f, F(fma)(-f, F(fma)(-f, F(fma)(-f, f_low, f_low), f_low), f_low), f_low); /* f_low / (1 + f) */
    real low = F(fma)(square * f, F(log1p_tail)(f), F(fma)(R(-0.5), F(product_error)(f, f, square), share));
    low = F(fma)(k, F(LN2_LOW), low);
    return (F(pair)){sum.high, line.low + sum.low + low};
}

INLINE real F(log_pair)(real u, real u_low, real k) {
    F(pair) y = F(log_parts)(u, u_low, k);
    return y.high + y.low;
}

/* range: any
 * max ULP, with fma / without: float 0.66 / 0.67, double 0.71 / 0.72
 * special: -inf at -1, NaN below, inf at inf, x for small x; NaN stays
 * identity: log(u + u_low) with 1 + x = u + u_low exactly; log(1 + x) would lose the bits of u_low */
INLINE real F(log1p)(real x) {
    real a = F(at_least)(x + NUDGE, R(-1));
    real u = R(1) + a;
    real u_low = a < R(1) ? a - (u - R(1)) : R(1) - (u - a);
    real y = F(log_pair)(u, u_low, R(0));
    y = x > R(-1) ? y : (x == R(-1) ? -INFINITE : INFINITE - INFINITE);
    y = FABS(x) > SMALL ? y : x;
    return x < INFINITE ? y : x;
}

/* A number over 2^k, k in the exponent's field. */
typedef struct {
    real high;
    natural exponent;
} F(lowered);

#define SOFTPLUS_CENTRE R(0.9)

/* log(1 + exp(x + x_low)), given the expansion of exp(-|x + x_low|) = e: max(x, 0) + e and what remains, which is small
 * beside it; in the centre the line log(2) + x/2 and what remains. */
INLINE F(lowered) F(softplus_of)(F(expansion) e, real x, real x_low) {
    real rest = (e.high - (e.one - R(1))) + e.low, p = e.one + rest, power = F(power)(e.shifted), decay = p * power;
    real positive = x < R(0) ? R(0) : x, positive_low = x < R(0) ? R(0) : x_low;
    real sum = F(fma)(e.one, power, positive), sum_low = F(fma)(e.one, power, positive - sum);
    real bend = F(fma)(decay, F(log1p_decay)(decay), R(-0.5));
    rest = F(fma)(-decay, rest - (p - e.one), rest); /* what the rounding of p left bends it too */
    real outer = sum + (sum_low + F(fma)(decay * decay, bend, F(fma)(rest, power, positive_low)));
    real near = USUAL ? x : F(with_sign)(F(larger)(FABS(x), TINY), x), square = near * near;
    real line = F(fma)(R(0.5), near, F(LN2)), line_low = F(fma)(R(0.5), near, F(LN2) - line);
    real inner = line + F(fma)(square, F(softplus_centre)(square), line_low + F(fma)(R(0.5), x_low, F(LN2_LOW)));
    real result = FABS(x) < SOFTPLUS_CENTRE ? inner : outer;
    if (USUAL) return (F(lowered)){result, 0};
    int far = x < EXPM1_MIN;
    result = x > -EXPM1_MIN ? x + x_low : result;
    return (F(lowered)){far ? p : result, far ? F(exponent)(e.shifted) : 0};
}

/* range: any
 * max ULP, with fma / without: float 0.90 / 0.93, double 0.90 / 0.96
 * special: inf at inf, 0 at -inf, exp(x) and its subnormals for very negative x; NaN stays
 * identity: max(x, 0) + log(1 + exp(-|x|)): log(1 + exp(x)) overflows, a threshold is 5e5 wrong in double */
INLINE real F(softplus)(real x) {
    real t = USUAL ? FABS(x) : F(smaller)(F(larger)(FABS(x), TINY), -EXP_MIN);
    F(lowered) y = F(softplus_of)(F(expand)(-t, R(0)), x, R(0));
    return F(scale)(y.high, y.exponent);
}

/* range: any
 * max ULP, with fma / without: float 0.76 / 0.76, double 0.77 / 0.77
 * special: inf at +-inf, 0 and subnormals for small x; even; NaN stays
 * identity: |x| + (exp(-2|x|) - log(2)) + the rest of log(1 + exp(-2|x|)); x^2 (1/2 + x^2 P(x^2)) near 0, where those
 *   cancel; cosh(x) alone overflows at 89 */
INLINE real F(logcosh)(real x) {
    F(powers) m = F(lift_powers)(x);
    real rest = m.near_square * F(logcosh_centre)(m.near_square);
    real low = F(fma)(F(product_error)(m.size, m.size, m.square), R(0.5) + rest, m.square * rest);
    real inner = F(scale)(F(fma)(R(0.5), m.square, low), 2 * m.exponent);
    F(expansion) e = F(expand)(R(-2) * F(smaller)(F(larger)(FABS(x), CENTRE), TANH_MAX), R(0));
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted), f = p.high * power;
    F(pair) shift = F(fast_two_sum)(-F(LN2), f), sum = F(fast_two_sum)(FABS(x), shift.high);
    real outer = sum.high + (sum.low + (shift.low - F(LN2_LOW) + F(log1p_rest)(f, p.low * power)));
    real y = FABS(x) < CENTRE ? inner : outer;
    return FABS(x) < F(from_bits)(POWER(MANTISSA + 3)) ? y : FABS(x);
}

#ifndef WIDE
/* For floats that are computed in double, to 40 bits: exp(z) for |z| < 700, and log(n / d) for n = d + excess >= d. */
INLINE real F(short_exp)(real z) {
    real shifted = F(fma)(z, F(LOG2E), SHIFT), r = F(fma)(shifted - SHIFT, -F(LN2), z);
    return F(fma)(r, F(exp_short)(r), R(1)) * F(from_bits)(POWER(0) + F(exponent)(shifted));
}

INLINE real F(short_log)(real excess, real n, real d) {
    const natural half = (natural)1 << (MANTISSA - 1);
    natural exponent = (F(to_bits)(n) - F(to_bits)(d) + half) & (~(natural)0 << MANTISSA);
    real power = F(from_bits)(POWER(0) + exponent);
    real k = F(from_bits)((exponent >> MANTISSA) | POWER(MANTISSA)) - R((natural)1 << MANTISSA);
    real f = F(fma)(R(1) - power, d, excess) / F(fma)(power, d, n), square = f * f; /* n = 2^k d (1 + f) / (1 - f) */
    return F(fma)(k, F(LN2), f * F(fma)(square, F(atanh_short)(square), R(2)));
}
#endif

/* --- the normal distribution -------------------------------------------------------------------------------------- */

/* exp(z + z_low) * erfcx(t / sqrt 2) / 2 = 2^k * (high + low) for t - t_excess >= 0: with z = -t^2/2 the tail of the
 * normal distribution. Mills' ratio is a polynomial in v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT), over t + MILLS_SHIFT.
 * That ratio falls by up to 0.8 of its value for each unit of t, so what the sum t + MILLS_SHIFT loses counts. */
typedef struct {
    real shifted, high, low;
} F(tail);

INLINE F(tail) F(normal_tail)(real t, real t_excess, real z, real z_low) {
    F(expansion) e = F(expand)(z, z_low);
    F(pair) p = F(significand)(e);
    real d = t + F(MILLS_SHIFT), d_low = (t - (d - F(MILLS_SHIFT))) - t_excess;
    real inverse = R(1) / d;
    real v = F(fma)(-F(MILLS_SPAN), inverse, R(1));
    real slope = F(mills_ratio)(v);
    real s = F(fma)(v, slope, F(MILLS_0)), s_low = F(fma)(v, slope, F(MILLS_0) - s);
#if !VMATH_FMA
    s_low += F(product_error)(v, slope, v * slope);
#endif
    real g = p.high * inverse, y = g * s;
    /* the relative fault of `inverse` counts MILLS_FAULT + v MILLS_FAULT_SLOPE times: as a factor and through v */
    real fault = F(fma)(-inverse, d_low, F(residual)(R(1), inverse, d));
    real low = F(fma)(g, s_low, F(product_error)(g, s, y));
    low = F(fma)(s, F(fma)(p.low, inverse, F(product_error)(p.high, inverse, g)), low);
    return (F(tail)){e.shifted, y, F(fma)(y, F(fma)(v, F(MILLS_FAULT_SLOPE), F(MILLS_FAULT)) * fault, low)};
}

/* exp(-t^2/2) erfcx(t / sqrt 2) / 2 */
INLINE F(tail) F(gauss_tail)(real t) {
    real square = F(larger)(t * t, TINY);
    return F(normal_tail)(t, R(0), R(-0.5) * square, R(-0.5) * F(product_error)(t, t, square));
}

/* -t^2/2, the high part exact on a grid as coarse as that of t: t's first half has an exact square. */
INLINE F(pair) F(minus_half_square)(real t) {
    real first = F(from_bits)(F(to_bits)(t) & ~(natural)0 << HALF_MANTISSA);
    return (F(pair)){R(-0.5) * (first * first), R(-0.5) * (t - first) * (t + first)};
}

#define TAIL_MAX PICK(14.6, 38.7)

/* range: any
 * max ULP, with fma / without: float 1.45 / 1.70, double 1.45 / 1.55
 * special: -0 at -inf and at -0, x/2 for tiny x; down to the last subnormal, -14.36 / -38.5; NaN stays
 * identity: max(x, 0) - |x| times the tail beyond |x|: x/2 (1 + erf) has nothing left at -5.5. The tail is half of one
 *   exponential: log(erfcx(t/sqrt 2)) = t (rate(t) - 1/2) joins -t^2/2 after the reduction, where it is rounded as
 *   finely as what is left of that; far out erfcx is a factor */
INLINE real F(gelu)(real x) {
    real size = USUAL ? FABS(x) : F(smaller)(F(larger)(FABS(x), NUDGE), TAIL_MAX);
    real t = USUAL ? size : F(larger)(size, TINY), outer = F(larger)(t, F(GELU_END));
    int far = !USUAL && t > F(GELU_END);
    F(pair) z = F(minus_half_square)(t);
    real rate = far ? R(0) : F(gelu_rate)(t - F(GELU_CENTRE)), slope = far ? R(0) : R(-0.5);
    real shifted = F(fma)(F(fma)(t, rate, F(fma)(slope, t, z.high)), F(LOG2E), SHIFT), k = shifted - SHIFT;
    real low = F(fma)(t, rate, F(fma)(-k, F(LN2_LOW), z.low));
    real rise = F(rise)(F(fma)(slope, t, F(fma)(-k, F(LN2), z.high)) + low);
    size = far ? F(gelu_far)(F(GELU_END) * F(GELU_END) / (outer * outer)) : size;
    real y = R(0.5) * F(fma)(size, rise, size), positive = x < R(0) ? -R(0) : x;
    if (USUAL) return F(fma)(-y, F(power)(shifted), positive);
    y = positive - F(scale)(y, F(exponent)(shifted));
    return FABS(x) <= NUDGE ? F(half)(x) : y;
}

/* The derivative of gelu: with b = t normal_pdf(t) - normal_cdf(-t) and t = |x| it is -b for x < 0, else 1 + b: any x,
 * <= 3 ULP of the larger term. */
INLINE real F(gelu_gradient)(real x) {
    real t = USUAL ? FABS(x) : F(smaller)(F(larger)(FABS(x), TINY), PICK(14.8, 39.2));
    real outer = F(larger)(t, F(GELU_END));
    int far = !USUAL && t > F(GELU_END);
    F(pair) z = F(minus_half_square)(t);
    F(rising) e = F(rising_exp)(z.high, z.low);
    real bend = F(fma)(t, F(gelu_bend)(t - F(GELU_CENTRE)), F(fma)(R(0.5), t, R(-0.5)));
    bend = far ? outer * F(gelu_bend_far)(F(GELU_END) * F(GELU_END) / (outer * outer)) : bend;
    real b = F(fma)(bend, e.rise, bend), limit = x < R(0) ? R(0) : R(1);
    b = x < R(0) ? -b : b;
    if (USUAL) return F(fma)(b, F(power)(e.shifted), limit);
    real y = limit + F(with_sign)(F(scale)(FABS(b), F(exponent)(e.shifted)), b);
    return x == x ? y : x;
}

#define ERF_MAX PICK(3.95, 6)

#ifndef WIDE
/* exp(-t^2) erfcx(t) / 2 */
INLINE F(tail) F(erfc_tail)(real t) {
    real square = F(larger)(t * t, TINY), scaled = t * F(SQRT2);
    real excess = -F(fma)(t, F(SQRT2_LOW), F(product_error)(t, F(SQRT2), scaled));
    return F(normal_tail)(scaled, excess, -square, -F(product_error)(t, t, square));
}

/* Within, erf is a polynomial of the square. */
#define ERF_CENTRE R(0.925)

/* erf(t)/t - 1 for t <= ERF_CENTRE. The term without a rounding error leaves little to the polynomial. */
INLINE real F(erf_excess)(real t) {
    real square = t * t;
    return F(fma)(square, F(erf_centre)(square), F(fma)(R(-0.25), square, F(ERF_EXCESS)));
}
#endif

/* range: any
 * max ULP, with fma / without: float 0.51 / 0.51, double 0.84 / 0.92
 * special: +-1 at +-inf, 2/sqrt(pi) x for tiny x; odd; monotone; NaN stays
 * identity: float in double, 1 - (1 - t P(t))^8 by its factors; in double x + x P(x^2) in the centre, 1 - erfc(x)
 *   outside, with erfc to its own relative accuracy */
INLINE real F(erf)(real x) {
    int small = FABS(x) < MIN_NORMAL;
#ifdef WIDE
    const natural base = POWER(1 - BIAS) + LIFT; /* subnormal numbers are lifted: converting them is slow */
    real lifted = F(from_bits)(F(to_bits)(FABS(x)) | base) - F(from_bits)(base);
    double t = (double)(small ? lifted : F(smaller)(FABS(x), ERF_MAX));
    double share = t * erf_short_f64(t), root = 1 - share, square = root * root;
    double first = fma_f64(share, root, share), second = fma_f64(first, square, first);
    natural subnormal =
        F(mask_below)(FABS(x), R(0.886227) * MIN_NORMAL) & base; /* its grid is that of sums with base */
    real y = (real)(fma_f64(second, square * square, second) + (double)F(from_bits)(subnormal));
    natural lift = subnormal | (F(mask_below)(FABS(x), MIN_NORMAL) & LIFT);
    y = F(with_sign)(F(from_bits)(F(to_bits)(y) - lift), x);
    return x == x ? y : x;
#else
    real magnitude = FABS(x) + (small ? R(1) : R(0)); /* whose product with the excess is normal */
    real t = F(smaller)(F(larger)(FABS(x), ROOT_TINY), ERF_MAX);
    real inner = F(fma)(magnitude, F(erf_excess)(t), magnitude);
    F(tail) g = F(erfc_tail)(t);
    real outer = F(fma)(R(-2) * (g.high + g.low), F(power)(g.shifted), R(1));
    real y = F(with_sign)(FABS(x) >= ERF_CENTRE ? outer : inner, x);
    natural excess = F(to_bits)(F(subnormal_product)(F(ERF_EXCESS), FABS(x)));
    return small ? F(from_bits)(F(to_bits)(x) + excess) : y; /* added as integers */
#endif
}

/* --- circular and inverse functions ------------------------------------------------------------------------------- */

/* Largest angle that `reduce` accepts: k * PIO2 must be exact part by part. */
#define ANGLE_MAX PICK(400, 1.6e6)

INLINE int F(is_far)(real angle) { return FABS(angle) > ANGLE_MAX; }

/* t = k pi/2 + high + low, |high| <= pi/4, 0 <= t <= ANGLE_MAX; `shifted` holds k in its low bits. pi/2 comes in four
 * parts, k times each of the first three exact: near multiples of pi/2 nothing else is left. */
INLINE F(expansion) F(reduce)(real t) {
    real shifted = F(fma)(t, F(TWO_OVER_PI), SHIFT);
    real k = shifted - SHIFT;
    real a = F(fma)(-k, F(PIO2_1), t);
    real b = F(fma)(-k, F(PIO2_2), a), b_low = F(fma)(-k, F(PIO2_2), a - b);
    real c = F(fma)(-k, F(PIO2_3), b), c_low = F(fma)(-k, F(PIO2_3), b - c);
    F(pair) r = F(fast_two_sum)(c, F(fma)(-k, F(PIO2_4), b_low + c_low));
    return (F(expansion)){shifted, r.high, R(0), r.low};
}

/* The same of any |a x|. */
INLINE F(expansion) F(reduce_far)(double a, real x) {
    far_angle r = reduce_product(a, (double)x);
    real high = (real)r.high;
    return (F(expansion)){SHIFT + (real)r.quarter, high, R(0), (real)((r.high - (double)high) + r.low)};
}

/* What sin and cos are made of, for |x|. A loop that may meet far angles cannot be vectorised: a kernel looks first
 * whether there are any in its block, and passes `far` as a constant. An angle that is not far gives the same bits
 * either way. */
INLINE F(expansion) F(angle)(real x, int far) {
    return far && F(is_far)(x) ? F(reduce_far)(1, x) : F(reduce)(F(larger)(FABS(x), TINY));
}

/* So few that their third power is exact. */
INLINE real F(first_bits)(real x) { return F(from_bits)(F(to_bits)(x) & ~(natural)0 << (MANTISSA - MANTISSA / 4 - 1)); }

/* sin(r) for even k + quarter, cos(r) for odd; negative where k + quarter is 2 or 3 modulo 4. The low part may be a
 * fiftieth of the high one; together they are right to a twentieth of an ulp. The powers of r's first bits are exact:
 * so most of r^3/6 and r^2/2 is. */
INLINE F(pair) F(circular)(F(expansion) r, natural quarter) {
    natural k = F(to_bits)(r.shifted) + quarter, sign = (k & 2) << (8 * sizeof(real) - 2);
    real first = F(first_bits)(r.high), rest = r.high - first;
    real square = first * first, u = r.high * r.high, sum = r.high + first, square_rest = rest * sum;
    F(pair) one = F(fast_two_sum)(R(1), R(-0.5) * square), line = F(fast_two_sum)(r.high, first * square * R(-0.15625));
    real cube_rest = rest * F(fma)(first, sum, u), fourth = F(fma)(square_rest, u + square, square * square);
    real sine_low = F(fma)(r.low, one.high, F(fma)(R(-0.15625), cube_rest, line.low));
    real cosine_low = F(fma)(-r.low, line.high, F(fma)(R(-0.5), square_rest, one.low));
    sine_low = F(fma)(r.high * u, F(sin_tail)(u), sine_low);
    cosine_low = F(fma)(fourth, F(cos_tail)(u), cosine_low);
    int odd = F(from_bits)(POWER(0) | k << (8 * sizeof(real) - 1)) < R(0);
    real high = odd ? one.high : line.high, low = odd ? cosine_low : sine_low;
    return (F(pair)){F(from_bits)(F(to_bits)(high) ^ sign), F(from_bits)(F(to_bits)(low) ^ sign)};
}

/* range: any; angles that are far only with `far`
 * max ULP, with fma / without: float 0.55 / 0.55, double 0.54 / 0.55
 * special: x for small x; NaN at +-inf; odd; NaN stays
 * identity: sin and cos of what a multiple of pi/2 leaves of |x|, as a pair */
INLINE real F(sin)(real x, int far) {
    F(pair) y = F(circular)(F(angle)(x, far), 0);
    real sine = F(from_bits)(F(to_bits)(y.high + y.low) ^ (F(to_bits)(x) & F(to_bits)(-R(0))));
    return FABS(x) <= ROOT_TINY ? x : sine;
}

/* range: any; angles that are far only with `far`
 * max ULP, with fma / without: float 0.55 / 0.55, double 0.54 / 0.55
 * special: 1 at 0; NaN at +-inf; even; NaN stays
 * identity: as sin, a quarter further */
INLINE real F(cos)(real x, int far) {
    F(pair) y = F(circular)(F(angle)(x, far), 1);
    return y.high + y.low;
}

/* range: any
 * max ULP, with fma / without: float 0.51 / 0.51, double 0.67 / 0.69
 * special: +-pi/2 at +-inf, x for small x; odd; NaN stays
 * identity: pi/2 - atan(1/x) beyond 1; float in double, double with the rounding errors of pi/2, of 1/x, of q - q^3/4
 * and of the difference */
INLINE real F(atan)(real x) {
    real t = F(smaller)(F(larger)(FABS(x), ROOT_TINY), F(from_bits)(POWER(MANTISSA + 7)));
#ifdef WIDE
    real n = t > R(1) ? R(-1) : t, d = F(larger)(t, R(1)), inverse = R(1) / d;
#if VMATH_FMA
    real near = n * inverse;
    double q = (double)near + (double)(F(residual)(n, near, d) * inverse), u = q * q;
#else
    double near = (double)n * (double)inverse, q = near + near * (1 - (double)inverse * (double)d), u = q * q;
#endif
    real y = (real)((t > R(1) ? PIO2_f64 : 0) + fma_f64(q, u * atan_short_f64(u), q));
#else
    real q = F(smaller)(t, R(1)) / F(larger)(t, R(1)); /* t or 1/t */
    real first = F(first_bits)(q), rest = q - first, square = first * first, u = q * q;
    F(pair) line = F(fast_two_sum)(q, R(-0.25) * (first * square));
    real low = F(fma)(R(-0.25) * rest, F(fma)(first, q + first, u), line.low);
    low = F(fma)(q * u, F(atan_tail)(u - R(0.6015625)), low);
    real slope = F(fma)(u, F(fma)(R(0.36), u, R(-0.86)), R(1)); /* 1/(1 + u), near enough for what q lost */
    F(pair) high = F(fast_two_sum)(F(PIO2), -line.high);
    real outer = high.high + (high.low + ((F(PIO2_LOW) - low) - F(residual)(R(1), q, t) * q * slope));
    real y = t > R(1) ? outer : line.high + low;
#endif
    return FABS(x) > ROOT_TINY ? F(with_sign)(y, x) : x;
}

#define GUDERMANNIAN_MAX PICK(19.5, 39) /* there it is pi/2 rounded */

/* range: any
 * max ULP, with fma / without: float 0.78 / 0.82, double 0.84 / 0.85
 * special: +-pi/2 at +-inf, x for small x; odd; NaN stays
 * identity: pi/2 - 2 atan(exp(-|x|)), with the rounding errors of pi/2, exp and the difference: the small term decides
 *   where it rises; odd polynomial near 0 */
INLINE real F(gudermannian)(real x) {
    real t = F(smaller)(F(larger)(FABS(x), ROOT_TINY), GUDERMANNIAN_MAX), square = t * t;
    real inner = F(fma)(t, square * F(gudermannian_centre)(square), t);
    F(expansion) e = F(expand)(-t, R(0));
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted), q = p.high * power, u = q * q;
    real slope = F(fma)(R(-0.8), u, R(1)); /* 1/(1 + u), near enough for what q lost */
    real low = F(fma)(q, u * F(atan_narrow)(u), p.low * power * slope);
    F(pair) high = F(fast_two_sum)(F(PIO2), R(-2) * q);
    real outer = high.high + (high.low + F(fma)(R(-2), low, F(PIO2_LOW)));
    return FABS(x) >= ROOT_TINY ? F(with_sign)(t < CENTRE ? inner : outer, x) : x;
}

/* range: any
 * max ULP, with fma / without: float 0.60 / 0.61, double 0.62 / 0.64
 * special: +-inf at +-inf, x for small x; odd; NaN stays
 * identity: log(t + sqrt(t^2 + 1)), t = |x|, the sum as a pair: in x it cancels for x < 0; odd polynomial near 0;
 *   log(2t) far out */
INLINE real F(asinh)(real x) {
    real t = F(larger)(FABS(x), ROOT_TINY);
    real limited = F(smaller)(t, F(from_bits)(POWER(MANTISSA + 2))), square = limited * limited;
    real centre = F(fma)(t, square * F(asinh_centre)(square), t);
    F(pair) w = F(fast_two_sum)(square > R(1) ? square : R(1), square > R(1) ? R(1) : square);
    real root = SQRT(w.high);
    real rest = F(residual)(w.high, root, root) + (w.low + F(product_error)(limited, limited, square));
    real root_low = rest * (R(0.5) / root);
    F(pair) sum = F(fast_two_sum)(root, limited);
    int huge = t > F(from_bits)(POWER(MANTISSA + 2));
    real y = F(log_pair)(huge ? t : sum.high, huge ? R(0) : sum.low + root_low, huge ? R(1) : R(0));
    y = t < R(0.5) ? centre : y;
    y = t < INFINITE ? y : t;
    return FABS(x) <= ROOT_TINY ? x : F(with_sign)(y, x);
}

#undef R
#undef PICK
#undef COMPARABLE
#undef POWER
#undef SHIFT
#undef POWER_SHIFT
#undef COARSE
#undef MIN_NORMAL
#undef LIFT
#undef INFINITE
#undef TINY
#undef SMALL
#undef ROOT_TINY
#undef NUDGE
#undef EXP_MIN
#undef GROWTH_MIN
#undef EXP_MAX
#undef EXP_TINY
#undef EXPM1_MIN
#undef TANH_CENTRE
#undef TANH_LINE
#undef TANH_MAX
#undef ANGLE_MAX
#undef POWERS_LIFT
#undef POWERS_FLOOR
#undef CENTRE
#undef SOFTPLUS_CENTRE
#undef GUDERMANNIAN_MAX
#undef TAIL_MAX
#undef ERF_MAX
#undef ERF_CENTRE
#undef real
#undef integer
#undef natural
#undef F
#undef FABS
#undef SQRT
#undef MANTISSA
#undef BIAS
#undef HALF_MANTISSA
