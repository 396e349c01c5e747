/* The blocks of blocks.h for one type: `real`, and `F(name)` the name with the type's suffix. */

/* NaN where x is NaN, else the value: for results that are chosen by comparisons, which NaN fails. */
INLINE real F(keep_nan)(real value, real x) {
    if (USUAL) return value;
    return x == x ? value : x;
}

/* x, no larger than `most` on either side. */
INLINE real F(held)(real x, real most) { return F(at_least)(F(at_most)(x, most), -most); }

/* Held to a size that a decay still takes to 0 at its far end: for what would be infinite there. */
INLINE real F(bounded)(real x) {
    if (USUAL) return x;
    return F(held)(x, BOUND);
}

/* The exact error of the rounded sum a + b, whichever is larger. */
INLINE real F(sum_error)(real a, real b) {
    real sum = a + b, b_in_sum = sum - a;
    return (a - (sum - b_in_sum)) + (b - b_in_sum);
}

/* Whether parameters are numbers of this type, with no bits to lose. */
#define IS_DOUBLE (sizeof(real) == sizeof(double))

/* The bits of a parameter that its rounding to `real` loses. */
INLINE real F(rest)(double a) { return (real)(a - (double)(real)a); }

/* What the rounded product (real)a * x lacks of a * x. */
INLINE real F(product_rest)(double a, real x) {
    real high = (real)a;
    return F(fma)(F(rest)(a), x, F(product_error)(high, x, high * x));
}

/* Where a product is far from the ends of the range, its rest can be had; elsewhere it must not be touched. */
INLINE int F(has_rest)(real product) {
    if (USUAL) return 1;
    return (FABS(product) > SMALLEST) & (FABS(product) < LARGEST);
}

/* A parameter's first bits, cut off rather than rounded: what is left has its sign, and so have products with 0. */
INLINE real F(first)(double a) {
    return (real)from_bits_f64(to_bits_f64(a) & ~(uint64_t)0 << (sizeof(real) == 4 ? 29 : 0));
}

/* x, times a power of two where it `moves`. Masks leave other products unmade; without masks they are by one, since by
 * the power they might be subnormal. */
INLINE real F(moved)(real x, int moves, real power) {
#if defined(__AVX512F__)
    return moves ? x * power : x;
#else
    return x * (moves ? power : 1);
#endif
}

/* a * x: any x, <= 0.51 ULP with all bits of a; rounded once more where it is subnormal. -0 stays. What a tiny product
 * lacks would be subnormal: it is lifted and lowered again. */
INLINE real F(scaled)(double a, real x) {
    if (IS_DOUBLE) return (real)a * x;
    real high = F(first)(a), low = F(with_sign)(FABS((real)(a - (double)high)), high);
#if VMATH_FMA
    if (USUAL) return F(fma)(high, x, low * x);
#endif
    real edge = SMALLEST / FABS(high), bound = edge < LARGEST / LIFT ? edge : LARGEST / LIFT;
    int tiny = !USUAL && FABS(x) < bound;
    real lifted = F(moved)(x, tiny, LIFT), rest = FABS(x) < INFINITE ? low * lifted : 0;
    real exact = F(moved)(F(fused)(high, lifted, rest), tiny, 1 / LIFT);
#if VMATH_FMA
    return exact;
#else
    return FABS(high * x) < INFINITE ? exact : high * x;
#endif
}

/* a tanh(x): any x, <= 1.4 ULP with all bits of a. */
INLINE real F(scaled_tanh)(double a, real x) {
    F(pair) t = F(tanh_pair)(x);
    real high = (real)a, product = high * t.high;
    real low = F(fma)(high, t.low, F(fma)(F(rest)(a), t.high, F(product_error)(high, t.high, product)));
    real y = F(with_sign)(product + low, x);
    return (t.high == FABS(x)) & (t.low == 0) ? F(scaled)(a, x) : F(keep_nan)(y, x);
}

/* a * x + b + b_low with all bits of a: any x, <= 0.51 ULP, also where the sum cancels. */
INLINE real F(sum_of_product)(double a, real x, real b, real b_low) {
    real product = (real)a * x, sum = product + b;
    real exact = sum + (F(sum_error)(product, b) + (F(product_rest)(a, x) + b_low));
    if (USUAL) return product == 0 ? sum : exact;
    return F(has_rest)(product) ? exact : sum;
}

/* a * x + b with all bits of a and b, for a line that is held between two values: any x, < 1 ULP of the line or of the
 * parameters' low parts; without fma as above. */
INLINE real F(linear)(double a, real x, double b) {
#if VMATH_FMA
    if (IS_DOUBLE) return F(fma)((real)a, x, (real)b);
    return F(fma)((real)a, x, (real)b) + F(fma)(F(rest)(a), F(has_rest)(x) ? x : 0, F(rest)(b));
#else
    return F(sum_of_product)(a, x, (real)b, F(rest)(b));
#endif
}

/* The line t + a (x - t) through (t, t). */
INLINE real F(line_through)(double t, double a, real x) {
    pair_f64 b = difference(t, a, t);
    return F(sum_of_product)(a, x, (real)b.high, F(rest)(b.high) + (real)b.low);
}

/* Whether a line a x + b, of value y, has not risen above 0. Parameters end at 53 bits, in two floats at 48: what they
 * lost is no reason to miss a root, such as -3 of x / 6 + 0.5. */
INLINE int F(at_root)(real y, double b) { return y <= FABS((real)b) * PARAMETER_LOST; }

/* x + b with all bits of b: <= 0.51 ULP, also where the sum cancels. -0 stays where b is 0. */
INLINE real F(plus)(real x, double b) {
    real high = (real)b, sum = x + high, exact = sum + (F(sum_error)(x, high) + F(rest)(b));
    return FABS(sum) < LARGEST && b != 0 ? exact : sum;
}

/* x > b with all bits of b: x is no less than the next number after b, which loops find once. */
INLINE real F(next_after)(double b) {
    real high = (real)b;
    natural bits = F(to_bits)(high + 0); /* without a sign where it is 0 */
    real next = F(from_bits)(high < 0 ? bits - 1 : bits + 1);
    return (double)high > b ? high : next;
}
INLINE int F(above)(real x, double b) { return x >= F(next_after)(b); }

/* Whether low < a x + b < high, by the ends of x, which loops find once. */
INLINE int F(between_values)(real x, double a, double b, double low, double high) {
    double first = (low - b) / a, last = (high - b) / a, least = a < 0 ? last : first, most = a < 0 ? first : last;
    return (x >= F(next_after)(least)) & (x <= -F(next_after)(-most));
}

/* x (x/6 + 1/2) between -3 and 3, -0 below, x above: rounded essentially once. The second factor is 0 and 1 at the
 * ends; what its rounding lost comes in last, but not where it is nothing and would be subnormal. */
INLINE real F(hard_gate)(real x) {
    real left = F(at_least)(x, -3), t = F(at_most)(left, 3), sixth = t * ((real)1 / 6), share = (real)0.5 + sixth;
    real rest = F(residual)(t, -((real)0.5 - share), 6); /* not -0 at -0 */
    real y = F(fused)(left, share, sixth * (FABS(x) < DECAY_TINY ? 0 : rest));
    if (USUAL) return F(fused)(left, share, sixth * rest);
    return x < 3 ? y : x;
}

/* x (x/2 + 1) between -2 and 0 */
INLINE real F(falling_parabola)(real x) {
    real half = (real)0.5 * x;
#if VMATH_FMA
    return F(fma)(half, x, x);
#else
    real share = 1 + half;
    return F(fused)(x, share, x * (half - (share - 1)));
#endif
}

