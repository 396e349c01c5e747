/* What formulas share beyond elementary functions: parameters, which are doubles whatever the arrays, and
 * exponentials that decay. Written once in blocks_body.h, for float and double. */
#ifndef ACTKERNELS_BLOCKS_H
#define ACTKERNELS_BLOCKS_H

#include "vmath.h"

/* Klambauer et al. (2017): the fixed point with mean 0 and variance 1 */
#define SELU_SCALE 1.0507009873554804934193349852946
#define SELU_SCALE_ALPHA 1.7580993408473768599402175208123
/* LeCun et al. (1998) */
#define LECUN_SCALE 1.7159
#define LECUN_GRADIENT (1.7159 * 8 / 3)
#define LECUN_HALF_WIDTH 0.75

/* t - a b, whose rounding would be all that is left of a line near its root */
INLINE pair_f64 difference(double t, double a, double b) {
    double product = a * b, high = t - product;
    double in_high = t - high; /* two_sum of t and -product */
    double low = (t - (high + in_high)) + (in_high - product);
    return (pair_f64){high, low - product_error_f64(a, b, product)};
}

/* 2 a, which does not overflow: the wave of such a frequency is lower than all numbers, whatever its length. */
INLINE double doubled(double a) { return 2 * at_least_f64(at_most_f64(a, 0x1p1022), -0x1p1022); }

#define real float
#define natural uint32_t
#define F(name) name##_f32
#define FABS __builtin_fabsf
#define SQRT __builtin_sqrtf
#define IN_DOUBLE /* soft_clipping: one exponential in double instead of three in pairs */
#define INFINITE __builtin_inff()
#define DECAY_MAX 170.0f
#define GROWTH_MIN -24.0f
#define GROWTH_MAX 131.0f
#define DECAY_TINY 0x1p-40f
#define BOUND 0x1p64f
#define SMALLEST 0x1p-76f
#define FACTOR_TINY 0x1p-60f
#define FACTOR_MAX 0x1p36f
#define LIFT 0x1p64f
#define LIFT_EXPONENT 64
#define LIFTED 84
#define LIFTED_ONE 0x1p84f
#define LARGEST 0x1p120f
#define LARGE 0x1p30f
#define BESIDE_ONE 0x1p25f
#define ROOT_FAR 0x1p50f
#define CUBE_FAR 0x1p33f
#define CUBIC_MAX 12.0f
#define CUBIC_END 5.9f
#define GATE_END 20.0f
#define EXP_FAR 115.0f
#define EXP_SAFE 88.0f
#define CLIP_END 40.0 /* of a double */
#define NORMAL_MIN 0x1p-126f
#define NUDGE_BELOW 0x1p-60f
#define PARAMETER_LOST 0x1p-48f
#define NORMAL_MAX 14.8f
#define SQUARE_TINY 0x1p-75f
#define INTEGERS 0x1p23f
#define ANGLE_TINY 0x1p-27f
#include "blocks_body.h"
#undef IN_DOUBLE

#define real double
#define natural uint64_t
#define F(name) name##_f64
#define FABS __builtin_fabs
#define SQRT __builtin_sqrt
#define INFINITE __builtin_inf()
#define DECAY_MAX 1400.0
#define GROWTH_MIN -50.0
#define GROWTH_MAX 772.0
#define DECAY_TINY 0x1p-70
#define BOUND 0x1p512
#define SMALLEST 0x1p-900
#define FACTOR_TINY 0x1p-120
#define FACTOR_MAX 0x1p36
#define LIFT 0x1p128
#define LIFT_EXPONENT 128
#define LIFTED 400
#define LIFTED_ONE 0x1p400
#define LARGEST 0x1p1010
#define LARGE 0x1p60
#define BESIDE_ONE 0x1p54
#define ROOT_FAR 0x1p400
#define CUBE_FAR 0x1p300
#define CUBIC_MAX 24.0
#define CUBIC_END 8.2
#define GATE_END 40.0
#define EXP_FAR 780.0
#define EXP_SAFE 709.0
#define CLIP_FAR 37.5
#define NORMAL_MIN 0x1p-1022
#define NUDGE_BELOW 0x1p-400
#define PARAMETER_LOST 0x1p-53
#define NORMAL_MAX 39.2
#define SQUARE_TINY 0x1p-540
#define INTEGERS 0x1p52
#define ANGLE_TINY 0x1p-56
#include "blocks_body.h"

#endif
