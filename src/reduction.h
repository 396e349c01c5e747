/* Angles beyond the reach of `reduce`, after Payne and Hanek (1983): in integers, so exactly, and only with those bits
 * of 2/pi of which something is left after whole turns are taken away. Scalar: such angles are rare. */
#ifndef ACTKERNELS_REDUCTION_H
#define ACTKERNELS_REDUCTION_H

/* a b + c + d in two words; returns the lower one */
INLINE uint64_t multiply_add(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *high) {
#ifdef __SIZEOF_INT128__
    unsigned __int128 sum = (unsigned __int128)a * b + c + d;
    *high = (uint64_t)(sum >> 64);
    return (uint64_t)sum;
#else
    const uint64_t half = 0xffffffff;
    uint64_t low = (a & half) * (b & half) + (c & half) + (d & half);
    uint64_t middle = (a >> 32) * (b & half) + (c >> 32) + (low >> 32);
    uint64_t crossed = (a & half) * (b >> 32) + (d >> 32) + (middle & half);
    *high = (a >> 32) * (b >> 32) + (middle >> 32) + (crossed >> 32);
    return crossed << 32 | (low & half);
#endif
}

/* |x| = mantissa 2^exponent */
INLINE uint64_t mantissa_of(double x, int32_t *exponent) {
    uint64_t bits = to_bits_f64(x), field = bits >> 52 & 0x7ff, normal = field > 0;
    *exponent = (int32_t)(field + !normal) - 1075;
    return (bits & 0xfffffffffffff) | normal << 52;
}

/* |a x|, no less than 1 */
static far_angle reduce_product(double a, double x) {
    enum { WINDOW = 4 }; /* words: the product has 106 bits, 150 are left for how near it is to a multiple of pi/2 */
    double nothing = (a - a) + (x - x);
    if (nothing != 0) return (far_angle){nothing, 0, 0}; /* NaN: one of them is not finite */
    double angle = a * x, lost = product_error_f64(a, x, angle);
    if (!is_far_f64(angle)) { /* but for float */
        expansion_f64 r = reduce_f64(angle < 0 ? -angle : angle);
        return (far_angle){r.high, r.low + (angle < 0 ? -lost : lost), (int)(to_bits_f64(r.shifted) & 3)};
    }
    int32_t exponent, other;
    uint64_t mantissa = mantissa_of(a, &exponent), product[WINDOW] = {0}, fraction[WINDOW] = {0};
    product[0] = multiply_add(mantissa, mantissa_of(x, &other), 0, 0, &product[1]);

    /* times 2/pi, from the first bit on that does not make whole turns: a fraction of a turn, highest word first */
    int32_t first = exponent + other - 2 + TWO_OVER_PI_ZEROS, shift = first & 31;
    const uint32_t *words = TWO_OVER_PI_WORDS + (first >> 5);
    for (int column = WINDOW - 1; column >= 0; column--) {
        uint64_t whole = (uint64_t)words[2 * column] << 32 | words[2 * column + 1], carry = 0;
        uint64_t bits = whole << shift | (uint64_t)words[2 * column + 2] << shift >> 32;
        for (int row = 0; row <= column; row++)
            fraction[column - row] = multiply_add(bits, product[row], fraction[column - row], carry, &carry);
    }

    /* in quarters of a turn: two bits before the point, and a number with a sign behind it; as many of its halves of
     * words as make a pair */
    int quarter = (int)(fraction[0] >> 62), negative = (int)(fraction[0] >> 61 & 1);
    double sum = 0, rest = 0, unit = 0x1p-32;
    for (int i = 0; i < 2 * WINDOW - 1 && unit * 0x1p138 > (sum < 0 ? -sum : sum); i++, unit *= 0x1p-32) {
        uint64_t next = i & 1 ? fraction[i / 2] << 32 | fraction[i / 2 + 1] >> 32 : fraction[i / 2];
        uint32_t bits = (uint32_t)(next >> 30);
        double term = (i == 0 ? (double)(int32_t)bits : (double)bits) * unit, before = sum;
        sum += term;
        rest += term - (sum - before);
    }
    double high = sum * PIO2_f64;
    double low = fma_f64(sum, PIO2_LOW_f64, rest * PIO2_f64) + product_error_f64(sum, PIO2_f64, high);
    pair_f64 r = fast_two_sum_f64(high, low);
    return (far_angle){r.high, r.low, (quarter + negative) & 3};
}

#endif