/* scale * x^2 + bias: any x, <= 0.51 ULP with all bits of the parameters. */
INLINE real F(parabola)(double scale, real x, double bias) {
    int large = FABS(x) > LARGE * LARGE; /* there it is lowered and raised again, and the bias is nothing */
    real lowered = large ? 1 / LIFT : 1, raised = large ? LIFT : 1, b = large ? 0 : (real)bias;
    real t = x * lowered, square = t * t, high = (real)scale, b_low = large ? 0 : F(rest)(bias);
    real low = F(has_rest)(square) ? F(product_error)(t, t, square) * high : 0;
    return F(sum_of_product)(scale, square, b, low + b_low) * raised * raised;
}

/* Arithmetic of pairs: 1 + a for |a| <= 1, a^2 and n / d. What is beyond the low part is lost. */
INLINE F(pair) F(one_plus)(F(pair) a) {
    F(pair) sum = F(fast_two_sum)(1, a.high);
    return (F(pair)){sum.high, sum.low + a.low};
}
INLINE F(pair) F(square_of)(F(pair) a) {
    real square = a.high * a.high;
    return (F(pair)){square, F(fma)(2 * a.high, a.low, F(product_error)(a.high, a.high, square))};
}
INLINE F(pair) F(quotient_of)(F(pair) n, F(pair) d) {
    real inverse = 1 / d.high, q = n.high * inverse;
    return (F(pair)){q, (F(residual)(n.high, q, d.high) + F(fma)(-q, d.low, n.low)) * inverse};
}

/* exp(-|z + z_low|) */
INLINE F(expansion) F(expand_decay)(real z, real z_low) {
    real size = FABS(z), size_low = z < 0 ? -z_low : z_low;
    if (USUAL) return F(expand)(-size - DECAY_TINY, -size_low);
    int far = size > DECAY_MAX;
    return F(expand)((far ? -DECAY_MAX : -size) - DECAY_TINY, far ? 0 : -size_low);
}

INLINE real F(sum_of_decay)(F(expansion) e) { return F(significand)(e).high * F(power)(e.shifted); }

/* The size of x as a factor of a product that `gate_of` takes, and what it makes of it: times the exponent's power and
 * with the sign of x. No product meets a subnormal. */
INLINE real F(gate_factor)(real x) {
    if (USUAL) return FABS(x);
    return F(lift)(F(smaller)(FABS(x), FACTOR_MAX));
}
INLINE real F(gate_of)(real product, natural exponent, real x) {
    return F(keep_nan)(F(with_sign)(F(lower)(product, exponent), x), x);
}

INLINE real F(product_of_decay)(real n, F(expansion) e) {
    F(pair) p = F(significand)(e);
    real size = F(product)(F(gate_factor)(n), p.high, p.low);
    return F(with_sign)(F(lower)(size, F(low_exponent)(e.shifted)), n);
}

INLINE F(pair) F(pair_of_decay)(F(expansion) e) {
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted);
    return (F(pair)){p.high * power, p.low * power};
}
INLINE F(pair) F(decay_pair)(real z, real z_low) { return F(pair_of_decay)(F(expand_decay)(z, z_low)); }

/* exp(-|x|), but no less than a number far below half an ulp of 1: to be added to numbers of the order of one.
 * <= 0.6 ULP. */
INLINE real F(decay)(real x) { return F(sum_of_decay)(F(expand_decay)(x, 0)); }
INLINE real F(decay_rest)(real x) { /* what the rounding of decay(x) left */
    F(expansion) e = F(expand_decay)(x, 0);
    return F(significand)(e).low * F(power)(e.shifted);
}

/* (n + n_low) / (d + d_low), where it falls times the significand of the exponential that was expanded. */
INLINE real F(decaying_quotient)(real n, real n_low, real d, real d_low, int falls, F(expansion) e) {
    F(pair) p = F(significand)(e);
    real m = falls ? n * p.high : n;
    real falling_low = F(fma)(n_low, p.high, F(fma)(n, p.low, F(product_error)(n, p.high, m)));
    return F(quotient)(m, falls ? falling_low : n_low, d, d_low);
}

/* The same times its power as well, n bounded: <= 0.6 ULP, rounded once more where the result is subnormal. */
INLINE real F(quotient_of_decay)(real n, real n_low, real d, real d_low, int falls, F(expansion) e) {
    real y = F(decaying_quotient)(n, n_low, d, d_low, falls, e);
    return F(with_sign)(F(scale)(FABS(y), falls ? F(exponent)(e.shifted) : 0), n);
}

/* (n + n_low) / (d + d_low) * exp(min(x, 0)) */
INLINE real F(falling_quotient)(real n, real n_low, real d, real d_low, real x) {
    return F(keep_nan)(F(quotient_of_decay)(n, n_low, d, d_low, x < 0, F(expand_decay)(x, 0)), x);
}

/* a exp(x) for x <= 0: 1.3 ULP of (real)a. */
INLINE real F(times_decay)(double a, real x) {
    real high = (real)a, z = -F(smaller)(F(larger)(FABS(x), DECAY_TINY), DECAY_MAX);
    if (USUAL) z = x;
    F(short_expansion) e = F(expand_short)(z);
    real y = F(fma)(e.r, 1 + e.bend, 1);
    if (USUAL) return F(scale)(y * high, F(exponent)(e.shifted));
    return F(with_sign)(F(scale)(y * FABS(high), F(exponent)(e.shifted)), high);
}

/* exp(-|z|) */
INLINE F(decline) F(fall_of)(real z) {
    if (USUAL) return F(fall)(-FABS(z), 0);
    return F(fall)(-(F(smaller)(FABS(z), DECAY_MAX) + FACTOR_TINY), 0);
}

/* n e / (1 + e)^2 */
INLINE real F(slope_of_fall)(real n, F(decline) e, real z) {
    real square = F(fma)(e.value, 2 + e.value, 1);
    if (USUAL) return n * e.value / square;
    return F(keep_nan)(F(scale)(n * e.one / square, e.exponent), z);
}

/* n logistic'(z): <= 2.5 ULP */
INLINE real F(logistic_slope)(real n, real z) { return F(slope_of_fall)(n, F(fall_of)(z), z); }

/* n / (d + d_low)^2 * exp(min(x, 0)) */
INLINE real F(falling_over_square)(real n, real d, real d_low, real x) {
    F(pair) square = F(square_of)((F(pair)){d, d_low});
    return F(falling_quotient)(n, 0, square.high, square.low, x);
}

/* x as a factor: no larger than what a decay still takes to 0, nor so small that products would be subnormal: what
 * has it needs `linear_at_zero`. */
INLINE real F(factor)(real x) {
    if (USUAL) return x;
    return F(bounded)(x) + FACTOR_TINY;
}

/* x q with q = (n + n_low) / (d + d_low) * exp(min(x, 0)) > 0, for x up to FACTOR_MAX. */
INLINE real F(gate)(real n, real n_low, real d, real d_low, real x) {
    real t = F(gate_factor)(x), product = t * n, low = F(fma)(t, n_low, F(product_error)(t, n, product));
    F(expansion) e = F(expand_decay)(x, 0);
    real y = F(decaying_quotient)(product, low, d, d_low, x < 0, e);
    return F(gate_of)(y, x < 0 ? F(low_exponent)(e.shifted) : 0, x);
}

/* x as the factor of a slope that decays on either side, where its size does not matter in the end. */
INLINE real F(slope_factor)(real x) { return F(at_least)(F(at_most)(x, 44), -DECAY_MAX) + FACTOR_TINY; }

/* The gradient q + x q' = (n d + x (slope_0 + slope)) / d^2 * exp(min(x, 0)): slope_0 is the part that does not decay,
 * short of bits so that x times it is exact. */
INLINE real F(gate_gradient)(real n, real n_low, real d, real d_low, real slope_0, real slope, real x) {
    real t = F(slope_factor)(x), low = F(fma)(n, d_low, n_low * d);
    real sum = F(fma)(t, slope_0, F(fma)(n, d, F(fma)(t, slope, low)));
    return F(falling_over_square)(sum, d, d_low, x);
}

