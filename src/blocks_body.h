/* The blocks of blocks.h for one type: `real`, and `F(name)` the name with the type's suffix. */

/* NaN where x is NaN, else the value: for results that are chosen by comparisons, which NaN fails. */
INLINE real F(keep_nan)(real value, real x) { return x == x ? value : x; }

/* The exact error of the rounded sum a + b, whichever is larger. */
INLINE real F(sum_error)(real a, real b) {
    real sum = a + b, b_in_sum = sum - a;
    return (a - (sum - b_in_sum)) + (b - b_in_sum);
}

/* The bits of a parameter that its rounding to `real` loses. */
INLINE real F(rest)(double a) { return (real)(a - (double)(real)a); }

/* What the rounded product (real)a * x lacks of a * x. */
INLINE real F(product_rest)(double a, real x) {
    real high = (real)a;
    return F(fma)(F(rest)(a), x, F(product_error)(high, x, high * x));
}

/* Where a product is far from the ends of the range, its rest can be had; elsewhere it must not be touched. */
INLINE int F(has_rest)(real product) { return (FABS(product) > SMALLEST) & (FABS(product) < LARGEST); }

/* a * x: any x, <= 0.51 ULP with all bits of a. -0 stays. */
INLINE real F(scaled)(double a, real x) {
    real product = (real)a * x;
#if VMATH_FMA
    real exact = product + F(product_rest)(a, x);
    return FABS(product) > 0 && FABS(product) < INFINITE ? exact : product;
#else
    /* the halves of a tiny product would underflow: it is lifted and lowered again */
    int tiny = FABS(product) < SMALLEST;
    real lifted = tiny ? x * LIFT : x, exact = (real)a * lifted + F(product_rest)(a, lifted);
    exact = tiny ? exact * (1 / LIFT) : exact;
    return FABS(product) > 0 && FABS(product) < INFINITE ? exact : product;
#endif
}

/* a * x + b + b_low with all bits of a: any x, <= 0.51 ULP, also where the sum cancels. */
INLINE real F(sum_of_product)(double a, real x, real b, real b_low) {
    real product = (real)a * x, sum = product + b;
    real exact = sum + (F(sum_error)(product, b) + (F(product_rest)(a, x) + b_low));
    return F(has_rest)(product) ? exact : sum;
}

/* a * x + b, and the line t + a (x - t) through (t, t). */
INLINE real F(linear)(double a, real x, double b) { return F(sum_of_product)(a, x, (real)b, F(rest)(b)); }
INLINE real F(line_through)(double t, double a, real x) {
    pair_f64 b = intercept(t, a);
    return F(sum_of_product)(a, x, (real)b.high, F(rest)(b.high) + (real)b.low);
}

/* x + b with all bits of b: <= 0.51 ULP, also where the sum cancels. -0 stays where b is 0. */
INLINE real F(plus)(real x, double b) {
    real high = (real)b, sum = x + high, exact = sum + (F(sum_error)(x, high) + F(rest)(b));
    return FABS(sum) < LARGEST && b != 0 ? exact : sum;
}

/* x > b with all bits of b. */
INLINE int F(above)(real x, double b) {
    real high = (real)b;
    return (x > high) | ((x == high) & ((double)high > b));
}

/* scale * x^2 + bias: any x, <= 0.51 ULP with all bits of the parameters. */
INLINE real F(parabola)(double scale, real x, double bias) {
    real square = x * x, high = (real)scale;
    real low = F(product_error)(x, x, square) * high;
    real y = F(sum_of_product)(scale, square, (real)bias, F(has_rest)(square) ? low + F(rest)(bias) : F(rest)(bias));
    return square < LARGEST ? y : high * x * x;
}

/* Held to a size that a decay still takes to 0 at its far end: for what would be infinite there. */
INLINE real F(bounded)(real x) { return F(at_least)(F(at_most)(x, BOUND), -BOUND); }

