/* Angles beyond the reach of `reduce`, after Payne and Hanek (1983): in integers, so exactly, and only with those bits
 * of 2/pi of which something is left after whole turns are taken away. Scalar: such angles are rare. */
#ifndef ACTKERNELS_REDUCTION_H
#define ACTKERNELS_REDUCTION_H

/* |x| = m 2^e */
static inline int32_t mantissa_and_exponent(double x, uint32_t m[2]) {
    uint64_t bits = to_bits_f64(x);
    int32_t exponent = (int32_t)(bits >> 52 & 0x7ff);
    uint64_t mantissa = (bits & 0xfffffffffffff) | (uint64_t)(exponent > 0) << 52;
    m[0] = (uint32_t)mantissa;
    m[1] = (uint32_t)(mantissa >> 32);
    return (exponent > 0 ? exponent : 1) - 1075;
}

enum { WINDOW = 8 }; /* words of 2/pi: a product has 106 bits, 150 are left for what it lacks of a multiple of pi/2 */

/* |a x| for any finite a and x, as long as it is no less than 1; NaN where one of them is not finite */
static far_angle reduce_product(double a, double x) {
    uint32_t factor[2], other[2], fraction[WINDOW] = {0};
    int32_t exponent = mantissa_and_exponent(a, factor) + mantissa_and_exponent(x, other);
    double nothing = (a - a) + (x - x);
    if (nothing != 0) return (far_angle){nothing, 0, 0};

    /* the product of the mantissas, lowest word first */
    uint64_t low = (uint64_t)factor[0] * other[0];
    uint64_t middle = (uint64_t)factor[0] * other[1] + (low >> 32), crossed = (uint64_t)factor[1] * other[0];
    crossed += (uint32_t)middle;
    uint64_t high = (uint64_t)factor[1] * other[1] + (middle >> 32) + (crossed >> 32);
    uint32_t product[WINDOW] = {(uint32_t)low, (uint32_t)crossed, (uint32_t)high, (uint32_t)(high >> 32)};

    /* times 2/pi, from the first bit on that does not make whole turns: a fraction of a turn, highest word first */
    int32_t first = exponent - 2 + TWO_OVER_PI_ZEROS, word = first >> 5, shift = first & 31;
    for (int column = WINDOW - 1; column >= 0; column--) {
        uint64_t words = (uint64_t)TWO_OVER_PI_WORDS[word + column] << 32 | TWO_OVER_PI_WORDS[word + column + 1];
        uint64_t bits = words << shift >> 32, carry = 0;
        for (int row = 0; row <= column; row++) {
            carry += bits * product[row] + fraction[column - row];
            fraction[column - row] = (uint32_t)carry;
            carry >>= 32;
        }
    }

    /* in quarters of a turn: the two bits before the point, and a number with a sign behind it */
    int quarter = (int)(fraction[0] >> 30), negative = (int)(fraction[0] >> 29 & 1);
    double sum = 0, rest = 0, unit = 0x1p-32;
    for (int i = 0; i < WINDOW; i++, unit *= 0x1p-32) {
        uint32_t bits = fraction[i] << 2 | (i + 1 < WINDOW ? fraction[i + 1] >> 30 : 0);
        double next = (i == 0 ? (double)(int32_t)bits : (double)bits) * unit, before = sum;
        sum += next;
        rest += next - (sum - before);
    }
    double angle = sum * PIO2_f64;
    double angle_low = fma_f64(sum, PIO2_LOW_f64, rest * PIO2_f64) + product_error_f64(sum, PIO2_f64, angle);
    pair_f64 r = fast_two_sum_f64(angle, angle_low);
    return (far_angle){r.high, r.low, (quarter + negative) & 3};
}

#endif