/* x / (1 + exp(-z - z_low)), |x| up to FACTOR_MAX */
INLINE real F(logistic_gate)(real x, real z, real z_low) {
    F(expansion) e = F(expand_decay)(z, z_low);
    F(pair) d = F(one_plus)(F(pair_of_decay)(e));
    real y = F(decaying_quotient)(F(gate_factor)(x), 0, d.high, d.low, z < 0, e);
    return F(gate_of)(y, z < 0 ? F(low_exponent)(e.shifted) : 0, x);
}

/* A parameter that the type holds: a x is as far from 0 as it was. */
INLINE double F(within_range)(double a) {
    if (USUAL) return a;
    return at_least_f64(at_most_f64(a, (double)LARGEST), -(double)LARGEST);
}

/* x, held to where logistic(a x) has come to 1 or 0 */
INLINE real F(held_for_logistic)(double a, real x) {
    if (USUAL) return x;
    real size = FABS((real)a), near = F(smaller)(-GROWTH_MIN / size, FACTOR_MAX);
    real far = F(smaller)(GROWTH_MAX / size, FACTOR_MAX);
    return F(at_least)(F(at_most)(x, a < 0 ? far : near), a < 0 ? -near : -far);
}

/* exp(-a t): the rounding of the product, which exp would magnify, enters as its low part. */
INLINE F(growth) F(grow_scaled)(double a, real t) {
    if (USUAL) return F(grow)((real)-a * t, F(product_rest)(-a, t));
    real lifted = t + F(smaller)(FACTOR_TINY / FABS((real)a), FACTOR_MAX);
    return F(grow)((real)-a * lifted, F(product_rest)(-a, lifted));
}

/* logistic(a x): 1.7 ULP */
INLINE real F(scaled_logistic)(double a, real x) {
    double slope = F(within_range)(a);
    F(growth) e = F(grow_scaled)(slope, F(held_for_logistic)(slope, x));
    return F(keep_nan)(F(scale)(1 / F(one_plus_growth)(e), e.fall), x);
}

/* x logistic(a x): 1.7 ULP; from a x = GATE_END on it is x. */
INLINE real F(scaled_silu)(double a, real x) {
    double slope = F(within_range)(a);
    real t = F(held_for_logistic)(slope, x);
    F(growth) e = F(grow_scaled)(slope, t);
    if (USUAL) return x / F(one_plus_growth)(e);
    real y = F(with_sign)(F(lower)(F(lift_normal)(FABS(t)) / F(one_plus_growth)(e), e.fall), x);
    return (real)slope * x <= GATE_END ? y : x;
}

/* x n / (n + 2) with n = e (e + 2) and e = exp(x) = 2^k (p + p_low), for x up to 40: <= 1.7 ULP. n stands over 2^k,
 * which comes in at the end. */
INLINE real F(mish)(real x) {
    real t = USUAL ? x : F(at_least)(F(at_most)(x, 40), -DECAY_MAX) + FACTOR_TINY;
    F(rising) e = F(rising_exp)(t, 0);
    real p = 1 + e.rise, p_low = e.rise - (p - 1), power = F(power)(e.shifted), all = p * power, twice = 2 * p;
    real n = F(fma)(p, all, twice), n_low = F(fma)(F(fma)(2, all, 2), p_low, F(fma)(p, all, twice - n));
    real d = F(fma)(power, n, 2), d_low = F(fma)(power, n_low, F(fma)(power, n, 2 - d)), inverse = 1 / d;
    real product = F(gate_factor)(x) * n, low = F(gate_factor)(x) * n_low;
    real y = F(corrected_quotient)(product, low, d, d_low, product * inverse, inverse);
    return F(gate_of)(y, F(low_exponent)(e.shifted), x);
}

/* x, for x < 0 exp(x) - 1, over 1 + exp(-x); x bounded. */
INLINE real F(elish)(real x) {
    F(expansion) e = F(expand)(-F(at_most)(F(larger)(FABS(x), FACTOR_TINY), DECAY_MAX), 0);
    F(pair) decay = F(pair_of_decay)(e), plus = F(one_plus)(decay), minus = F(fast_two_sum)(-1, decay.high);
    F(pair) left = F(fast_two_sum)(minus.high, minus.low + decay.low);
    int falls = x < 0;
    real n = falls ? left.high : F(factor)(x), n_low = falls ? left.low : 0;
    real y = F(quotient_of_decay)(n, n_low, plus.high, plus.low, falls, e);
    return F(keep_nan)(F(linear_at_zero)((real)0.5, x, y), x);
}

/* n exp(-x^2), |n| up to FACTOR_MAX: <= 0.7 ULP; the rounding of x^2 enters as its low part. */
INLINE real F(times_gaussian)(real n, real x) {
    real t = F(larger)(FABS(x), DECAY_TINY), square = t * t;
    return F(product_of_decay)(n, F(expand_decay)(square, F(product_error)(t, t, square)));
}

/* s (1 + t (1 - s)) with 1 / s = 1 + e, the gradient of x s(x), as (1 + e rise) / (1 + e)^2 with rise = 1 + t. */
INLINE real F(growth_gate_gradient)(real rise, real rise_low, F(growth) growth, real x) {
    real e = F(value_of_growth)(growth), square = F(sharp_fma)(e, e, F(fma)(2, e, 1));
    real y = F(sharp_fma)(e, rise, F(fma)(e, rise_low, 1)) / square;
    if (USUAL) return y;
    return F(keep_nan)(F(with_sign)(F(scale)(FABS(y), growth.fall), y), x);
}

INLINE real F(scaled_silu_gradient)(double a, real x) {
    double slope = F(within_range)(a);
    real t = F(held_for_logistic)(slope, x);
    return F(growth_gate_gradient)(1 + (real)slope * t, F(product_rest)(slope, t), F(grow_scaled)(slope, t), x);
}

/* For gelu_tanh: z / t where z = sqrt(8/pi) (t + 0.044715 t^3) is twice the argument of its tanh; in two parts, since
 * exp magnifies z. */
INLINE F(pair) F(cubic_slope)(real t) {
    real square = t * t, slope = F(fma)(F(GELU_CUBIC), square, F(GELU_SLOPE)), left = F(GELU_SLOPE) - slope;
    real low = F(fma)(F(GELU_CUBIC_LOW), square, F(GELU_SLOPE_LOW)), rest = F(residual)(left, square, -F(GELU_CUBIC));
    low = F(fma)(F(GELU_CUBIC), F(product_error)(t, t, square), low) + rest;
    if (USUAL) return (F(pair)){slope, low};
    return (F(pair)){slope, low + (F(GELU_SLOPE) - (left + slope))}; /* far out `left` is rounded */
}

/* exp(-z) */
INLINE F(growth) F(grow_cubic)(real t, F(pair) slope) {
    real z = t * slope.high;
    return F(grow)(-z, -F(fma)(t, slope.low, F(product_error)(t, slope.high, z)));
}

/* x, held to where the logistic function of its cubic has come to 1 or 0, and away from subnormal products. */
INLINE real F(cubic_argument)(real x) {
    if (USUAL) return x;
    real t = F(at_least)(F(at_most)(x, CUBIC_END), -CUBIC_MAX);
    return F(with_sign)(F(larger)(FABS(t), DECAY_TINY), x);
}

INLINE real F(cubic_gate)(real x) {
    real t = F(cubic_argument)(x);
    F(growth) e = F(grow_cubic)(t, F(cubic_slope)(t));
    if (USUAL) return x / F(one_plus_growth)(e);
    real factor = F(lift_normal)(F(smaller)(FABS(x), CUBIC_MAX));
    real y = F(with_sign)(F(lower)(factor / F(one_plus_growth)(e), e.fall), x);
    return x <= CUBIC_END ? y : x;
}