/* exp(-|z + z_low|) */
INLINE F(expansion) F(expand_decay)(real z, real z_low) {
    real size = FABS(z), size_low = z < 0 ? -z_low : z_low;
    int far = size > DECAY_MAX;
    return F(expand)((far ? -DECAY_MAX : -size) - DECAY_TINY, far ? 0 : -size_low);
}

/* The same of a x: the rounding of the product, which exp would magnify, enters as its low part. */
INLINE F(expansion) F(expand_scaled_decay)(double a, real x) {
    return F(expand_decay)((real)a * x, F(product_rest)(a, x));
}

INLINE real F(sum_of_decay)(F(expansion) e) { return F(significand)(e).high * F(power)(e.shifted); }

INLINE real F(product_of_decay)(real n, F(expansion) e) {
    F(pair) p = F(significand)(e);
    real size = F(scale)(F(product)(FABS(n), p.high, p.low), F(exponent)(e.shifted));
    return F(keep_nan)(F(with_sign)(size, n), n);
}

/* exp(-|x|) and exp(-|a x|), but no less than a number far below half an ulp of 1: to be added to numbers of the
 * order of one. <= 0.6 ULP. */
INLINE real F(decay)(real x) { return F(sum_of_decay)(F(expand_decay)(x, 0)); }
INLINE real F(scaled_decay)(double a, real x) { return F(sum_of_decay)(F(expand_scaled_decay)(a, x)); }
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

/* (n + n_low) / (d + d_low) * exp(min(x, 0)), and the same of a x. */
INLINE real F(falling_quotient)(real n, real n_low, real d, real d_low, real x) {
    return F(keep_nan)(F(quotient_of_decay)(n, n_low, d, d_low, x < 0, F(expand_decay)(x, 0)), x);
}
INLINE real F(scaled_falling_quotient)(real n, real n_low, real d, real d_low, double a, real x) {
    return F(keep_nan)(F(quotient_of_decay)(n, n_low, d, d_low, (real)a * x < 0, F(expand_scaled_decay)(a, x)), x);
}

/* n / (d + d_low)^2 * exp(min(x, 0)) */
INLINE real F(falling_over_square)(real n, real d, real d_low, real x) {
    real square = d * d, square_low = F(fma)(2 * d, d_low, F(product_error)(d, d, square));
    return F(falling_quotient)(n, 0, square, square_low, x);
}

/* x as a factor: no larger than what a decay still takes to 0, nor so small that products would be subnormal: what
 * has it needs `linear_at_zero`. */
INLINE real F(factor)(real x) { return F(bounded)(x) + FACTOR_TINY; }

/* The size of x as a factor of a product that `gate_of` takes, and what it makes of it: times the exponent's power and
 * with the sign of x. No product meets a subnormal. */
INLINE real F(gate_factor)(real x) { return F(lift)(F(smaller)(FABS(x), DECAY_MAX)); }
INLINE real F(gate_of)(real product, natural exponent, real x) {
    return F(keep_nan)(F(with_sign)(F(lower)(product, exponent), x), x);
}

/* x q with q = (n + n_low) / (d + d_low) * exp(min(x, 0)) > 0, for x up to DECAY_MAX. */
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

/* n / (1 + exp(-a x)), n bounded */
INLINE real F(times_scaled_logistic)(real n, double a, real x) {
    F(expansion) e = F(expand_scaled_decay)(a, x);
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted);
    F(pair) d = F(fast_two_sum)(1, p.high * power);
    real d_low = F(fma)(p.low, power, d.low);
    return F(keep_nan)(F(quotient_of_decay)(n, 0, d.high, d_low, (real)a * x < 0, e), x);
}

INLINE real F(scaled_logistic)(double a, real x) { return F(times_scaled_logistic)(1, a, x); }

