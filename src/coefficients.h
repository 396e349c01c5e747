/* Constants and minimax polynomials of vmath_body.h.
 * Written by bench/derive.py, which fits, rounds and measures them; do not edit. */
#ifndef ACTKERNELS_COEFFICIENTS_H
#define ACTKERNELS_COEFFICIENTS_H

#define LOG2E_f32 0x1.715476p+0f /* 1 / ln 2 */
#define LN2_f32 0x1.62e4p-1f /* ln 2, short enough that k * LN2 is exact */
#define LN2_LOW_f32 0x1.7f7d1cp-20f /* ln 2, short enough that k * LN2 is exact: the rest */
#define INV_SQRT_2PI_f32 0x1.988454p-2f /* 1 / sqrt(2 pi) */
#define INV_SQRT_2PI_LOW_f32 -0x1.857936p-27f /* 1 / sqrt(2 pi): the rest */
#define SQRT2_f32 0x1.6a09e6p+0f /* sqrt 2 */
#define MILLS_SHIFT_f32 0x1.4p+1f /* shift of mills_ratio's map */
#define MILLS_SPAN_f32 0x1.17p+2f /* MILLS_CENTRE + MILLS_SHIFT */
#define MILLS_0_f32 0x1.8be138p-1f /* mills_ratio at v = 0 */
#define MILLS_0_LOW_f32 0x1.c0fc66p-27f /* mills_ratio at v = 0: the rest */

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to exp(r) - 1: degree 5, 2^-31.0 */
static inline float expm1_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(0x1.9e0d88p-13f, x, 0x1.6d438cp-10f), x2, fma_f32(0x1.111306p-7f, x, 0x1.5554fp-5f)), x2, fma_f32(0x1.555554p-3f, x, 0x1p-1f));
}

/* (log(1 + f) - f) / f^2, -1/4 <= f <= 1/2; error relative to log(1 + f): degree 9, 2^-29.5 */
static inline float log1p_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(fma_f32(fma_f32(0x1.371a42p-5f, x, -0x1.7b17d6p-4f), x2, fma_f32(0x1.e4c06ep-4f, x, -0x1.054432p-3f)), x2, fma_f32(0x1.2419bcp-3f, x, -0x1.54fd9ep-3f)), x2, fma_f32(0x1.999924p-3f, x, -0x1.00010ep-2f)), x2, fma_f32(0x1.55555ap-2f, x, -0x1.fffffep-2f));
}

/* (tanh(x)/x - 1)/u, u = x^2; error relative to tanh(x): degree 3, 2^-30.9 */
static inline float tanh_centre_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.3ea97cp-6f, x, -0x1.b827dap-5f), x2, fma_f32(0x1.110c36p-3f, x, -0x1.55554ep-2f));
}

/* erf(x)/x - 1 in u = x^2 <= 1; error relative to erf(x): degree 6, 2^-29.3 */
static inline float erf_centre_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = fma_f32(0x1.4917a4p-14f, x2, fma_f32(-0x1.a3d812p-11f, x, 0x1.540172p-8f));
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.b7f88cp-6f, x, 0x1.ce2cf2p-4f), x2, fma_f32(-0x1.81273ep-2f, x, 0x1.06eba8p-3f)));
    return p;
}

/* ((t + MILLS_SHIFT) exp(t^2/2) erfc(t/sqrt(2))/2 - MILLS_0)/v, v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT): degree 9, 2^-26.7 */
static inline float mills_ratio_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = fma_f32(-0x1.6ee3fap-14f, x, -0x1.1b4c3cp-11f);
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.89151ep-13f, x, 0x1.3d8448p-9f), x2, fma_f32(0x1.eba44ep-9f, x, -0x1.c3561p-8f)));
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.9a4884p-6f, x, 0x1.c638b4p-6f), x2, fma_f32(0x1.531512p-3f, x, -0x1.14fda2p-1f)));
    return p;
}