/* with t z'(t) = t (z / t + 2 sqrt(8/pi) 0.044715 t^2) */
INLINE real F(cubic_gate_gradient)(real x) {
    real t = F(cubic_argument)(x), square = t * t;
    F(pair) slope = F(cubic_slope)(t);
    real steep = F(fma)(2 * F(GELU_CUBIC), square, slope.high), product = t * steep;
    real low = slope.low + F(residual)(slope.high - steep, square, -2 * F(GELU_CUBIC));
    low = F(fma)(t, low, F(product_error)(t, steep, product));
    return F(growth_gate_gradient)(1 + product, low, F(grow_cubic)(t, slope), x);
}

/* exp(x - exp(x)): <= 1.2 ULP; from exp(8) on nothing is left. */
INLINE real F(gumbel_density)(real x) {
    real t = F(at_most)(x, 8);
    F(pair) e = F(sharp_exp)(t);
    return F(keep_nan)(F(product_of_decay)(1, F(expand_decay)(t - e.high, F(sum_error)(t, -e.high) - e.low)), x);
}

/* a (exp(x) - 1) for x <= 0: <= 0.9 ULP with all bits of a. */
INLINE real F(times_expm1)(double a, real x) { return F(scaled_expm1)((real)a, F(rest)(a), x); }

/* For s = logistic(x): log(1 + s) = 2^k (high + low) and min(s, 1 - s) = 2^k (share + share_low), with k in the field
 * of the exponent, 0 where x >= 0. The former is log(1 + f) = f + f bend with f = s where x < 0, else with
 * f = (s - 1) / 2 that and log(2). */
typedef struct {
    natural exponent;
    real high, low, share, share_low, bend;
} F(log_of_share);

INLINE F(log_of_share) F(log1p_logistic)(real x) {
    F(expansion) e = F(expand_decay)(x, 0);
    F(pair) q = F(quotient_of)(F(significand)(e), F(one_plus)(F(pair_of_decay)(e)));
    int falls = x < 0;
    real power = F(power)(e.shifted), factor = falls ? power : (real)-0.5 * power, f = q.high * factor;
    real bend = f * F(fma)(f, F(log1p_tail)(f), (real)-0.5);
    F(pair) sum = F(fast_two_sum)(F(LN2), f);
    sum.low += F(fma)(f, bend, q.low * factor) + F(LN2_LOW);
    real high = falls ? q.high : sum.high, low = falls ? F(fma)(q.high, bend, q.low) : sum.low;
    real scale = falls ? 1 : power;
    natural exponent = falls ? F(low_exponent)(e.shifted) : 0;
    return (F(log_of_share)){exponent, high, low, q.high * scale, q.low * scale, bend};
}

/* x log(1 + logistic(x)), for x up to DECAY_MAX, and its gradient. */
INLINE real F(logish)(real x) {
    F(log_of_share) log = F(log1p_logistic)(x);
    return F(gate_of)(F(product)(F(gate_factor)(x), log.high, log.low), log.exponent, x);
}
INLINE real F(logish_gradient)(real x) {
    F(log_of_share) log = F(log1p_logistic)(x);
    real e = F(decay)(x), t = F(slope_factor)(x), one = x < 0 ? 1 : 2, rest = x < 0 ? 2 * e : e;
    real ratio = F(quotient)(t, 0, one + rest, F(sum_error)(one, rest));
    /* the terms, which cancel where x < 0, as multiples of the share */
    real sum = x < 0 ? ratio + (1 + log.bend) : ratio;
    real low = F(fma)(sum, log.share_low, x < 0 ? 0 : log.low);
    real y = F(fma)(sum, log.share, low) + (x < 0 ? 0 : log.high);
    return F(keep_nan)(F(with_sign)(F(scale)(FABS(y), log.exponent), y), x);
}

/* For x g(x): g(x) = 2^k p (1 + excess) and g'(x) = 2^k p ((1 where x < 0) + slope), with k in the exponent's field. */
typedef struct {
    natural exponent;
    F(pair) p;
    real excess, slope;
} F(curve);

INLINE real F(times_curve)(F(curve) g, real x) {
    F(pair) y = F(fast_two_sum)(g.p.high, F(fma)(g.p.high, g.excess, g.p.low));
    return F(gate_of)(F(product)(F(gate_factor)(x), y.high, y.low), g.exponent, x);
}

INLINE real F(times_curve_gradient)(F(curve) g, real x) {
    real t = F(slope_factor)(x), sum = (1 + (x < 0 ? t : 0)) + F(fma)(t, g.slope, g.excess);
    real y = F(fma)(sum, g.p.high, sum * g.p.low);
    return F(keep_nan)(F(with_sign)(F(scale)(FABS(y), g.exponent), y), x);
}

/* tanh(w), w = exp(x): by a polynomial where x < 0, else 1 - r with r = 2 / (exp(2 w) + 1); the derivative of tanh(w)
 * is 1 - tanh(w)^2 = r (2 - r). */
INLINE F(curve) F(tanh_of_exp)(real x) {
    F(expansion) e = F(expand)(F(at_least)(F(at_most)(x, (real)3.2), -DECAY_MAX) + DECAY_TINY, 0);
    F(pair) p = F(significand)(e), w = F(pair_of_decay)(e);
    real square = w.high * w.high, excess = square * F(tanh_wide)(square);
    real near = F(fma)(w.high, excess, w.high), decay = F(normal_exp)(F(expand)(-2 * w.high, -2 * w.low));
    real r = 2 * decay * (1 / (1 + decay));
    F(curve) left = {F(low_exponent)(e.shifted), p, excess, -near * near};
    F(curve) right = {0, {1, 0}, -r, w.high * (r * (2 - r))};
    return x < 0 ? left : right;
}

/* erf(log(1 + w)), w = exp(x): by a polynomial in w where x < 0, else 1 less an exponential of a polynomial in x. */
INLINE F(curve) F(erf_of_softplus)(real x) {
    F(expansion) e = F(expand_decay)(x, 0);
    F(pair) p = F(significand)(e), q = F(fast_two_sum)(p.high, (real)-0.125 * p.high); /* 7/8 p */
    q.low = F(fma)((real)0.875, p.low, q.low);
    real v = F(sum_of_decay)(e) - (real)0.75, t = F(smaller)(F(larger)(FABS(x), DECAY_TINY), F(SERF_END));
    real rest = F(SERF_REST) * F(normal_exp)(F(expand)(-t * F(serf_log)(t), 0));
    F(curve) left = {F(low_exponent)(e.shifted), q, F(serf_excess)(v), F(serf_bend)(v)};
    F(curve) right = {0, {1, 0}, -rest, rest * F(serf_rate)(t)};
    return x < 0 ? left : right;
}

/* x tanh(exp(x)) and x erf(log(1 + exp(x))), for x up to DECAY_MAX, and their gradients. */
INLINE real F(tanhexp)(real x) { return F(times_curve)(F(tanh_of_exp)(x), x); }
INLINE real F(tanhexp_gradient)(real x) { return F(times_curve_gradient)(F(tanh_of_exp)(x), x); }
INLINE real F(serf)(real x) { return F(times_curve)(F(erf_of_softplus)(x), x); }
INLINE real F(serf_gradient)(real x) { return F(times_curve_gradient)(F(erf_of_softplus)(x), x); }

/* log(1 + exp(a x)) / a for a > 0: <= 1 ULP where a is a power of two, else 1.5. */
INLINE real F(scaled_softplus)(double a, real x) {
    real high = (real)a, inverse = 1 / high, product = high * x;
    real rest = F(has_rest)(product) ? F(product_rest)(a, x) : 0;
    F(lowered) n = F(softplus_of)(F(expand_decay)(product, rest), product, rest);
    real q = n.high * inverse, y = F(fma)(F(fma)(-q, F(rest)(a), F(residual)(n.high, q, high)), inverse, q);
    if (USUAL) return y;
    return product > LARGEST ? x : F(scale)(y, n.exponent);
}