/* x, for x < 0 exp(x) - 1, over 1 + exp(-x); x bounded. */
INLINE real F(elish)(real x) {
    F(expansion) e = F(expand)(-F(at_most)(F(larger)(FABS(x), FACTOR_TINY), DECAY_MAX), 0);
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted), high = p.high * power, low = p.low * power;
    F(pair) plus = F(fast_two_sum)(1, high), minus = F(fast_two_sum)(-1, high);
    F(pair) left = F(fast_two_sum)(minus.high, minus.low + low);
    int falls = x < 0;
    real n = falls ? left.high : F(factor)(x), n_low = falls ? left.low : 0;
    real y = F(quotient_of_decay)(n, n_low, plus.high, plus.low + low, falls, e);
    return F(keep_nan)(F(linear_at_zero)((real)0.5, x, y), x);
}

/* n exp(-x^2), n bounded: <= 0.7 ULP; the rounding of x^2 enters as its low part. */
INLINE real F(times_gaussian)(real n, real x) {
    real square = x * x;
    return F(product_of_decay)(n, F(expand_decay)(square, F(product_error)(x, x, square)));
}

/* a (exp(x) - 1) for x <= 0: <= 0.6 ULP with all bits of a. */
INLINE real F(times_expm1)(double a, real x) {
    real high = (real)a;
    return F(scaled_expm1)(high, high == 0 ? 0 : F(rest)(a) / high, x);
}

/* For s = logistic(x): log(1 + s) = 2^k (high + low) and min(s, 1 - s) = 2^k (share + share_low), with k in the field
 * of the exponent, 0 where x >= 0. The former is log(1 + f) = f + f bend with f = s where x < 0, else with
 * f = (s - 1) / 2 that and log(2). */
typedef struct {
    natural exponent;
    real high, low, share, share_low, bend;
} F(log_of_share);

INLINE F(log_of_share) F(log1p_logistic)(real x) {
    F(expansion) e = F(expand_decay)(x, 0);
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted);
    F(pair) d = F(fast_two_sum)(1, p.high * power);
    real inverse = 1 / d.high, d_low = F(fma)(p.low, power, d.low);
    real q = p.high * inverse, q_low = (F(residual)(p.high, q, d.high) + F(fma)(-q, d_low, p.low)) * inverse;
    int falls = x < 0;
    real factor = falls ? power : (real)-0.5 * power, f = q * factor;
    real bend = f * F(fma)(f, F(log1p_tail)(f), (real)-0.5);
    F(pair) sum = F(fast_two_sum)(F(LN2), f);
    sum.low += F(fma)(f, bend, q_low * factor) + F(LN2_LOW);
    real high = falls ? q : sum.high, low = falls ? F(fma)(q, bend, q_low) : sum.low, scale = falls ? 1 : power;
    natural exponent = falls ? F(low_exponent)(e.shifted) : 0;
    return (F(log_of_share)){exponent, high, low, q * scale, q_low * scale, bend};
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
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted), w = p.high * power, square = w * w, excess = square * F(tanh_wide)(square);
    real near = F(fma)(w, excess, w), decay = F(normal_exp)(F(expand)(-2 * w, -2 * p.low * power));
    real r = 2 * decay * (1 / (1 + decay));
    F(curve) left = {F(low_exponent)(e.shifted), p, excess, -near * near}, right = {0, {1, 0}, -r, w * (r * (2 - r))};
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
    real n = F(softplus_of)(F(expand_scaled_decay)(a, x), product, F(has_rest)(product) ? F(product_rest)(a, x) : 0);
    real y = F(corrected_quotient)(n, 0, high, F(rest)(a), n * inverse, inverse);
    return F(has_rest)(n) ? y : (product > LARGEST ? x : n * inverse);
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
    F(pair) left = {tail.high, tail.low}, right = F(fast_two_sum)(1, -tail.high * power);
    right.low -= tail.low * power;
    return x < 0 ? (F(normal)){F(exponent)(e.shifted), left, -rise, -b, power}
                 : (F(normal)){0, right, rise * power, F(fma)(b, power, 1), 1};
}

