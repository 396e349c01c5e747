/* The loops of passes.h for one type: `real`, and `F(name)` the name with the type's suffix. Untyped pointers, as the
 * driver keeps them in a table; `out` may be one of the inputs exactly. */

INLINE int F(is_subnormal)(real x) { return (FABS(x) < MIN_NORMAL) & (x != 0); }

/* |x| 2^LIFT where x is subnormal or 0, elsewhere anything. */
INLINE real F(lift_subnormal)(real x) {
    const natural base = F(to_bits)(F(lift)(MIN_NORMAL));
    return F(from_bits)(F(to_bits)(FABS(x)) | base) - F(from_bits)(base);
}

/* Whether all numbers are 0 or have sizes between two limits. Representations without their signs say so. */
static int F(within)(const void *numbers, ptrdiff_t count, struct extent limits) {
    const real *restrict x = numbers;
    const natural first = F(to_bits)((real)limits.least) << 1, last = F(to_bits)((real)limits.most) << 1;
    natural least = ~(natural)0, most = 0; /* least less 1, so that 0 is the largest */
    ptrdiff_t i = 0;
    if (first > last) return 0;
#if defined(__AVX512F__)
    const ptrdiff_t lanes = 64 / sizeof(real);
    int beyond = 0;
    for (; i + lanes <= count; i += lanes) beyond |= F(beyond)(x + i, first, last);
    if (beyond) return 0;
#endif
    for (; i < count; i++) {
        natural size = F(to_bits)(x[i]) << 1;
        most = size > most ? size : most;
        least = size - 1 < least ? size - 1 : least;
    }
    return (most <= last) & (least >= first - 1);
}

/* Whether all sizes are `most` or up to 2^32 times smaller: less the window's lowest number, their exponents have none
 * of the upper bits. 0 is in no window. An addition and half an OR, where `within` takes five operations. */
static int F(in_window)(const void *numbers, ptrdiff_t count, double most) {
    const real *restrict x = numbers;
    const natural range = (natural)1 << (MANTISSA_BITS + WINDOW_BITS), offset = range - 1 - F(to_bits)((real)most);
    const ptrdiff_t half = count / 2;
    natural found = 0;
    for (ptrdiff_t i = 0; i < half; i++) found |= (F(to_bits)(x[i]) + offset) | (F(to_bits)(x[i + half]) + offset);
    if (count % 2) found |= F(to_bits)(x[count - 1]) + offset;
    return !(found << 1 >> 1 >> (MANTISSA_BITS + WINDOW_BITS));
}

/* Whether NONE, SOME or ALL of these numbers are subnormal; to tell ALL takes an instruction that classifies numbers.
 */
static int F(find_subnormal)(const void *numbers, ptrdiff_t count) {
    const real *restrict x = numbers;
    natural found = 0;
    ptrdiff_t i = 0;
#if defined(__AVX512DQ__)
    const ptrdiff_t lanes = 64 / sizeof(real);
    const int all = (1 << lanes) - 1;
    int any = 0, each = all;
    for (; i + lanes <= count; i += lanes) {
        int classes = CLASSIFY(x + i);
        any |= classes;
        each &= classes;
    }
    if (i == count && each == all) return ALL;
    found = (natural)any;
#endif
    for (; i < count; i++) found |= F(is_subnormal)(x[i]) ? ~(natural)0 : 0;
    return found ? SOME : NONE;
}

/* Each subnormal number replaced by one that no kernel is slow at. */
static void F(replace)(const void *numbers, void *out, ptrdiff_t count) {
    const real *restrict x = numbers;
    real *restrict y = out;
    for (ptrdiff_t i = 0; i < count; i++) y[i] = F(is_subnormal)(x[i]) ? (real)1 : x[i];
}