/* normal_cdf(x), x normal_pdf(x) and their sum, each over 2^k, which is 1 for x >= 0; `power` is no less than a number
 * far below half an ulp of 1. */
typedef struct {
    natural exponent;
    F(pair) cdf;
    real rise, slope, power;
} F(normal);

/* The sum, with b = t normal_pdf(t) - normal_cdf(-t) and t = |x|, is -b for x < 0, else 1 + b. */
INLINE F(normal) F(normal_parts)(real x) {
    real t = F(at_most)(FABS(x) + DECAY_TINY, NORMAL_MAX), square = t * t;
    real z = (real)-0.5 * square, z_low = (real)-0.5 * F(product_error)(t, t, square);
    F(expansion) e = F(expand)(z, z_low);
    F(tail) tail = F(gauss_tail)(t);
    F(pair) p = F(significand)(e);
    /* the two terms cancel at the gradient's root, so both keep their low parts */
    real scale = t * F(INV_SQRT_2PI), term = scale * p.high;
    real scale_low = F(fma)(t, F(INV_SQRT_2PI_LOW), F(product_error)(t, F(INV_SQRT_2PI), scale));
    real term_low = F(fma)(scale, p.low, F(fma)(scale_low, p.high, F(product_error)(scale, p.high, term)));
    real b = (term - tail.high) + (term_low - tail.low), rise = term + term_low, power = F(power)(e.shifted);
    F(pair) left = {tail.high, tail.low}, right = F(one_plus)((F(pair)){-tail.high * power, -tail.low * power});
    return x < 0 ? (F(normal)){F(exponent)(e.shifted), left, -rise, -b, power}
                 : (F(normal)){0, right, rise * power, F(fma)(b, power, 1), 1};
}

/* |tanh(g)| for g = x normal_cdf(x): g (1 + excess), g over 2^k; where g is `far` 1 - r with r = 2 / (exp(2 g) + 1). */
typedef struct {
    F(normal) n;
    F(pair) g;
    real size, value, excess, r;
    int far;
} F(tanh_gelu);

INLINE F(tanh_gelu) F(tanh_of_gelu)(real x) {
    F(normal) n = F(normal_parts)(x);
    real size = F(smaller)(F(larger)(FABS(x), SQUARE_TINY), 40), high = size * n.cdf.high;
    F(pair) g = {high, F(fma)(size, n.cdf.low, F(product_error)(size, n.cdf.high, high))};
    real value = F(larger)(high * n.power, (real)1e-9), square = value * value, excess = square * F(tanh_wide)(square);
    real decay = F(normal_exp)(F(expand)(-2 * F(smaller)(value, 30), -2 * g.low));
    return (F(tanh_gelu)){n, g, size, value, excess, 2 * decay * (1 / (1 + decay)), value > (real)0.8};
}

/* x tanh(x normal_cdf(x)), for x up to 40, and its gradient tanh(g) + x (1 - tanh(g)^2) g'. */
INLINE real F(phish)(real x) {
    F(tanh_gelu) h = F(tanh_of_gelu)(x);
    real low = h.far ? -h.r : F(fma)(h.g.high, h.excess, h.g.low);
    return F(gate_of)(F(product)(F(lift)(h.size), h.far ? 1 : h.g.high, low), h.n.exponent, FABS(x));
}
INLINE real F(phish_gradient)(real x) {
    F(tanh_gelu) h = F(tanh_of_gelu)(x);
    real tanh = F(fma)(h.value, h.excess, h.value), bend = h.far ? h.r * (2 - h.r) : F(fma)(-tanh, tanh, 1);
    /* where g is not far, over x, as 2 cdf + (excess + bend - 1) cdf + bend rise */
    real low = F(fma)(h.excess + (bend - 1), h.n.cdf.high, (1 + bend) * h.n.cdf.low);
    real near = 2 * h.n.cdf.high + F(fma)(bend, h.n.rise, low), far = F(fma)(h.size * bend, h.n.slope, -h.r) + 1;
    real y = h.far ? far : near, factor = F(lift)(F(smaller)(h.far ? 1 : FABS(x), 40));
    return F(keep_nan)(F(gate_of)(factor * FABS(y), h.n.exponent, x < 0 ? -y : y), x);
}

/* x / (1 + |x|): any x, <= 0.51 ULP, <= 1 ULP in the octave next to 1, where the error of 1 + |x| is not exact. */
INLINE real F(over_one_plus_size)(real x) {
    real u = F(smaller)(FABS(x), BESIDE_ONE);
    if (USUAL) u = FABS(x);
    real d = 1 + u, d_low = u - (d - 1), inverse = 1 / d, q = u * inverse;
    real y = F(fma)(F(fma)(-q, d_low, F(residual)(u, q, d)), inverse, q);
    return F(keep_nan)(F(with_sign)(y, x), x);
}

/* 1 / (2 + 2 |a x|), also where a x leaves the range: <= 0.51 ULP with all bits of a. */
INLINE real F(half_over_one_plus)(double a, real x) {
    real u = FABS(F(scaled)(a, x)), d = 1 + u, d_low = F(sum_error)(1, u), inverse = 1 / d;
    if (USUAL) d_low = u - (d - 1);
    real y = F(corrected_quotient)((real)0.5, 0, d, d_low, (real)0.5 * inverse, inverse);
    if (USUAL) return y;
    return u < LARGE ? y : (real)0.5 / FABS((real)a) / FABS(x);
}

INLINE real F(fabs)(real x) { return FABS(x); }

/* The largest integer <= x, without an instruction that the baseline lacks. */
INLINE real F(floor)(real x) {
    real rounded = F(with_sign)((FABS(x) + INTEGERS) - INTEGERS, x);
    real below = rounded > x ? rounded - 1 : rounded;
    return FABS(x) < INTEGERS ? below : x;
}

/* sqrt(x^2 + b) for b > 0: any x, <= 1 ULP; as a pair essentially exact, for |x| up to ROOT_FAR. */
INLINE real F(root_of_sum)(real x, real b) {
    real size = FABS(x);
    return size > ROOT_FAR ? size : SQRT(F(fma)(x, x, b));
}

INLINE F(pair) F(root_pair)(real a, real x, real b, real b_low) { /* sqrt(a x^2 + b), a and b > 0 */
    real scaled = a * x, square = scaled * x, sum = square + b;
    real low = F(fma)(x, F(product_error)(a, x, scaled), F(product_error)(scaled, x, square)) +
               F(sum_error)(square, b) + b_low;
    real root = SQRT(sum);
    return (F(pair)){root, (F(residual)(sum, root, root) + low) * ((real)0.5 / root)};
}

/* x / sqrt(1 + a x^2) for a > 0: any x, <= 0.6 ULP. Far out the 1 is nothing, and x^2 would overflow. */
INLINE real F(over_root)(double a, real x) {
    real near = F(held)(x, ROOT_FAR);
    F(pair) root = F(root_pair)((real)a, near, 1, 0);
    return F(keep_nan)(F(quotient)(near, 0, root.high, root.low), x);
}

/* Its gradient, (1 + a x^2)^(-3/2); far out by parts, since the power would overflow. <= 4 ULP. */
INLINE real F(over_root_gradient)(double a, real x) {
    real high = (real)a, t = 1 / x, far = FABS(t) * t * t / (high * SQRT(high));
    F(pair) root = F(root_pair)(high, F(held)(x, CUBE_FAR), 1, 0), sum = F(square_of)(root);
    real near = F(quotient)(F(quotient)(1, 0, root.high, root.low), 0, sum.high, sum.low);
    return F(keep_nan)(FABS(x) < CUBE_FAR ? near : FABS(far), x);
}

