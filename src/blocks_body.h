/* The blocks of blocks.h for one type: `real`, and `F(name)` the name with the type's suffix. */

/* NaN where x is NaN, else the value: for results that are chosen by comparisons, which NaN fails. */
static inline real F(keep_nan)(real value, real x) { return x == x ? value : x; }

/* The exact error of the rounded sum a + b, whichever is larger. */
static inline real F(sum_error)(real a, real b) {
    real sum = a + b, b_in_sum = sum - a;
    return (a - (sum - b_in_sum)) + (b - b_in_sum);
}

/* What the rounded product (real)a * x lacks of a * x; 0 where that is infinite. */
static inline real F(product_rest)(double a, real x) {
    real high = (real)a, low = (real)(a - (double)high);
    real product = high * x, rest = F(fma)(low, x, F(product_error)(high, x, product));
    return FABS(product) < INFINITE ? rest : (real)0;
}

/* a * x: any x, <= 0.51 ULP of the product with all bits of a. */
static inline real F(scaled)(double a, real x) { return (real)a * x + F(product_rest)(a, x); }

/* a * x + b: any x, <= 0.51 ULP with all bits of a, also where the sum cancels. */
static inline real F(linear)(double a, real x, real b) {
    real product = (real)a * x, sum = product + b;
    real rest = F(sum_error)(product, b) + F(product_rest)(a, x);
    return FABS(sum) < INFINITE ? sum + rest : sum;
}

/* exp(-|z + z_low|) */
static inline F(expansion) F(expand_decay)(real z, real z_low) {
    real size = FABS(z);
    return F(expand)((size > DECAY_MAX ? -DECAY_MAX : -size) - DECAY_TINY, z < 0 ? z_low : -z_low);
}

/* The same of a x: the rounding of the product, which exp would magnify, enters as its low part. */
static inline F(expansion) F(expand_scaled_decay)(double a, real x) {
    return F(expand_decay)((real)a * x, F(product_rest)(a, x));
}

static inline real F(sum_of_decay)(F(expansion) e) { return F(significand)(e).high * F(power)(e.shifted); }

static inline real F(product_of_decay)(real n, F(expansion) e) {
    real size = F(scale)(FABS(n) * F(significand)(e).high, F(exponent)(e.shifted));
    return F(keep_nan)(F(with_sign)(size, n), n);
}

/* exp(-|x|) and exp(-|a x|), but no less than a number far below half an ulp of 1: to be added to numbers of the
 * order of one. <= 0.6 ULP. */
static inline real F(decay)(real x) { return F(sum_of_decay)(F(expand_decay)(x, 0)); }
static inline real F(scaled_decay)(double a, real x) { return F(sum_of_decay)(F(expand_scaled_decay)(a, x)); }

/* n exp(-|x|) and n exp(-|a x|), n bounded: <= 1.1 ULP, rounded once more where the result is subnormal. */
static inline real F(times_decay)(real n, real x) { return F(product_of_decay)(n, F(expand_decay)(x, 0)); }
static inline real F(times_scaled_decay)(real n, double a, real x) {
    return F(product_of_decay)(n, F(expand_scaled_decay)(a, x));
}

/* 1 / (1 + exp(-a x)) */
static inline real F(scaled_logistic)(double a, real x) {
    F(expansion) e = F(expand_scaled_decay)(a, x);
    F(pair) p = F(significand)(e);
    real power = F(power)(e.shifted);
    F(pair) d = F(fast_two_sum)(1, p.high * power);
    int negative = (real)a * x < 0;
    real y = F(quotient)(negative ? p.high : 1, negative ? p.low : 0, d.high, F(fma)(p.low, power, d.low));
    return F(keep_nan)(F(scale)(y, negative ? F(exponent)(e.shifted) : 0), x);
}

/* n / (1 + u) for u >= 0, infinity included, and |n| <= u or a constant: rounded essentially once. */
static inline real F(over_one_plus)(real n, real u) {
    real d = 1 + u;
    real y = F(quotient)(n, 0, d, F(sum_error)(1, u));
    /* far out the 1 is lost anyway, and the correction with it */
    return u < LARGE ? y : (n == u || n == -u ? F(with_sign)(1, n) : n / d);
}

/* Held to a size that times_decay still takes to 0 at its far end: for what would be infinite there. */
static inline real F(bounded)(real x) { return F(at_least)(F(at_most)(x, BOUND), -BOUND); }

static inline real F(fabs)(real x) { return FABS(x); }

/* The largest integer <= x, without an instruction that the baseline lacks. */
static inline real F(floor)(real x) {
    real rounded = F(with_sign)((FABS(x) + INTEGERS) - INTEGERS, x);
    real below = rounded > x ? rounded - 1 : rounded;
    return FABS(x) < INTEGERS ? below : x;
}

#ifdef VMATH_STUB
static inline real F(scaled_softplus)(double a, real x) { return (real)(log1p(exp(a*(double)x))/a); }
#endif

#undef real
#undef F
#undef FABS
#undef INFINITE
#undef DECAY_MAX
#undef DECAY_TINY
#undef BOUND
#undef LARGE
#undef INTEGERS