INLINE real F(gelu_gradient)(real x) {
    F(normal) n = F(normal_parts)(x);
    return F(keep_nan)(F(with_sign)(F(scale)(FABS(n.slope), n.exponent), n.slope), x);
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

/* n / (1 + u) for u >= 0, infinity included, and |n| <= u or a constant: rounded essentially once. */
INLINE real F(over_one_plus)(real n, real u) {
    real d = 1 + u;
    real y = F(quotient)(n, 0, d, F(sum_error)(1, u));
    /* far out the 1 is lost anyway, and the correction with it */
    real far = n == u || n == -u ? F(with_sign)(1, n) : n * (1 / d);
    return u < LARGE ? y : far;
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
    F(pair) root = F(root_pair)((real)a, F(at_least)(F(at_most)(x, ROOT_FAR), -ROOT_FAR), 1, 0);
    real y = F(quotient)(F(at_least)(F(at_most)(x, ROOT_FAR), -ROOT_FAR), 0, root.high, root.low);
    return F(keep_nan)(y, x);
}

/* Its gradient, (1 + a x^2)^(-3/2); far out by parts, since the power would overflow. <= 4 ULP. */
INLINE real F(over_root_gradient)(double a, real x) {
    real high = (real)a, t = 1 / x, far = FABS(t) * t * t / (high * SQRT(high));
    F(pair) root = F(root_pair)(high, F(at_least)(F(at_most)(x, CUBE_FAR), -CUBE_FAR), 1, 0);
    real sum = root.high * root.high;
    real sum_low = F(fma)(2 * root.high, root.low, F(product_error)(root.high, root.high, sum));
    real near = F(quotient)(F(quotient)(1, 0, root.high, root.low), 0, sum, sum_low);
    return F(keep_nan)(FABS(x) < CUBE_FAR ? near : FABS(far), x);
}

/* x + (sqrt(x^2 + 1) - 1) / 2: any x, <= 0.7 ULP. Near 0 by x^2 / (sqrt(x^2 + 1) + 1), which does not cancel. */
INLINE real F(bent)(real x) {
    F(pair) root = F(root_pair)(1, F(at_least)(F(at_most)(x, ROOT_FAR), -ROOT_FAR), 1, 0);
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

/* exp(z + rest) with z + rest = x / a in two parts, as a decay exp(-|x / a|) or as it is. */
INLINE real F(ratio_rest)(real x, real z, double a) {
    real high = (real)a;
    real rest = (F(residual)(x, z, high) - z * F(rest)(a)) / high;
    return F(has_rest)(z) ? rest : 0;
}
INLINE real F(decay_ratio)(real x, double a) {
    real z = x / (real)a;
    return F(product_of_decay)(1, F(expand_decay)(z, F(ratio_rest)(x, z, a)));
}
INLINE real F(exp_ratio)(real x, double a) {
    real z = x / (real)a, y = F(exp)(z);
    return y < LARGEST ? F(fma)(y, F(ratio_rest)(x, z, a), y) : y;
}
INLINE real F(expm1_ratio)(real x, double a) {
    real z = x / (real)a, y = F(expm1)(z);
    real exact = y + F(ratio_rest)(x, z, a) * (y + 1);
    return F(has_rest)(y) ? exact : y;
}

/* (x + b)^2 / (4 b) for b > 0, 0 from -b down: <= 0.6 ULP with all bits of b. */
INLINE real F(quarter_parabola)(real x, double b) {
    real high = (real)b, s = x + high, s_low = F(sum_error)(x, high) + F(rest)(b), n = s * s;
    real n_low = F(fma)(s_low, s_low, F(fma)(2 * s, s_low, F(product_error)(s, s, n)));
    return F(quotient)(n, n_low, 4 * high, 4 * F(rest)(b));
}

#undef real
#undef natural
#undef F
#undef FABS
#undef SQRT
#undef ROOT_FAR
#undef CUBE_FAR
#undef NUDGE_BELOW
#undef INFINITE
#undef DECAY_MAX
#undef DECAY_TINY
#undef BOUND
#undef SMALLEST
#undef FACTOR_TINY
#undef LIFT
#undef LARGEST
#undef LARGE
#undef NORMAL_MAX
#undef SQUARE_TINY
#undef INTEGERS