/* x + (sqrt(x^2 + 1) - 1) / 2: any x, <= 0.7 ULP. Near 0 by x^2 / (sqrt(x^2 + 1) + 1), which does not cancel. */
INLINE real F(bent)(real x) {
    F(pair) root = F(root_pair)(1, F(held)(x, ROOT_FAR), 1, 0);
    real square = x * x;
    real near = x + (real)0.5 * F(quotient)(square, F(product_error)(x, x, square), root.high + 1, root.low);
    real half = (real)0.5 * root.high, sum = x + half;
    real far = sum + (F(sum_error)(x, half) + (real)0.5 * (root.low - 1));
    real y = FABS(x) > 1 ? far : near;
    real beyond = x > 0 ? (real)1.5 * x : (real)0.5 * x;
    return FABS(x) < NUDGE_BELOW ? x : (FABS(x) < ROOT_FAR ? y : beyond);
}

/* (x + sqrt(x^2 + b)) / 2 for b > 0: any x, <= 0.6 ULP. The sum cancels for x < 0: there b / 2 over the difference. */
INLINE real F(scaled_squareplus)(double b, real x) {
    real high = (real)b, half = (real)0.5 * FABS(x);
    F(pair) root = F(root_pair)(1, F(smaller)(FABS(x), ROOT_FAR), high, F(rest)(b));
    real half_root = (real)0.5 * root.high, sum = half + half_root;
    real low = F(sum_error)(half, half_root) + (real)0.5 * root.low;
    real near = x < 0 ? F(quotient)((real)0.25 * high, (real)0.25 * F(rest)(b), sum, low) : sum + low;
    real far = x < 0 ? (real)0.25 * high / FABS(x) : x;
    return F(keep_nan)(FABS(x) < ROOT_FAR ? near : far, x);
}

/* exp(z + z_low) for any z, and a significand y >= 0 times its power: overflow is made by a product, which the numbers
 * that are far from it, and may be subnormal, do not meet. */
INLINE F(expansion) F(expand_any)(real z, real z_low) {
    real near = F(held)(z, EXP_FAR);
    return F(expand)(near, near == z ? z_low : 0);
}
INLINE real F(raised)(real y, F(expansion) e, real z) {
    real normal = F(scale)(y, F(exponent)(e.shifted - (z > 50 ? LIFT_EXPONENT : 0)));
    return z > 50 ? F(larger)(normal, NORMAL_MIN) * LIFT : normal;
}

INLINE real F(exp_of)(real z, real z_low) {
    F(expansion) e = F(expand_any)(z, z_low);
    return F(raised)(F(significand)(e).high, e, z);
}

/* (n + n_low) / (d + d_low) * exp(z + z_low) / 2^lift, the quotient of the order of 2^lift or less: <= 0.6 ULP. */
INLINE real F(quotient_times_exp)(real n, real n_low, real d, real d_low, real z, real z_low, real lift) {
    F(expansion) e = F(expand_any)(z, z_low);
    real y = F(decaying_quotient)(n, n_low, d, d_low, 1, e);
    e.shifted -= lift;
    return n == 0 ? n : F(with_sign)(F(raised)(FABS(y), e, z), n);
}

/* expm1(a x) / a + a for a > 0: <= 1 ULP, where it overflows 3. */
INLINE real F(soft_exponential_rise)(double a, real x) {
    double square = 0.5 * a * a, square_low = product_error_f64(0.5 * a, a, square);
    real t = FABS(x) < NUDGE_BELOW * NUDGE_BELOW ? 0 : x, z = (real)a * t;
    real z_low = F(has_rest)(z) ? F(product_rest)(a, t) : 0;
    F(pair) half = F(half_expm1)(z, z_low);
    real sum = half.high + (real)square, low = F(sum_error)(half.high, (real)square) + half.low;
    F(pair) n = F(fast_two_sum)(sum, low + (F(rest)(square) + (real)square_low));
    real root = F(exp_of)((real)0.5 * z, (real)0.5 * z_low), far = root * (root / (real)a);
    return F(keep_nan)(z > EXP_SAFE ? far : F(quotient)(n.high, n.low, (real)(0.5 * a), F(rest)(0.5 * a)), x);
}

/* 1 + b (x - b), essentially exact */
INLINE F(pair) F(soft_exponential_line)(double b, real x) {
    pair_f64 c = difference(1, b, b);
    real product = (real)b * x, sum = product + (real)c.high;
    real rest = F(has_rest)(product) ? F(product_rest)(b, x) : 0;
    real low = F(sum_error)(product, (real)c.high) + (rest + (F(rest)(c.high) + (real)c.low));
    F(pair) line = F(fast_two_sum)(sum, low);
    return FABS(product) < LARGEST ? line : (F(pair)){product, 0};
}

/* Its logarithm over b, for b > 0: <= 1 ULP; NaN where the line is negative. */
INLINE real F(soft_exponential_log)(double b, real x) {
    int huge = x > LARGEST; /* lowered by 2^20, where the 1 is nothing */
    F(pair) u = F(soft_exponential_line)(b, huge ? x * (real)0x1p-20 : x);
    F(pair) y = F(log_parts)(u.high, u.low, huge ? 20 : 0);
    real inside = F(quotient)(y.high, y.low, (real)b, F(rest)(b));
    real outside = u.high == 0 ? -INFINITE : INFINITE - INFINITE;
    return F(keep_nan)(u.high > 0 ? (u.high < INFINITE ? inside : x) : outside, x);
}

INLINE real F(soft_exponent)(double a, real x) {
    return a == 0 ? x : (a > 0 ? F(soft_exponential_rise)(a, x) : F(soft_exponential_log)(-a, x));
}

INLINE real F(soft_exponent_gradient)(double a, real x) {
    real z = (real)a * x, rise = F(exp_of)(z, F(has_rest)(z) ? F(product_rest)(a, x) : 0);
    real u = F(soft_exponential_line)(-a, x).high;
    return a >= 0 ? F(keep_nan)(rise, x) : (u >= 0 ? 1 / u : INFINITE - INFINITE);
}

/* smht, the quotient of exp(a x) - exp(-b x) and exp(c x) + exp(-d x): the larger exponentials go before it as exp(z);
 * what is left of the others decays by |(a + b) x| and |(c + d) x|. */
typedef struct {
    F(pair) z, above, below;
} F(hyperbolic);

INLINE F(pair) F(narrow)(pair_f64 a) { return (F(pair)){(real)a.high, F(rest)(a.high) + (real)a.low}; }

INLINE F(pair) F(product_of_pair)(F(pair) a, real x) {
    real product = a.high * x;
    return (F(pair)){product, F(fma)(a.low, x, F(product_error)(a.high, x, product))};
}

INLINE F(hyperbolic) F(hyperbolic_of)(double a, double b, double c, double d, real x) {
    real size = F(smaller)(F(larger)(FABS(x), NUDGE_BELOW), BOUND);
    F(pair) right = F(narrow)(difference(a + b >= 0 ? a : -b, 1, c + d >= 0 ? c : -d));
    F(pair) left = F(narrow)(difference(a + b >= 0 ? b : -a, 1, c + d >= 0 ? d : -c));
    F(pair) slope = {x > 0 ? right.high : left.high, x > 0 ? right.low : left.low};
    F(pair) above = F(product_of_pair)(F(narrow)(difference(a, -1, b)), size);
    F(pair) below = F(product_of_pair)(F(narrow)(difference(c, -1, d)), size);
    above.low = above.high < 0 ? -above.low : above.low;
    below.low = below.high < 0 ? -below.low : below.low;
    F(pair) z = F(product_of_pair)(slope, size);
    return (F(hyperbolic)){z, {FABS(above.high), above.low}, {FABS(below.high), below.low}};
}

