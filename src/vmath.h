/* Elementary functions for auto-vectorised loops: scalar, branch-free, C11, float (`_f32`) and double (`_f64`).
 *
 * The algorithms stand once, in vmath_body.h, which this file includes for each type; the polynomials stand in
 * coefficients.h, which bench/derive.py writes. A loop `y[i] = f(x[i])` over restrict pointers vectorises with
 * -O3 -fno-math-errno -fno-trapping-math -ffp-contract=off: every choice is a select, every fma is explicit.
 * The exception is an angle far from 0, see `angle`.
 *
 * Speed must not depend on values. A multiplication, fma or division that meets a subnormal, or makes one, costs a
 * hundred times its price on Intel; additions, comparisons and integer operations do not. So small inputs are replaced
 * before the first product, and a subnormal result is made by an addition (see `scale`). */
#ifndef ACTKERNELS_VMATH_H
#define ACTKERNELS_VMATH_H

#include <stdint.h>
#include <string.h>

/* A call that is not inlined ends the vectorisation of its loop. */
#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* Where the hardware has no fma, fma() is a library call thirty times slower: there it is a product and a sum. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__aarch64__)
#define VMATH_FMA 1
INLINE float fma_f32(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INLINE double fma_f64(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
#define VMATH_FMA 0
INLINE float fma_f32(float a, float b, float c) { return a * b + c; }
INLINE double fma_f64(double a, double b, double c) { return a * b + c; }
#endif

/* Whether the kernels that are compiled serve usual inputs alone: finite ones, not too large, 0 or not too small (see
 * passes.h). A function may then leave out its care for others, so long as its results are the same to the last bit. */
#ifndef USUAL
#define USUAL 0
#endif

#include "coefficients.h"

/* An angle's quarter, modulo 4, and its distance high + low from that multiple of pi/2. */
typedef struct {
    double high, low;
    int quarter;
} far_angle;

/* A call is what ends a vector loop, and what keeps the rare case out of it. */
#if defined(__GNUC__) || defined(__clang__)
__attribute__((noinline, const))
#endif
static far_angle reduce_product(double a, double x);

#define real float
#define integer int32_t
#define natural uint32_t
#define F(name) name##_f32
#define FABS __builtin_fabsf
#define SQRT __builtin_sqrtf
#define WIDE /* erf and atan in double: more exact than pairs, and hardly slower */
#define MANTISSA 23
#define BIAS 127
#define HALF_MANTISSA 12
#include "vmath_body.h"
#undef WIDE

#define real double
#define integer int64_t
#define natural uint64_t
#define F(name) name##_f64
#define FABS __builtin_fabs
#define SQRT __builtin_sqrt
#define MANTISSA 52
#define BIAS 1023
#define HALF_MANTISSA 27
#include "vmath_body.h"

#include "reduction.h"

#endif