#define LOG2E_f64 0x1.71547652b82fep+0 /* 1 / ln 2 */
#define LN2_f64 0x1.62e42fefa4p-1 /* ln 2, short enough that k * LN2 is exact */
#define LN2_LOW_f64 -0x1.8432a1b0e2634p-43 /* ln 2, short enough that k * LN2 is exact: the rest */
#define INV_SQRT_2PI_f64 0x1.9884533d43651p-2 /* 1 / sqrt(2 pi) */
#define INV_SQRT_2PI_LOW_f64 -0x1.cbc0d30ebfd15p-56 /* 1 / sqrt(2 pi): the rest */
#define SQRT2_f64 0x1.6a09e667f3bcdp+0 /* sqrt 2 */
#define MILLS_SHIFT_f64 0x1.4p+2 /* shift of mills_ratio's map */
#define MILLS_SPAN_f64 0x1.1fp+3 /* MILLS_CENTRE + MILLS_SHIFT */
#define MILLS_0_f64 0x1.b49c681e72efbp-1 /* mills_ratio at v = 0 */
#define MILLS_0_LOW_f64 -0x1.f6b4d59dc3af2p-58 /* mills_ratio at v = 0: the rest */

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to exp(r) - 1: degree 10, 2^-61.5 */
static inline double expm1_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.1f19d52a9ce8p-29, x2, fma_f64(0x1.af5f14bdfffbbp-26, x, 0x1.27e5136439299p-22));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.71ddf81a3bf8fp-19, x, 0x1.a01a018e04117p-16), x2, fma_f64(0x1.a01a01b0006c9p-13, x, 0x1.6c16c16c1ab0ap-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.111111110f659p-7, x, 0x1.555555555554dp-5), x2, fma_f64(0x1.5555555555559p-3, x, 0x1p-1)));
    return p;
}

/* (log(1 + f) - f) / f^2, -1/4 <= f <= 1/2; error relative to log(1 + f): degree 19, 2^-56.7 */
static inline double log1p_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(0x1.08025b2e93fd9p-7, x, -0x1.e0f25ffb8381ep-6), x2, fma_f64(0x1.9fb44f21519f2p-5, x, -0x1.e9a97ec310a3ap-5));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.f2aab084c15b9p-5, x, -0x1.ffeeac2f55eadp-5), x2, fma_f64(0x1.101183dfc4369p-4, x, -0x1.2463c4aaa784fp-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.3b1ff90c58d38p-4, x, -0x1.55598369dea06p-4), x2, fma_f64(0x1.745ce35436083p-4, x, -0x1.99996e04bd583p-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.c71c70ee64a87p-4, x, -0x1.0000007827386p-3), x2, fma_f64(0x1.24924929f6b69p-3, x, -0x1.55555553fd242p-3)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.9999999989689p-3, x, -0x1.0000000000ddp-2), x2, fma_f64(0x1.55555555555c4p-2, x, -0x1.ffffffffffffbp-2)));
    return p;
}

/* (tanh(x)/x - 1)/u, u = x^2; error relative to tanh(x): degree 5, 2^-58.1 */
static inline double tanh_centre_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(fma_f64(0x1.c43bdbaee0a35p-9, x, -0x1.22401f2e6318bp-7), x2, fma_f64(0x1.664ed7aa086c1p-6, x, -0x1.ba1ba12e30557p-5)), x2, fma_f64(0x1.11111110e9284p-3, x, -0x1.55555555554dcp-2));
}

/* erf(x)/x - 1 in u = x^2 <= 1; error relative to erf(x): degree 11, 2^-56.0 */
static inline double erf_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(-0x1.ab1661c920fc5p-31, x, 0x1.d6e4125e67a3cp-27), x2, fma_f64(-0x1.5bfe7dc7ba838p-23, x, 0x1.b97e456421b8ap-20));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.f4ca206c9649ep-17, x, 0x1.f9a2b7574c152p-14), x2, fma_f64(-0x1.c02db014b44dcp-11, x, 0x1.565bccf7e31ebp-8)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.b82ce311ee0e5p-6, x, 0x1.ce2f21a0408d2p-4), x2, fma_f64(-0x1.812746b0379b2p-2, x, 0x1.06eba8214db68p-3)));
    return p;
}

/* ((t + MILLS_SHIFT) exp(t^2/2) erfc(t/sqrt(2))/2 - MILLS_0)/v, v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT): degree 21, 2^-56.7 */
static inline double mills_ratio_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(-0x1.af0f317e061adp-29, x, 0x1.72e0a02667f8fp-26);
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.0801240a1a731p-25, x, -0x1.7350d719137a7p-23), x2, fma_f64(-0x1.d96ade8c5018bp-23, x, 0x1.f4c46fcdc73c2p-21)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.6be4abce79c07p-20, x, -0x1.520c4413c7276p-18), x2, fma_f64(-0x1.e61a3a76726e8p-18, x, 0x1.077d1d882a53bp-15)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.e0bbb8813556p-16, x, -0x1.d30266f6d45bep-13), x2, fma_f64(0x1.8ce4274423fd8p-15, x, 0x1.8f5a4b411b4bp-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.b113448b5307dp-9, x, -0x1.17b967f763c5dp-8), x2, fma_f64(0x1.6775fbc326fecp-5, x, -0x1.293602cf54cadp-3)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.4acfa7caee1d6p-2, x, -0x1.1b533d698912ep-1), x2, fma_f64(0x1.8924f809b13f8p-1, x, -0x1.c4945b1e10a05p-1)));
    return p;
}

#endif