/* <= 1 ULP */
INLINE real F(smht_quotient)(double a, double b, double c, double d, real x) {
    F(hyperbolic) h = F(hyperbolic_of)(a, b, c, d, x);
    F(pair) n = F(falling_expm1)(h.above.high, h.above.low);
    F(pair) sum = F(one_plus)(F(decay_pair)(h.below.high, h.below.low));
    real y = F(quotient_times_exp)(-n.high, -n.low, sum.high, sum.low, h.z.high, h.z.low, 0);
    real slope = (real)(0.5 * (a + b)), line = FABS(x) < NORMAL_MIN ? F(subnormal_product)(slope, x) : slope * x;
    y = F(with_sign)(y, x);
    y = a + b < 0 ? -y : y;
    return F(keep_nan)(FABS(x) < NUDGE_BELOW ? line : y, x);
}

/* exp(-z - z_low) 2^LIFTED for z >= 0, no less than what is nothing in the end. */
INLINE real F(lifted_decay)(F(pair) z) {
    int far = z.high > EXP_FAR;
    F(expansion) e = F(expand)((far ? -EXP_FAR : -z.high) - DECAY_TINY, far ? 0 : -z.low);
    e.shifted += LIFTED;
    return F(normal_exp)(e);
}

/* Over the squared denominator the gradient is a sum of four exponentials: `first` + exp(-|(a + b) x|) `other`. Equal
 * parameters cancel terms of it; near 0, where all may cancel, first + other is (a + b) times the denominator. All that
 * may be small is lifted until the end. */
INLINE real F(smht_quotient_gradient)(double a, double b, double c, double d, real x) {
    F(hyperbolic) h = F(hyperbolic_of)(a, b, c, d, x);
    real lifted = F(lifted_decay)(h.below), below = F(larger)(lifted, LIFTED_ONE * DECAY_TINY) * (1 / LIFTED_ONE);
    real sum = 1 + below;
    F(pair) square = F(square_of)((F(pair)){sum, F(sum_error)(1, below)});
    int a_first = (a + b >= 0) == (x > 0), c_first = (c + d >= 0) == (x > 0);
    real c_part = c_first ? LIFTED_ONE : lifted, d_part = c_first ? lifted : LIFTED_ONE;
    real with_a = F(fma)(c_part, (real)(a - c), d_part * (real)(a + d));
    real with_b = F(fma)(c_part, (real)(b + c), d_part * (real)(b - d));
    real first = a_first ? with_a : with_b, other = a_first ? with_b : with_a;
    real far = F(fma)(F(lifted_decay)(h.above), other * (1 / LIFTED_ONE), first);
    real near = F(fma)(F(falling_expm1)(h.above.high, h.above.low).high, other, sum * (real)(a + b) * LIFTED_ONE);
    real n = h.above.high < (real)0.5 ? near : far;
    return F(keep_nan)(F(quotient_times_exp)(n, 0, square.high, square.low, h.z.high, h.z.low, LIFTED), x);
}

/* soft_clipping, softplus(a x) / a less the same of x - 1, is one minus itself at 1 - x. */
#ifdef IN_DOUBLE
/* Up to 1/2, in double, with e = exp(-a x): log((1 + e) / (exp(-a) + e)) / a, where nothing cancels, and the gradient
 * e (1 - exp(-a)) / (1 + e) / (exp(-a) + e). Beyond CLIP_END = a x the logarithm is a x itself. */
INLINE double F(mirrored_product)(double a, real x) { return a * (x > (real)0.5 ? 1 - (double)x : (double)x); }
INLINE double F(clip_decay)(double z) { return short_exp_f64(-at_most_f64(at_least_f64(z, -110), CLIP_END)); }

INLINE real F(soft_clip)(double a, real x) {
    double z = F(mirrored_product)(a, x), e = F(clip_decay)(z), beyond = z > CLIP_END ? z - CLIP_END : 0;
    double y = (short_log_f64(-expm1_f64(-a), 1 + e, exp_f64(-a) + e) + beyond) * (1 / a);
    return F(keep_nan)(x > (real)0.5 ? (real)(1 - y) : F(from_double)(y), x);
}

INLINE real F(soft_clip_gradient)(double a, real x) {
    double e = F(clip_decay)(F(mirrored_product)(a, x));
    return F(keep_nan)(F(from_double)(-expm1_f64(-a) * e / ((1 + e) * (exp_f64(-a) + e))), x);
}
#else
/* Up to 1/2 it is (max(z, 0) + log(1 + q)) / a with z = a x and
 * q = exp(-|z|) (1 - exp(-a (1 - 2 max(x, 0)))) / (1 + exp(z - a)). */
typedef struct {
    real x;
    F(pair) z, other; /* a x and exp(a (x - 1)) */
} F(mirrored);

INLINE F(mirrored) F(mirror)(double a, real x) {
    int right = x > (real)0.5;
    real t = right ? 1 - x : x, t_low = right ? F(sum_error)(1, -x) : 0, z = (real)a * t;
    real before = t - 1, before_low = F(sum_error)(t, -1) + t_low, y = (real)a * before;
    F(pair) other = F(decay_pair)(y, F(fma)((real)a, before_low, F(product_rest)(a, before)));
    return (F(mirrored)){t, {z, F(fma)((real)a, t_low, F(product_rest)(a, t))}, other};
}

INLINE real F(soft_clip)(double a, real x) {
    F(mirrored) m = F(mirror)(a, F(bounded)(x));
    real inner = m.x > 0 ? m.x : 0, width = 1 - 2 * inner, width_low = F(sum_error)(1, -2 * inner);
    real size = (real)a * width, size_low = F(fma)((real)a, width_low, F(product_rest)(a, width));
    F(pair) rise = F(falling_expm1)(size, size_low);
    F(expansion) e = F(expand_decay)(m.z.high, m.z.low);
    F(pair) p = F(significand)(e);
    real n = -rise.high * p.high;
    real n_low = F(fma)(-rise.low, p.high, F(fma)(-rise.high, p.low, F(product_error)(-rise.high, p.high, n)));
    F(pair) q = F(quotient_of)((F(pair)){n, n_low}, F(one_plus)(m.other));
    real power = F(power)(e.shifted);
    F(pair) u = F(one_plus)((F(pair)){q.high * power, q.low * power}), log = F(log_parts)(u.high, u.low, 0);
    log = F(fast_two_sum)(log.high, log.low);
    real z = m.z.high > 0 ? m.z.high : 0, z_low = m.z.high > 0 ? m.z.low : 0, sum = z + log.high;
    int far = m.z.high < -CLIP_FAR;
    real high = far ? q.high : sum, low = far ? q.low : F(sum_error)(z, log.high) + (log.low + z_low);
    F(pair) y = F(quotient_of)((F(pair)){high, low}, (F(pair)){(real)a, F(rest)(a)});
    F(pair) rest = F(one_plus)((F(pair)){-y.high, -y.low});
    real left = F(scale)(y.high + y.low, far ? F(exponent)(e.shifted) : 0);
    real right = far ? 1 : rest.high + rest.low;
    return F(keep_nan)(x > (real)0.5 ? right : left, x);
}

/* logistic(a x) (1 - exp(-a)) / (1 + exp(a (x - 1))), even about 1/2 */
INLINE real F(soft_clip_gradient)(double a, real x) {
    F(mirrored) m = F(mirror)(a, F(bounded)(x));
    F(pair) rise = F(falling_expm1)((real)a, F(rest)(a));
    F(pair) sum = F(one_plus)(m.other);
    real n = F(quotient)(-rise.high, -rise.low, sum.high, sum.low);
    return F(keep_nan)(F(logistic_gate)(n, m.z.high, m.z.low), x);
}
#endif