/* What a kernel made of the replacements, put right. */
static void F(settle)(const void *numbers, const void *values, void *out, ptrdiff_t count,
                      const struct near_zero *near) {
    const real *restrict x = numbers, *restrict usual = values;
    real *restrict y = out;
    const real value_right = (real)near->value[0], value_left = (real)near->value[1];
    const real slope_right = (real)near->slope[0], rest_right = (real)(near->slope[0] - (double)slope_right);
    const real slope_left = (real)near->slope[1], rest_left = (real)(near->slope[1] - (double)slope_left);
    if ((slope_right == 0) & (slope_left == 0)) {
        for (ptrdiff_t i = 0; i < count; i++) {
            real otherwise = usual[i], value = x[i] < 0 ? value_left : value_right;
            y[i] = F(is_subnormal)(x[i]) ? value : otherwise;
        }
        return;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        real otherwise = usual[i], size = F(lift_subnormal)(x[i]);
        real value = x[i] < 0 ? value_left : value_right, slope = x[i] < 0 ? slope_left : slope_right;
        real line = F(product)(size, slope, x[i] < 0 ? rest_left : rest_right);
        line = F(with_sign)(F(lower)(FABS(line), 0), slope);
        y[i] = F(is_subnormal)(x[i]) ? value + line : otherwise; /* one of the two is 0 */
    }
}

/* What a kernel does about 0, judged by what it gives at 0 and at three numbers on either side. */
static struct near_zero F(judge_near_zero)(formula_kernel f, const double *parameters) {
    const real probes[WHOLE] = {0, MIN_NORMAL, NEAR, FAR, -(real)0, -MIN_NORMAL, -NEAR, -FAR};
    struct near_zero near = {.known = 1};
    real y[WHOLE];
    f(probes, y, WHOLE, parameters);
    for (int i = 0; i < MAX_PARAMETERS; i++) {
        near.known &= (parameters[i] == 0) | (__builtin_fabs(parameters[i]) >= (double)MIN_NORMAL);
    }
    for (int side = 0; side < 2; side++) {
        const real *at = y + 4 * side;
        real first = at[1] / MIN_NORMAL, slope = at[2] / NEAR, last = at[3] / FAR, tolerance = FABS(slope) / 1024;
        int constant = (at[1] == at[2]) & (at[2] == at[3]) & (at[1] != 0);
        int straight = (FABS(first - slope) <= tolerance) & (FABS(last - slope) <= tolerance) & (slope < LARGEST);
        int flat = (FABS(first) < FLAT) & (FABS(slope) < FLAT) & (FABS(last) < FLAT); /* any subnormal becomes 0 */
        near.known &= constant | ((at[0] == 0) & (straight | flat));
        int line = straight & !flat;
        near.value[side] = constant ? (double)at[1] : (line ? -0.0 : (double)F(with_sign)(0, slope));
        near.slope[side] = line ? (double)slope : -0.0;
    }
    return near;
}

/* delta * gradient; with `selects_zero` a gradient of 0 gives 0 whatever the delta. */
static void F(multiply)(const void *deltas, const void *gradients, void *out, ptrdiff_t count, int selects_zero) {
    const real *restrict delta = deltas, *restrict gradient = gradients;
    real *restrict y = out;
    if (selects_zero) {
        for (ptrdiff_t i = 0; i < count; i++) {
            real product = delta[i] * gradient[i];
            y[i] = gradient[i] == 0 ? 0 : product;
        }
    } else {
        for (ptrdiff_t i = 0; i < count; i++) y[i] = delta[i] * gradient[i];
    }
}

/* The same where gradients are subnormal: those are lifted for the product, and the product is lowered. */
static void F(multiply_lifted)(const void *deltas, const void *gradients, void *out, ptrdiff_t count,
                               int selects_zero) {
    const real *restrict delta = deltas, *restrict gradient = gradients;
    real *restrict y = out;
    for (ptrdiff_t i = 0; i < count; i++) {
        int small = FABS(gradient[i]) < MIN_NORMAL;
        real factor = small ? F(with_sign)(F(lift_subnormal)(gradient[i]), gradient[i]) : gradient[i];
        real product = delta[i] * factor, lowered = F(with_sign)(F(lower)(FABS(product), 0), product);
        real exact = small & (FABS(product) < LARGEST) ? lowered : product;
        real blocked = selects_zero ? 0 : exact;
        y[i] = gradient[i] == 0 ? blocked : exact;
    }
}

#undef real
#undef natural
#undef F
#undef FABS
#undef MIN_NORMAL
#undef NEAR
#undef FAR
#undef FLAT
#undef LARGEST
#undef MANTISSA_BITS
#undef CLASSIFY