/* (n + n_low) / (2 r (r + t)) with r = sqrt(1 + t^2) given. */
INLINE real F(over_dish)(real n, real n_low, F(pair) r, real t) {
    real sum = r.high + t, sum_low = F(sum_error)(r.high, t) + r.low, d = r.high * sum;
    real d_low = F(fma)(r.high, sum_low, F(fma)(r.low, sum, F(product_error)(r.high, sum, d)));
    return F(quotient)((real)0.5 * n, (real)0.5 * n_low, d, d_low);
}

/* t (1 - t/r) / 2 = t / (2 r (r + t)) for t >= 0, without the cancellation: <= 0.6 ULP. */
INLINE real F(dish_rest)(real t) {
    real near = F(smaller)(t, ROOT_FAR);
    return t < ROOT_FAR ? F(over_dish)(near, 0, F(root_pair)(1, near, 1, 0), near) : (real)0.25 / t;
}

/* Its derivative, (1 - t r) / (2 r (r + t)) / (1 + t^2): <= 2 ULP. */
INLINE real F(dish_rest_gradient)(real t) {
    real near = F(smaller)(t, CUBE_FAR), far = 1 / t;
    F(pair) r = F(root_pair)(1, near, 1, 0);
    real product = near * r.high, product_low = F(fma)(near, r.low, F(product_error)(near, r.high, product));
    real y = F(over_dish)(1 - product, F(sum_error)(1, -product) - product_low, r, near) / F(fma)(near, near, 1);
    return t < CUBE_FAR ? y : (real)-0.25 * far * far;
}

/* What the quotient z = x / a lacks, and functions of the two. */
INLINE real F(ratio_rest)(real x, real z, double a) {
    real high = (real)a;
    real rest = (F(residual)(x, z, high) - z * F(rest)(a)) / high;
    return F(has_rest)(z) ? rest : 0;
}
INLINE real F(logistic_slope_ratio)(real n, real x, double a) {
    real z = FABS(x) / (real)a, rest = F(ratio_rest)(FABS(x), z, a);
    if (USUAL) return F(slope_of_fall)(n, F(fall)(-z, -rest), x);
    real held = F(smaller)(z, DECAY_MAX);
    return F(slope_of_fall)(n, F(fall)(-held - FACTOR_TINY, held == z ? -rest : 0), x);
}
INLINE real F(exp_ratio)(real x, double a) {
    real z = x / (real)a;
    return F(exp_of)(z, F(ratio_rest)(x, z, a));
}
INLINE real F(expm1_ratio)(real x, double a) {
    real z = x / (real)a, y = F(expm1)(z);
    real exact = y + F(ratio_rest)(x, z, a) * (y + 1);
    if (USUAL) return F(with_sign)(exact, z);
    return F(has_rest)(y) ? exact : y;
}

/* (x + b)^2 / (4 b) for b > 0, 0 from -b down: <= 0.6 ULP with all bits of b. */
INLINE real F(quarter_parabola)(real x, double b) {
    real high = (real)b, s_low = F(sum_error)(x, high) + F(rest)(b);
    F(pair) n = F(square_of)((F(pair)){x + high, s_low});
    return F(quotient)(n.high, F(fma)(s_low, s_low, n.low), 4 * high, 4 * F(rest)(b));
}

/* What cos and sin of a x are made of; where |a x| < ANGLE_TINY, of any angle. The rounding of the product enters as
 * its low part. */
INLINE F(expansion) F(scaled_angle)(double a, real x, int far) {
    real high = (real)a, held = FABS(high * x) < ANGLE_TINY ? 1 / high : x, z = high * held;
    if (far && F(is_far)(z)) return F(reduce_far)(a, x);
    F(expansion) r = F(reduce)(FABS(z));
    real low = F(product_rest)(a, held), z_low = z < 0 ? -low : low;
    return (F(expansion)){r.shifted, r.high + z_low, 0, F(sum_error)(r.high, z_low) + r.low};
}

/* x cos(x): any x, <= 1 ULP. */
INLINE real F(times_cos)(real x, int far) {
    F(pair) c = F(circular)(F(angle)(x, far), 1);
    return FABS(x) < ANGLE_TINY ? x : F(product)(x, c.high, c.low);
}

/* sin(x) / x, 1 at 0: any x, <= 1 ULP. */
INLINE real F(sinc)(real x, int far) {
    real t = F(larger)(FABS(x), ANGLE_TINY);
    F(pair) s = F(circular)(F(angle)(t, far), 0);
    return t == INFINITE ? 0 : F(quotient)(s.high, s.low, t, 0);
}

/* Its gradient, (x cos(x) - sin(x)) / x^2: any x, <= 4 ULP. Near 0 the difference is that of the polynomials. */
INLINE real F(sinc_gradient)(real x, int far) {
    real t = F(larger)(FABS(x), ANGLE_TINY);
    F(expansion) r = F(angle)(t, far);
    F(pair) s = F(circular)(r, 0), c = F(circular)(r, 1);
    real u = r.high * r.high, centre = x * (F(fma)(u, F(cos_tail)(u), (real)-0.34375) - F(sin_tail)(u));
    real first = t * c.high;
    real n = (first - s.high) + (F(product_error)(t, c.high, first) + F(fma)(t, c.low, -s.low));
    real outer = n / t / t;
    return t < (real)0.75 ? centre : (t == INFINITE ? 0 : (x < 0 ? -outer : outer));
}

/* x + sin(a x)^2 / a: any x, <= 1.1 ULP. As x + (1 - cos(2 a x)) / (2 a) it never falls: where its gradient has a root
 * the cosine is what the reduction leaves of the angle, with hardly an error. */
INLINE real F(snake)(double a, real x, int far) {
    double twice = doubled(a);
    F(pair) c = F(circular)(F(scaled_angle)(twice, x, far), 1), d = {(real)twice, F(rest)(twice)};
    F(pair) q = F(quotient_of)(F(one_plus)((F(pair)){-c.high, -c.low}), d);
    real y = (x + q.high) + (F(sum_error)(x, q.high) + q.low);
    return (FABS(d.high * x) < ANGLE_TINY) | (y != y) ? x : y; /* where x or d is infinite y is NaN */
}

/* 1 + sin(2 a x): any x, <= 1.1 ULP, for short a also next to its roots. */
INLINE real F(snake_gradient)(double a, real x, int far) {
    double twice = doubled(a);
    real z = (real)twice * x;
    F(pair) s = F(circular)(F(scaled_angle)(twice, x, far), 0);
    F(pair) sum = F(one_plus)(z < 0 ? (F(pair)){-s.high, -s.low} : s);
    real y = sum.high + sum.low;
    return (FABS(z) < ANGLE_TINY) | (x == 0) ? 1 : y;
}

#undef real
#undef natural
#undef F
#undef FABS
#undef SQRT
#undef ANGLE_TINY
#undef ROOT_FAR
#undef CUBE_FAR
#undef CUBIC_MAX
#undef CUBIC_END
#undef EXP_FAR
#undef EXP_SAFE
#undef CLIP_FAR
#undef CLIP_END
#undef NORMAL_MIN
#undef NUDGE_BELOW
#undef PARAMETER_LOST
#undef INFINITE
#undef DECAY_MAX
#undef DECAY_TINY
#undef GROWTH_MIN
#undef GROWTH_MAX
#undef GATE_END
#undef BOUND
#undef SMALLEST
#undef FACTOR_TINY
#undef FACTOR_MAX
#undef LIFT
#undef LIFT_EXPONENT
#undef LIFTED
#undef LIFTED_ONE
#undef LARGEST
#undef LARGE
#undef BESIDE_ONE
#undef IS_DOUBLE
#undef NORMAL_MAX
#undef SQUARE_TINY
#undef INTEGERS
