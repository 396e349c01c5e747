/* Constants and minimax polynomials of vmath_body.h.
 * Written by bench/derive.py, which fits, rounds and measures them; do not edit. */
#ifndef ACTKERNELS_COEFFICIENTS_H
#define ACTKERNELS_COEFFICIENTS_H

#define LOG2E_f32 0x1.715476p+0f /* 1 / ln 2 */
#define LN2_f32 0x1.62e4p-1f /* ln 2, short enough that k * LN2 is exact */
#define LN2_LOW_f32 0x1.7f7d1cp-20f /* ln 2, short enough that k * LN2 is exact: the rest */
#define INV_SQRT_2PI_f32 0x1.988454p-2f /* 1 / sqrt(2 pi) */
#define INV_SQRT_2PI_LOW_f32 -0x1.857936p-27f /* 1 / sqrt(2 pi): the rest */
#define THIRD_f32 0x1.555556p-2f /* 1 / 3 */
#define THIRD_LOW_f32 -0x1.555556p-27f /* 1 / 3: the rest */
#define PIO2_f32 0x1.921fb6p+0f /* pi / 2 */
#define PIO2_LOW_f32 -0x1.777a5cp-25f /* pi / 2: the rest */
#define GELU_SLOPE_f32 0x1.988454p+0f /* sqrt(8 / pi) */
#define GELU_SLOPE_LOW_f32 -0x1.857936p-25f /* sqrt(8 / pi): the rest */
#define GELU_CUBIC_f32 0x1.2444f2p-4f /* 0.044715 sqrt(8 / pi) */
#define GELU_CUBIC_LOW_f32 0x1.49b16ap-29f /* 0.044715 sqrt(8 / pi): the rest */
#define TWO_OVER_PI_f32 0x1.45f306p-1f /* 2 / pi */
#define PIO2_1_f32 0x1.922p+0f /* pi / 2 in parts: k * part is exact */
#define PIO2_2_f32 -0x1.2aeep-18f /* pi / 2 in parts: k * part is exact */
#define PIO2_3_f32 -0x1.e974p-35f /* pi / 2 in parts: k * part is exact */
#define PIO2_4_f32 0x1.1a6264p-54f /* pi / 2 in parts: k * part is exact */
#define MILLS_SHIFT_f32 0x1.8p+1f /* shift of mills_ratio's map */
#define MILLS_SPAN_f32 0x1p+3f /* MILLS_CENTRE + MILLS_SHIFT */
#define MILLS_FAULT_f32 0x1.84f1dep+0f /* -d ln(ratio)/d ln(t + MILLS_SHIFT) at v = 0 */
#define MILLS_FAULT_SLOPE_f32 -0x1.1778c8p-1f /* and its slope in v */
#define MILLS_0_f32 0x1.3b0fbcp-1f /* mills_ratio at v = 0 */
#define GELU_CENTRE_f32 0x1.6p+1f /* centre of gelu_rate and gelu_bend */
#define GELU_END_f32 0x1.2p+2f /* where gelu_rate and gelu_bend end */
#define SERF_REST_f32 0x1.4ece44p-2f /* erfc(ln 2) */
#define SERF_END_f32 0x1.4p+2f /* where serf_log and serf_rate end */

/* (exp(r) - 1 - r - r^2/2) / r^3, |r| <= ln(2)/2; error relative to exp(r) - 1: degree 4, 2^-31.0 */
INLINE float expm1_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.9e113ep-13f, x2, fma_f32(0x1.6d4116p-10f, x, 0x1.111304p-7f)), x2, fma_f32(0x1.5554f2p-5f, x, 0x1.555554p-3f));
}

/* ((exp(r) - 1 - r - r^2/2) / (r^3/2) - 1/3) / r, |r| <= ln(2)/2; error relative to exp(r): degree 3, 2^-33.0 */
INLINE float exp_fourth_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.9f8efep-12f, x, 0x1.6d43acp-9f), x2, fma_f32(0x1.111198p-6f, x, 0x1.5554fp-4f));
}

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to exp(r): degree 4, 2^-28.3 */
INLINE float exp_bend_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.6a51a8p-10f, x2, fma_f32(0x1.12398p-7f, x, 0x1.5558acp-5f)), x2, fma_f32(0x1.555492p-3f, x, 0x1.fffffcp-2f));
}

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to 1: degree 4, 2^-28.2 */
INLINE float expm1_curve_f32(float x) {
    float p = 0x1.6d61b8p-10f;
    p = fma_f32(p, x, 0x1.123bdap-7f);
    p = fma_f32(p, x, 0x1.5554d6p-5f);
    p = fma_f32(p, x, 0x1.55548ep-3f);
    p = fma_f32(p, x, 0x1p-1f);
    return p;
}

/* (exp(2h)/2 - 1/2 - h - h^2) / h^3, |h| <= ln(2)/4; error relative to exp(2h) - 1: degree 4, 2^-31.0 */
INLINE float exp_double_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.9e113ep-7f, x2, fma_f32(0x1.6d4116p-5f, x, 0x1.111304p-3f)), x2, fma_f32(0x1.5554f2p-2f, x, 0x1.555554p-1f));
}

/* (log(1 + f) - f + f^2/2) / f^3, -1/4 <= f <= 1/2; error relative to log(1 + f): degree 8, 2^-30.0 */
INLINE float log1p_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(fma_f32(0x1.341876p-5f, x2, fma_f32(-0x1.752116p-4f, x, 0x1.df3d8ep-4f)), x2, fma_f32(-0x1.04b158p-3f, x, 0x1.246224p-3f)), x2, fma_f32(-0x1.551948p-3f, x, 0x1.99976ap-3f)), x2, fma_f32(-0x1.00007p-2f, x, 0x1.55555ap-2f));
}

/* (log(1 + e) - e + e^2/2) / e^3, 0 <= e <= exp(-0.9); error relative to log(1 + e): degree 5, 2^-29.8 */
INLINE float log1p_decay_f32(float x) {
    float p = -0x1.35be38p-5f;
    p = fma_f32(p, x, 0x1.a1c19ep-4f);
    p = fma_f32(p, x, -0x1.3ea9a4p-3f);
    p = fma_f32(p, x, 0x1.962ce6p-3f);
    p = fma_f32(p, x, -0x1.ffbd24p-3f);
    p = fma_f32(p, x, 0x1.55545ep-2f);
    return p;
}

/* log(cosh(x/2))/u, u = x^2 <= 0.9^2; error relative to 1: degree 3, 2^-29.4 */
INLINE float softplus_centre_f32(float x) {
    float p = -0x1.7ac81ap-16f;
    p = fma_f32(p, x, 0x1.6981e2p-12f);
    p = fma_f32(p, x, -0x1.554a8ep-8f);
    p = fma_f32(p, x, 0x1.fffff2p-4f);
    return p;
}

/* (tanh(x)/x - 1)/u, u = x^2; error relative to tanh(x): degree 2, 2^-29.7 */
INLINE float tanh_centre_f32(float x) {
    float p = -0x1.a99584p-5f;
    p = fma_f32(p, x, 0x1.10f308p-3f);
    p = fma_f32(p, x, -0x1.555536p-2f);
    return p;
}

/* (log(cosh(x))/u - 1/2)/u, u = x^2 <= 0.7^2; error relative to log(cosh(x)): degree 4, 2^-28.7 */
INLINE float logcosh_centre_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(-0x1.e4c29cp-12f, x2, fma_f32(0x1.0d1ee8p-9f, x, -0x1.b813bp-8f)), x2, fma_f32(0x1.6c094ep-6f, x, -0x1.555538p-4f));
}

/* (gd(x)/x - 1)/u, u = x^2 <= 0.7^2, gd(x) = atan(sinh(x)); error relative to gd(x): degree 4, 2^-28.9 */
INLINE float gudermannian_centre_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(-0x1.a197bcp-11f, x2, fma_f32(0x1.d66a86p-9f, x, -0x1.8adcbcp-7f)), x2, fma_f32(0x1.5549ccp-5f, x, -0x1.55553cp-3f));
}

/* (atan(q)/q - 1)/u, u = q^2 <= exp(-1.4); error relative to atan(q): degree 4, 2^-27.6 */
INLINE float atan_narrow_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(-0x1.a72288p-5f, x2, fma_f32(0x1.a0dfd4p-4f, x, -0x1.225eb2p-3f)), x2, fma_f32(0x1.997c82p-3f, x, -0x1.555516p-2f));
}

/* ((x - tanh(x))/x^3 - 1/3)/u, u = x^2 <= 0.7^2; error relative to x - tanh(x): degree 5, 2^-30.0 */
INLINE float tanhshrink_centre_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(0x1.91a3d2p-11f, x, -0x1.a2551ep-9f), x2, fma_f32(0x1.1e679p-7f, x, -0x1.65fcc2p-6f)), x2, fma_f32(0x1.ba1888p-5f, x, -0x1.11110cp-3f));
}

/* (tanh(x)/x - 1)/u, u = x^2 <= 1; error relative to tanh(x): degree 6, 2^-27.7 */
INLINE float tanh_wide_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(-0x1.77d654p-12f, x2, fma_f32(0x1.2da366p-9f, x, -0x1.0460d2p-7f)), x2, fma_f32(0x1.6009d8p-6f, x, -0x1.b9623ep-5f)), x2, fma_f32(0x1.110be4p-3f, x, -0x1.55553cp-2f));
}

/* log(erfcx(t/sqrt(2)))/t + 1/2 in u = t - GELU_CENTRE, t <= GELU_END; error of t times it relative to 1: degree 10, 2^-28.8 */
INLINE float gelu_rate_f32(float x) {
    float p = 0x1.9e9cc2p-29f;
    p = fma_f32(p, x, -0x1.114edap-26f);
    p = fma_f32(p, x, 0x1.863d0ep-25f);
    p = fma_f32(p, x, -0x1.c02888p-27f);
    p = fma_f32(p, x, -0x1.eb588p-20f);
    p = fma_f32(p, x, 0x1.81a818p-16f);
    p = fma_f32(p, x, -0x1.a566fp-13f);
    p = fma_f32(p, x, 0x1.889774p-10f);
    p = fma_f32(p, x, -0x1.4f25b8p-7f);
    p = fma_f32(p, x, 0x1.151cep-4f);
    p = fma_f32(p, x, 0x1.8f0106p-7f);
    return p;
}

/* t erfcx(t/sqrt(2)) in (GELU_END/t)^2 <= 1; error relative to it: degree 6, 2^-29.0 */
INLINE float gelu_far_f32(float x) {
    float p = 0x1.38c732p-16f;
    p = fma_f32(p, x, -0x1.f3480cp-14f);
    p = fma_f32(p, x, 0x1.c29c7ap-12f);
    p = fma_f32(p, x, -0x1.72691ap-10f);
    p = fma_f32(p, x, 0x1.7e1c9ap-8f);
    p = fma_f32(p, x, -0x1.42c5aap-5f);
    p = fma_f32(p, x, 0x1.988452p-1f);
    return p;
}

/* (t/sqrt(2 pi) + 1/2 - erfcx(t/sqrt(2))/2)/t - 1/2 in u = t - GELU_CENTRE, t <= GELU_END; error of t times it relative to the larger of two terms: degree 12, 2^-25.7 */
INLINE float gelu_bend_f32(float x) {
    float p = 0x1.a6a0bap-28f;
    p = fma_f32(p, x, 0x1.5e5fa4p-34f);
    p = fma_f32(p, x, -0x1.8683bap-28f);
    p = fma_f32(p, x, -0x1.109248p-22f);
    p = fma_f32(p, x, 0x1.1ad21cp-20f);
    p = fma_f32(p, x, -0x1.211016p-18f);
    p = fma_f32(p, x, 0x1.6b81f2p-16f);
    p = fma_f32(p, x, -0x1.ad2e56p-14f);
    p = fma_f32(p, x, 0x1.e35d06p-12f);
    p = fma_f32(p, x, -0x1.0800c8p-9f);
    p = fma_f32(p, x, 0x1.16682cp-7f);
    p = fma_f32(p, x, -0x1.1a7f86p-5f);
    p = fma_f32(p, x, 0x1.102c32p-5f);
    return p;
}

/* 1/sqrt(2 pi) - erfcx(t/sqrt(2))/(2 t) in (GELU_END/t)^2 <= 1; error relative to it: degree 4, 2^-26.0 */
INLINE float gelu_bend_far_f32(float x) {
    float p = 0x1.1fb788p-16f;
    p = fma_f32(p, x, -0x1.10297cp-13f);
    p = fma_f32(p, x, 0x1.fb373p-11f);
    p = fma_f32(p, x, -0x1.42c398p-6f);
    p = fma_f32(p, x, 0x1.98845p-2f);
    return p;
}

/* erf(log(1 + w))/(7/8 w) - 1 in v = w - 3/4, 0 <= w <= 1; error relative to erf(log(1 + w)): degree 9, 2^-30.4 */
INLINE float serf_excess_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = fma_f32(0x1.114d14p-9f, x, -0x1.1c370cp-9f);
    p = fma_f32(p, x4, fma_f32(fma_f32(0x1.89221cp-8f, x, -0x1.6b8aeap-7f), x2, fma_f32(0x1.09437p-6f, x, -0x1.9a987cp-7f)));
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.ae497p-6f, x, 0x1.3d2ff4p-3f), x2, fma_f32(-0x1.c4fec6p-2f, x, -0x1.091cbep-3f)));
    return p;
}

/* the derivative of erf(log(1 + w)) over 7/8, less 1, in v; error relative to the derivative: degree 9, 2^-24.8 */
INLINE float serf_bend_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = fma_f32(0x1.45e36p-6f, x, -0x1.f4dbfep-8f);
    p = fma_f32(p, x4, fma_f32(fma_f32(0x1.10162ap-5f, x, -0x1.7e4288p-5f), x2, fma_f32(0x1.832b9ep-5f, x, -0x1.f1738ap-10f)));
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.241fa6p-3f, x, 0x1.9f4582p-2f), x2, fma_f32(-0x1.4e0cccp-1f, x, -0x1.d84d74p-2f)));
    return p;
}

/* -log(erfc(log(1 + exp(x))) / SERF_REST) / x, 0 <= x <= 5 / 6.75; error relative to erf(log(1 + exp(x))): degree 8, 2^-28.6 */
INLINE float serf_log_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = 0x1.324086p-18f;
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.8ecdf6p-14f, x, 0x1.4e8e3ep-11f), x2, fma_f32(-0x1.517e02p-10f, x, -0x1.9056fp-9f)));
    p = fma_f32(p, x4, fma_f32(fma_f32(0x1.67a09ep-8f, x, 0x1.b5c6fcp-4f), x2, fma_f32(0x1.dda5bcp-2f, x, 0x1.113898p+0f)));
    return p;
}

/* -(d/dx erfc(log(1 + exp(x)))) / erfc(log(1 + exp(x))); error of x erf(log(1 + exp(x))) relative to 1: degree 8, 2^-26.2 */
INLINE float serf_rate_f32(float x) {
    float x2 = x * x;
    float x4 = x2 * x2;
    float p = 0x1.146614p-14f;
    p = fma_f32(p, x4, fma_f32(fma_f32(-0x1.03da62p-10f, x, 0x1.5d5c14p-8f), x2, fma_f32(-0x1.34561ep-7f, x, -0x1.b813ep-7f)));
    p = fma_f32(p, x4, fma_f32(fma_f32(0x1.551c7p-6f, x, 0x1.48b5dep-2f), x2, fma_f32(0x1.dd9e7p-1f, x, 0x1.1138c6p+0f)));
    return p;
}

/* (sin(r)/r - 1)/u + 5/32, u = r^2, |r| <= pi/4; error relative to sin(r): degree 3, 2^-35.7 */
INLINE float sin_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(0x1.6c096ep-19f, x, -0x1.a00b7cp-13f), x2, fma_f32(0x1.111102p-7f, x, -0x1.555554p-7f));
}

/* (cos(r) - 1 + u/2)/u^2, u = r^2, |r| <= pi/4; error relative to cos(r): degree 2, 2^-33.0 */
INLINE float cos_tail_f32(float x) {
    float x2 = x * x;
    return fma_f32(0x1.99e91p-16f, x2, fma_f32(-0x1.6c0c2ap-10f, x, 0x1.55554ap-5f));
}

/* (asinh(x)/x - 1)/u, u = x^2 <= 1/4; error relative to asinh(x): degree 5, 2^-33.9 */
INLINE float asinh_centre_f32(float x) {
    float x2 = x * x;
    return fma_f32(fma_f32(fma_f32(0x1.2f4c56p-7f, x, -0x1.487c72p-6f), x2, fma_f32(0x1.ec11a4p-6f, x, -0x1.6d7ebap-5f)), x2, fma_f32(0x1.33323ap-4f, x, -0x1.555554p-3f));
}

/* ((t + MILLS_SHIFT) exp(t^2/2) erfc(t/sqrt(2))/2 - MILLS_0)/v, v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT): degree 9, 2^-28.5 */
INLINE float mills_ratio_f32(float x) {
    float p = 0x1.b0ebecp-19f;
    p = fma_f32(p, x, 0x1.5f6c82p-16f);
    p = fma_f32(p, x, 0x1.71768ap-16f);
    p = fma_f32(p, x, -0x1.390018p-13f);
    p = fma_f32(p, x, -0x1.746958p-13f);
    p = fma_f32(p, x, 0x1.b42cecp-10f);
    p = fma_f32(p, x, -0x1.d15eacp-12f);
    p = fma_f32(p, x, -0x1.6fb81ep-6f);
    p = fma_f32(p, x, 0x1.b9d8cp-4f);
    p = fma_f32(p, x, -0x1.360a5ep-2f);
    return p;
}

#define LOG2E_f64 0x1.71547652b82fep+0 /* 1 / ln 2 */
#define LN2_f64 0x1.62e42fefa4p-1 /* ln 2, short enough that k * LN2 is exact */
#define LN2_LOW_f64 -0x1.8432a1b0e2634p-43 /* ln 2, short enough that k * LN2 is exact: the rest */
#define INV_SQRT_2PI_f64 0x1.9884533d43651p-2 /* 1 / sqrt(2 pi) */
#define INV_SQRT_2PI_LOW_f64 -0x1.cbc0d30ebfd15p-56 /* 1 / sqrt(2 pi): the rest */
#define THIRD_f64 0x1.5555555555555p-2 /* 1 / 3 */
#define THIRD_LOW_f64 0x1.5555555555555p-56 /* 1 / 3: the rest */
#define SQRT2_f64 0x1.6a09e667f3bcdp+0 /* sqrt 2 */
#define SQRT2_LOW_f64 -0x1.bdd3413b26456p-54 /* sqrt 2: the rest */
#define ERF_EXCESS_f64 0x1.06eba8214db69p-3 /* 2 / sqrt(pi) - 1 */
#define PIO2_f64 0x1.921fb54442d18p+0 /* pi / 2 */
#define PIO2_LOW_f64 0x1.1a62633145c07p-54 /* pi / 2: the rest */
#define GELU_SLOPE_f64 0x1.9884533d43651p+0 /* sqrt(8 / pi) */
#define GELU_SLOPE_LOW_f64 -0x1.cbc0d30ebfd15p-54 /* sqrt(8 / pi): the rest */
#define GELU_CUBIC_f64 0x1.2444f2a4d8b4bp-4 /* 0.044715 sqrt(8 / pi) */
#define GELU_CUBIC_LOW_f64 -0x1.6c843a29d1c7p-61 /* 0.044715 sqrt(8 / pi): the rest */
#define TWO_OVER_PI_f64 0x1.45f306dc9c883p-1 /* 2 / pi */
#define PIO2_1_f64 0x1.921fb544p+0 /* pi / 2 in parts: k * part is exact */
#define PIO2_2_f64 0x1.0b4611a6p-34 /* pi / 2 in parts: k * part is exact */
#define PIO2_3_f64 0x1.3198a2ep-69 /* pi / 2 in parts: k * part is exact */
#define PIO2_4_f64 0x1.b839a252049c1p-104 /* pi / 2 in parts: k * part is exact */
#define MILLS_SHIFT_f64 0x1.8p+1 /* shift of mills_ratio's map */
#define MILLS_SPAN_f64 0x1p+3 /* MILLS_CENTRE + MILLS_SHIFT */
#define MILLS_FAULT_f64 0x1.84f39c6d097bp+0 /* -d ln(ratio)/d ln(t + MILLS_SHIFT) at v = 0 */
#define MILLS_FAULT_SLOPE_f64 -0x1.17757f8d26537p-1 /* and its slope in v */
#define MILLS_0_f64 0x1.3b0fbcb4c77bep-1 /* mills_ratio at v = 0 */
#define GELU_CENTRE_f64 0x1.6p+1 /* centre of gelu_rate and gelu_bend */
#define GELU_END_f64 0x1.2p+2 /* where gelu_rate and gelu_bend end */
#define SERF_REST_f64 0x1.4ece439ecaf3bp-2 /* erfc(ln 2) */
#define SERF_END_f64 0x1.bp+2 /* where serf_log and serf_rate end */

/* (exp(r) - 1 - r - r^2/2) / r^3, |r| <= ln(2)/2; error relative to exp(r) - 1: degree 9, 2^-61.5 */
INLINE double expm1_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.1f0536e1b32f6p-29, x, 0x1.af5f294858a29p-26);
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.27e5212c5521bp-22, x, 0x1.71ddf80efd6d8p-19), x2, fma_f64(0x1.a01a018766499p-16, x, 0x1.a01a01b0045ep-13)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.6c16c16c1c067p-10, x, 0x1.111111110f652p-7), x2, fma_f64(0x1.555555555554ap-5, x, 0x1.5555555555559p-3)));
    return p;
}

/* ((exp(r) - 1 - r - r^2/2) / (r^3/2) - 1/3) / r, |r| <= ln(2)/2; error relative to exp(r): degree 9, 2^-69.5 */
INLINE double exp_fourth_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.60e96faa0c06p-32, x, 0x1.1f8ba3d78352p-28);
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.ae64c0234d8a5p-25, x, 0x1.27e4cc2f9a869p-21), x2, fma_f64(0x1.71de3a35d111dp-18, x, 0x1.a01a01ad745e6p-15)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.a01a01a0213e6p-12, x, 0x1.6c16c16c1500fp-9), x2, fma_f64(0x1.1111111111108p-6, x, 0x1.5555555555558p-4)));
    return p;
}

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to exp(r): degree 9, 2^-57.9 */
INLINE double exp_bend_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.ad9003ebc3f59p-26, x, 0x1.28ae001e01f7ep-22);
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.71df1aebf257fp-19, x, 0x1.a019995ac4bf9p-16), x2, fma_f64(0x1.a01a012ef2239p-13, x, 0x1.6c16c18478bc9p-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.1111111126e8ap-7, x, 0x1.55555555506b5p-5), x2, fma_f64(0x1.55555555554fdp-3, x, 0x1.000000000000ap-1)));
    return p;
}

/* (exp(r) - 1 - r) / r^2, |r| <= ln(2)/2; error relative to 1: degree 10, 2^-63.8 */
INLINE double expm1_curve_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.1f936b156faa5p-29, x2, fma_f64(0x1.af6e9d692a3fp-26, x, 0x1.27e4c7196b4b3p-22));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.71ddee62827a9p-19, x, 0x1.a01a01afd5059p-16), x2, fma_f64(0x1.a01a01b44a912p-13, x, 0x1.6c16c16c148a2p-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.111111110e9fp-7, x, 0x1.5555555555559p-5), x2, fma_f64(0x1.555555555555cp-3, x, 0x1p-1)));
    return p;
}

/* (exp(2h)/2 - 1/2 - h - h^2) / h^3, |h| <= ln(2)/4; error relative to exp(2h) - 1: degree 9, 2^-61.5 */
INLINE double exp_double_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.1f0536e1b32f6p-18, x, 0x1.af5f294858a29p-16);
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.27e5212c5521bp-13, x, 0x1.71ddf80efd6d8p-11), x2, fma_f64(0x1.a01a018766499p-9, x, 0x1.a01a01b0045ep-7)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.6c16c16c1c067p-5, x, 0x1.111111110f652p-3), x2, fma_f64(0x1.555555555554ap-2, x, 0x1.5555555555559p-1)));
    return p;
}

/* (log(1 + f) - f + f^2/2) / f^3, -1/4 <= f <= 1/2; error relative to log(1 + f): degree 18, 2^-56.6 */
INLINE double log1p_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(0x1.0928a05fca60ap-7, x2, fma_f64(-0x1.e18cdbb89d541p-6, x, 0x1.9f5127ac17a06p-5));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.e8e906a2c5edep-5, x, 0x1.f251ca65b0e9bp-5), x2, fma_f64(-0x1.fffc5873732b1p-5, x, 0x1.101cb04014718p-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.24657e008f359p-4, x, 0x1.3b1f046d7f805p-4), x2, fma_f64(-0x1.555938e68f629p-4, x, 0x1.745cec0252a25p-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.999972ce0a0f7p-4, x, 0x1.c71c70dfe01afp-4), x2, fma_f64(-0x1.00000063d81b6p-3, x, 0x1.24924929716a9p-3)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.5555555459304p-3, x, 0x1.999999998c76fp-3), x2, fma_f64(-0x1.0000000000772p-2, x, 0x1.55555555555ap-2)));
    return p;
}

/* (log(1 + e) - e + e^2/2) / e^3, 0 <= e <= exp(-0.9); error relative to log(1 + e): degree 13, 2^-59.5 */
INLINE double log1p_decay_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(-0x1.23a741c61a501p-8, x, 0x1.38176a16153e1p-6);
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.518947320abb9p-5, x, 0x1.ffa7920a4e0dp-5), x2, fma_f64(-0x1.4013d544b317bp-4, x, 0x1.6ea7b8d670925p-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.9874e77d42e3dp-4, x, 0x1.c6f120f5ab011p-4), x2, fma_f64(-0x1.fffb582b70a43p-4, x, 0x1.24921bebd8702p-3)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.555553045b3bap-3, x, 0x1.999999868f15cp-3), x2, fma_f64(-0x1.ffffffffaa357p-3, x, 0x1.5555555555081p-2)));
    return p;
}

/* log(cosh(x/2))/u, u = x^2 <= 0.9^2; error relative to 1: degree 9, 2^-64.1 */
INLINE double softplus_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(-0x1.104129f38c563p-37, x, 0x1.0515108d034d5p-33);
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.7be50efe56052p-30, x, 0x1.0cf9db36f73e9p-26), x2, fma_f64(-0x1.833cbdbb2afccp-23, x, 0x1.1ea5d020286a7p-19)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.ba1ba1a97e779p-16, x, 0x1.6c16c16c01c4p-12), x2, fma_f64(-0x1.55555555554afp-8, x, 0x1p-3)));
    return p;
}

/* (tanh(x)/x - 1)/u, u = x^2; error relative to tanh(x): degree 6, 2^-60.5 */
INLINE double tanh_centre_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(fma_f64(-0x1.60e1f1b52d279p-10, x2, fma_f64(0x1.d5b5f0a1ce7dfp-9, x, -0x1.226b4f03f8cf3p-7)), x2, fma_f64(0x1.664f4034e577cp-6, x, -0x1.ba1ba1ad5db9cp-5)), x2, fma_f64(0x1.111111110c6cep-3, x, -0x1.5555555555543p-2));
}

/* (log(cosh(x))/u - 1/2)/u, u = x^2 <= 0.7^2; error relative to log(cosh(x)): degree 10, 2^-56.5 */
INLINE double logcosh_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(-0x1.3c609d8264bf8p-21, x2, fma_f64(0x1.bd8983583e8dfp-19, x, -0x1.792c7e734c8bcp-17));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.105ad65147fcbp-15, x, -0x1.7d40f8b63fa6bp-14), x2, fma_f64(0x1.0d0675177a9ecp-12, x, -0x1.833d4b2d82268p-11)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.1ea5d1ee71838p-9, x, -0x1.ba1ba1afc80f5p-8), x2, fma_f64(0x1.6c16c16c06dcbp-6, x, -0x1.55555555554cdp-4)));
    return p;
}

/* (gd(x)/x - 1)/u, u = x^2 <= 0.7^2, gd(x) = atan(sinh(x)); error relative to gd(x): degree 11, 2^-61.3 */
INLINE double gudermannian_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(0x1.61d9d536b77c2p-22, x, -0x1.038da60aae57dp-19), x2, fma_f64(0x1.c209155793498p-18, x, -0x1.47370013a320bp-16));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.c89433e2ddcb1p-15, x, -0x1.3fad1cb9efccfp-13), x2, fma_f64(0x1.c71e5516c9c62p-12, x, -0x1.4bc8d11ee3a8bp-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.f442d22e24f89p-9, x, -0x1.8c98c98c07d1ep-7), x2, fma_f64(0x1.555555555498cp-5, x, -0x1.555555555555p-3)));
    return p;
}

/* (atan(q)/q - 1)/u, u = q^2 <= exp(-1.4); error relative to atan(q): degree 11, 2^-58.0 */
INLINE double atan_narrow_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(0x1.50da7ed3fcf9cp-7, x, -0x1.c54b1b267ba5dp-6), x2, fma_f64(0x1.5822fed8a9ed6p-5, x, -0x1.a40361e84dd72p-5));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.e00178d31c9b3p-5, x, -0x1.10f4e44bf0783p-4), x2, fma_f64(0x1.3b116a13c0e2bp-4, x, -0x1.745cf79fd0f8p-4)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.c71c70ade59c1p-4, x, -0x1.24924921b3bffp-3), x2, fma_f64(0x1.9999999992107p-3, x, -0x1.555555555551ep-2)));
    return p;
}

/* ((x - tanh(x))/x^3 - 1/3)/u, u = x^2 <= 0.7^2; error relative to x - tanh(x): degree 11, 2^-57.0 */
INLINE double tanhshrink_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(0x1.04fab4179028ep-19, x, -0x1.6ffdf0aa6f49bp-17), x2, fma_f64(0x1.2b92860c6dbf1p-15, x, -0x1.8f2fda7c421d3p-14));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.f441967397d53p-13, x, -0x1.354599903e7ep-11), x2, fma_f64(0x1.7da1e49f527a4p-10, x, -0x1.d6d3bc132b5d7p-9)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.226e35021b559p-7, x, -0x1.664f4880df915p-6), x2, fma_f64(0x1.ba1ba1ba16b3dp-5, x, -0x1.11111111110edp-3)));
    return p;
}

/* (tanh(x)/x - 1)/u, u = x^2 <= 1; error relative to tanh(x): degree 14, 2^-56.2 */
INLINE double tanh_wide_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(-0x1.0d274dd2dc6cbp-24, x2, fma_f64(0x1.5f46f1e715945p-21, x, -0x1.cae5a51a6d63dp-19));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.9e1098c238d94p-17, x, -0x1.2eb3fe62cf95ep-15), x2, fma_f64(0x1.8d7b003281299p-14, x, -0x1.f3365472f306ap-13)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.3521391af12e6p-11, x, -0x1.7d9bcb87bb6d3p-10), x2, fma_f64(0x1.d6d30feb835a3p-9, x, -0x1.226e2ebf32703p-7)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.664f4836a3708p-6, x, -0x1.ba1ba1b8109b6p-5), x2, fma_f64(0x1.111111110d7efp-3, x, -0x1.555555555550fp-2)));
    return p;
}

/* log(erfcx(t/sqrt(2)))/t + 1/2 in u = t - GELU_CENTRE, t <= GELU_END; error of t times it relative to 1: degree 24, 2^-59.0 */
INLINE double gelu_rate_f64(double x) {
    double p = -0x1.7f8be359135d1p-62;
    p = fma_f64(p, x, -0x1.ad7da9a2ed467p-60);
    p = fma_f64(p, x, 0x1.65acb91018e92p-58);
    p = fma_f64(p, x, 0x1.fbcab1c760421p-57);
    p = fma_f64(p, x, 0x1.3ea1a2204e1f2p-55);
    p = fma_f64(p, x, -0x1.1c7b74d5bc929p-52);
    p = fma_f64(p, x, -0x1.4ab520f29bc5bp-51);
    p = fma_f64(p, x, 0x1.191356810cdp-47);
    p = fma_f64(p, x, -0x1.e85aa6e26675cp-45);
    p = fma_f64(p, x, 0x1.597cbfea87bep-42);
    p = fma_f64(p, x, -0x1.58268df4e5a99p-40);
    p = fma_f64(p, x, 0x1.dc89d8b647924p-40);
    p = fma_f64(p, x, 0x1.bbd9423150e41p-36);
    p = fma_f64(p, x, -0x1.5cccd29cc1c1dp-32);
    p = fma_f64(p, x, 0x1.45a1e6cfed267p-29);
    p = fma_f64(p, x, -0x1.c2e022a8572bcp-27);
    p = fma_f64(p, x, 0x1.aba815414fa1p-25);
    p = fma_f64(p, x, -0x1.88a7e845aa09ap-26);
    p = fma_f64(p, x, -0x1.ee58a9fb166ap-20);
    p = fma_f64(p, x, 0x1.81eed0267a57ep-16);
    p = fma_f64(p, x, -0x1.a560f809b78f9p-13);
    p = fma_f64(p, x, 0x1.8896a29bfd4cap-10);
    p = fma_f64(p, x, -0x1.4f25be5ccf407p-7);
    p = fma_f64(p, x, 0x1.151ce0ba6f7e6p-4);
    p = fma_f64(p, x, 0x1.8f01059daa661p-7);
    return p;
}

/* t erfcx(t/sqrt(2)) in (GELU_END/t)^2 <= 1; error relative to it: degree 19, 2^-58.3 */
INLINE double gelu_far_f64(double x) {
    double p = -0x1.e33c3a37da2a1p-24;
    p = fma_f64(p, x, 0x1.308f4f9162ae6p-20);
    p = fma_f64(p, x, -0x1.6587fec166fd2p-18);
    p = fma_f64(p, x, 0x1.044b24bb9b5d4p-16);
    p = fma_f64(p, x, -0x1.08aead400f9aap-15);
    p = fma_f64(p, x, 0x1.9322e8beef657p-15);
    p = fma_f64(p, x, -0x1.e5d71a9058e46p-15);
    p = fma_f64(p, x, 0x1.eb6d2425d4cffp-15);
    p = fma_f64(p, x, -0x1.c2fd08ea41cep-15);
    p = fma_f64(p, x, 0x1.9e9e7c9ca684ap-15);
    p = fma_f64(p, x, -0x1.a265528ff4a8ap-15);
    p = fma_f64(p, x, 0x1.e4aa09547c5eep-15);
    p = fma_f64(p, x, -0x1.447104ef20589p-14);
    p = fma_f64(p, x, 0x1.f89be7bb22734p-14);
    p = fma_f64(p, x, -0x1.d06398b76f864p-13);
    p = fma_f64(p, x, 0x1.05373bbc9f8c5p-11);
    p = fma_f64(p, x, -0x1.79d46b393c6eep-10);
    p = fma_f64(p, x, 0x1.7e8d7924e305p-8);
    p = fma_f64(p, x, -0x1.42c75e36ba413p-5);
    p = fma_f64(p, x, 0x1.9884533d43651p-1);
    return p;
}

/* (t/sqrt(2 pi) + 1/2 - erfcx(t/sqrt(2))/2)/t - 1/2 in u = t - GELU_CENTRE, t <= GELU_END; error of t times it relative to the larger of two terms: degree 28, 2^-57.8 */
INLINE double gelu_bend_f64(double x) {
    double p = 0x1.d80aacd2824cdp-72;
    p = fma_f64(p, x, -0x1.47342cae73336p-66);
    p = fma_f64(p, x, -0x1.379be4568ed08p-63);
    p = fma_f64(p, x, -0x1.22e84e6340243p-62);
    p = fma_f64(p, x, 0x1.5e82fbf6b5283p-59);
    p = fma_f64(p, x, 0x1.05b3dc21f13aep-58);
    p = fma_f64(p, x, 0x1.93519b3e4a409p-57);
    p = fma_f64(p, x, -0x1.a8e929f787ba1p-53);
    p = fma_f64(p, x, 0x1.c1efc1d74a6c8p-51);
    p = fma_f64(p, x, -0x1.5354db745d305p-48);
    p = fma_f64(p, x, 0x1.19efa89721dfbp-45);
    p = fma_f64(p, x, -0x1.ac048a608b84p-43);
    p = fma_f64(p, x, 0x1.3ed76aa3dffe7p-40);
    p = fma_f64(p, x, -0x1.d5ac8a818e6fbp-38);
    p = fma_f64(p, x, 0x1.535833ad906e5p-35);
    p = fma_f64(p, x, -0x1.e0b578ab9f823p-33);
    p = fma_f64(p, x, 0x1.4da61c3f1dc47p-30);
    p = fma_f64(p, x, -0x1.c569e2665400fp-28);
    p = fma_f64(p, x, 0x1.2d496bbe3913fp-25);
    p = fma_f64(p, x, -0x1.8720332359b33p-23);
    p = fma_f64(p, x, 0x1.ef5f8445db14cp-21);
    p = fma_f64(p, x, -0x1.31a1d979ba076p-18);
    p = fma_f64(p, x, 0x1.6ede9b987112p-16);
    p = fma_f64(p, x, -0x1.aba91821195adp-14);
    p = fma_f64(p, x, 0x1.e334ff4ba49a3p-12);
    p = fma_f64(p, x, -0x1.0807fbc7cdbf5p-9);
    p = fma_f64(p, x, 0x1.166891a99d84bp-7);
    p = fma_f64(p, x, -0x1.1a7f73493b782p-5);
    p = fma_f64(p, x, 0x1.102c3004647fap-5);
    return p;
}

/* 1/sqrt(2 pi) - erfcx(t/sqrt(2))/(2 t) in (GELU_END/t)^2 <= 1; error relative to it: degree 17, 2^-57.7 */
INLINE double gelu_bend_far_f64(double x) {
    double p = -0x1.6115f4a4c452ap-28;
    p = fma_f64(p, x, 0x1.903603d216749p-25);
    p = fma_f64(p, x, -0x1.a3b94284196c8p-23);
    p = fma_f64(p, x, 0x1.0fa5eb0798213p-21);
    p = fma_f64(p, x, -0x1.eaf9e9f578f8fp-21);
    p = fma_f64(p, x, 0x1.500e4935882b8p-20);
    p = fma_f64(p, x, -0x1.79e0924c014e7p-20);
    p = fma_f64(p, x, 0x1.84ccc51ecb72dp-20);
    p = fma_f64(p, x, -0x1.a34f5bea1555fp-20);
    p = fma_f64(p, x, 0x1.0808bba676da7p-19);
    p = fma_f64(p, x, -0x1.91042a8a9b101p-19);
    p = fma_f64(p, x, 0x1.6f2c9b7321632p-18);
    p = fma_f64(p, x, -0x1.9ccdeebb5d134p-17);
    p = fma_f64(p, x, 0x1.2a885bfc1bbaap-15);
    p = fma_f64(p, x, -0x1.2e43895b2399ap-13);
    p = fma_f64(p, x, 0x1.fe11f6dca4682p-11);
    p = fma_f64(p, x, -0x1.42c75e36ba396p-6);
    p = fma_f64(p, x, 0x1.9884533d43651p-2);
    return p;
}

/* (erf(x)/x - 2/sqrt(pi))/u + 1/4, u = x^2; error relative to erf(x): degree 11, 2^-63.7 */
INLINE double erf_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = fma_f64(fma_f64(0x1.14f5c01002ccdp-34, x, -0x1.3d9bcb1d255c4p-30), x2, fma_f64(0x1.f92a0013d76a6p-27, x, -0x1.5f3e1196b9877p-23));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.b9e2740c90457p-20, x, -0x1.f4d21e8f127dcp-17), x2, fma_f64(0x1.f9a3249a98ab4p-14, x, -0x1.c02db3f06c5fp-11)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.565bcd0e25899p-8, x, -0x1.b82ce312874b4p-6), x2, fma_f64(0x1.ce2f21a042ba3p-4, x, -0x1.024e8d606f3cdp-3)));
    return p;
}

/* erf(log(1 + w))/(7/8 w) - 1 in v = w - 3/4, 0 <= w <= 1; error relative to erf(log(1 + w)): degree 20, 2^-58.8 */
INLINE double serf_excess_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = 0x1.38bc559c7e2f1p-17;
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.bd902de5e49c9p-16, x, 0x1.6b39a0b23a7ffp-15), x2, fma_f64(0x1.c8de2911c190dp-16, x, 0x1.4a119bee78338p-16)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.f3a73632cc6e5p-17, x, 0x1.180f9209e44c6p-16), x2, fma_f64(-0x1.565b4b94c1272p-16, x, -0x1.32b74781ed6b3p-18)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.b5e9005756cd8p-14, x, -0x1.a1c9e616052dap-12), x2, fma_f64(0x1.2a1888d593bbfp-10, x, -0x1.6ba62b77481fdp-9)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.85eb6c54d4a2cp-8, x, -0x1.691a8af69c984p-7), x2, fma_f64(0x1.09866d1faafbcp-6, x, -0x1.9ab2721e458e5p-7)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.ae4c5e4f2b33bp-6, x, 0x1.3d2ffcb72bf15p-3), x2, fma_f64(-0x1.c4fec5904958fp-2, x, -0x1.091cbe11a4d87p-3)));
    return p;
}

/* the derivative of erf(log(1 + w)) over 7/8, less 1, in v; error relative to the derivative: degree 20, 2^-54.0 */
INLINE double serf_bend_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = 0x1.3d5e8f67ece15p-13;
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.cef0af6ef6ce9p-12, x, 0x1.6aaca08fc6bfp-11), x2, fma_f64(0x1.da70027ef2512p-12, x, 0x1.02d9f9167957fp-12)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.38178e3bcfe23p-13, x, 0x1.87dbfdf9a7122p-14), x2, fma_f64(-0x1.571460ca7aff3p-14, x, -0x1.06466991a9787p-12)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.3d76bd2c3db02p-10, x, -0x1.cdaa4edc8397p-9), x2, fma_f64(0x1.12b2a3cb902d4p-7, x, -0x1.1b587970b692bp-6)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.fb1a3e2ea8ad1p-6, x, -0x1.780bf448c416dp-5), x2, fma_f64(0x1.86556af79abf9p-5, x, -0x1.f060414d5a46ap-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.2427a48d38591p-3, x, 0x1.9f453dcf9fe5ap-2), x2, fma_f64(-0x1.4e0cc6cb98e01p-1, x, -0x1.d84d7335096efp-2)));
    return p;
}

/* -log(erfc(log(1 + exp(x))) / SERF_REST) / x, 0 <= x <= 5 / 6.75; error relative to erf(log(1 + exp(x))): degree 24, 2^-57.2 */
INLINE double serf_log_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = 0x1.4fb724e4f0d47p-50;
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.dc8ca4de175f2p-45, x, 0x1.328981f8d5587p-40), x2, fma_f64(-0x1.d3e7bba246e7dp-37, x, 0x1.ce4690c1dce95p-34)));
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.28830c7654ceep-31, x, 0x1.afd6a34ce909dp-30), x2, fma_f64(-0x1.e6b04865251eap-33, x, -0x1.643f7451a9adp-26)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.b37ffdb54445cp-24, x, -0x1.1c05d81c3756ep-22), x2, fma_f64(0x1.ee13b95c64f5dp-22, x, -0x1.a6d41d66e0931p-21)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.8ef7a390e971bp-20, x, -0x1.13cadd750ff2bp-22), x2, fma_f64(-0x1.7676c5b63d255p-18, x, -0x1.771393fefcfd8p-17)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.09a8c6e92c6dfp-14, x, 0x1.94688d8236121p-13), x2, fma_f64(-0x1.4b5604b9fc262p-11, x, -0x1.d984f99f2b5f7p-9)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.79ab86f3b7931p-8, x, 0x1.b5795f2d21ba2p-4), x2, fma_f64(0x1.dda833b1d2f49p-2, x, 0x1.113891510565dp+0)));
    return p;
}

/* -(d/dx erfc(log(1 + exp(x)))) / erfc(log(1 + exp(x))); error of x erf(log(1 + exp(x))) relative to 1: degree 24, 2^-53.0 */
INLINE double serf_rate_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = 0x1.7e54601cf2558p-47;
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.ce3cdd485197cp-42, x, 0x1.c696af0ca4188p-38), x2, fma_f64(-0x1.7f30d822f9e9bp-35, x, -0x1.dc762171d1eabp-34)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.5e3194b316339p-28, x, -0x1.cb7dee9712a82p-25), x2, fma_f64(0x1.6b6f390adb591p-22, x, -0x1.8affc26345e65p-20)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.31e58ca79c67p-18, x, -0x1.55dc3757401b1p-17), x2, fma_f64(0x1.1f12fcece39d9p-16, x, -0x1.a4297270f5a65p-16)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.209aa88c5c66p-15, x, -0x1.28ce7637df1cdp-16), x2, fma_f64(-0x1.7b31236811326p-15, x, -0x1.bed0c76617973p-14)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.0affdc8104e71p-11, x, 0x1.61a3b05e55659p-10), x2, fma_f64(-0x1.f0fa64af12c0dp-9, x, -0x1.27f33f63577c7p-6)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.79ab8ad5c0e43p-6, x, 0x1.481b075dc3e74p-2), x2, fma_f64(0x1.dda833b1e45f6p-1, x, 0x1.11389151054bep+0)));
    return p;
}

/* (sin(r)/r - 1)/u + 5/32, u = r^2, |r| <= pi/4; error relative to sin(r): degree 6, 2^-67.3 */
INLINE double sin_tail_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(fma_f64(-0x1.aa685d5f03bccp-41, x2, fma_f64(0x1.61200b31530f8p-33, x, -0x1.ae6451aa50bc2p-26)), x2, fma_f64(0x1.71de3a52693f3p-19, x, -0x1.a01a01a017f29p-13)), x2, fma_f64(0x1.1111111111106p-7, x, -0x1.5555555555555p-7));
}

/* (cos(r) - 1 + u/2)/u^2, u = r^2, |r| <= pi/4; error relative to cos(r): degree 6, 2^-68.6 */
INLINE double cos_tail_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(fma_f64(0x1.a2253cb4e04b1p-45, x2, fma_f64(-0x1.937e0f2a389fp-37, x, 0x1.1eed77be3208p-29)), x2, fma_f64(-0x1.27e4fb60dbe04p-22, x, 0x1.a01a01a001fc7p-16)), x2, fma_f64(-0x1.6c16c16c16b49p-10, x, 0x1.5555555555555p-5));
}

/* (atan(q)/q - 1)/u + 1/4 in v = u - 154/256, u = q^2 <= 1; error relative to atan(q): degree 20, 2^-60.2 */
INLINE double atan_tail_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = -0x1.21fd94ebec3efp-17;
    p = fma_f64(p, x4, fma_f64(fma_f64(-0x1.00970bb96d472p-22, x, -0x1.819a088e9b9e5p-21), x2, fma_f64(0x1.86eb9aee1771ap-17, x, -0x1.079436f3be5b3p-16)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.8bd7772676731p-16, x, -0x1.5e8136c23a3f9p-15), x2, fma_f64(0x1.2cff2fd009de6p-14, x, -0x1.013e3eb5cf8c9p-13)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.bb0d63485e697p-13, x, -0x1.7fdd6a0e73c39p-12), x2, fma_f64(0x1.4ed26570cc05ap-11, x, -0x1.266ccb41bc8c4p-10)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.05779304235a3p-9, x, -0x1.d61b6d892e832p-9), x2, fma_f64(0x1.ad3fa94f4f332p-8, x, -0x1.90149ac02bf7dp-7)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.7fa94bfaf169cp-6, x, -0x1.7fcaa2d7d584cp-5), x2, fma_f64(0x1.9bb9cb1b28d21p-4, x, 0x1.9851fb9b68801p-10)));
    return p;
}

/* (asinh(x)/x - 1)/u, u = x^2 <= 1/4; error relative to asinh(x): degree 12, 2^-64.5 */
INLINE double asinh_centre_f64(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double p = -0x1.64ca9ff8ae3e7p-10;
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.00d45ca69629ep-8, x, -0x1.9e364904dbe5cp-8), x2, fma_f64(0x1.0a0ecfbf1e87cp-7, x, -0x1.3e26cdde30c15p-7)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.7a4adbf66e383p-7, x, -0x1.c993a4ad861d7p-7), x2, fma_f64(0x1.1c4e907c41acp-6, x, -0x1.6e8ba074fbebfp-6)));
    p = fma_f64(p, x4, fma_f64(fma_f64(0x1.f1c71c5ecc3e7p-6, x, -0x1.6db6db6d8b37fp-5), x2, fma_f64(0x1.3333333333002p-4, x, -0x1.5555555555554p-3)));
    return p;
}

/* (atan(q)/q - 1)/u, u = q^2 <= 1; error relative to atan(q): degree 10, 2^-33.9 */
INLINE double atan_short_f64(double x) {
    double p = -0x1.6de022c4f7ba3p-11;
    p = fma_f64(p, x, 0x1.42d0a4e5bd74ap-8);
    p = fma_f64(p, x, -0x1.0b06da2437cedp-6);
    p = fma_f64(p, x, 0x1.1a690fc85aeacp-5);
    p = fma_f64(p, x, -0x1.be94d442a3ce7p-5);
    p = fma_f64(p, x, 0x1.2957ce817ce6ap-4);
    p = fma_f64(p, x, -0x1.700ad90954596p-4);
    p = fma_f64(p, x, 0x1.c66e3d51cbae5p-4);
    p = fma_f64(p, x, -0x1.248a2bcf792a9p-3);
    p = fma_f64(p, x, 0x1.999937e6e0f2ep-3);
    p = fma_f64(p, x, -0x1.555554872c539p-2);
    return p;
}

/* (exp(r) - 1) / r, |r| <= ln(2)/2; error relative to exp(r): degree 7, 2^-40.2 */
INLINE double exp_short_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(fma_f64(fma_f64(0x1.9ef3bbda145cbp-16, x, 0x1.a1a40b460c8e5p-13), x2, fma_f64(0x1.6c188a429b795p-10, x, 0x1.1110867354715p-7)), x2, fma_f64(0x1.55555430c80f1p-5, x, 0x1.5555559c4a004p-3)), x2, fma_f64(0x1.0000000064afcp-1, x, 0x1.ffffffffdac8fp-1));
}

/* (2 atanh(f)/f - 2)/u, u = f^2 <= 0.21^2; error relative to atanh(f): degree 4, 2^-41.4 */
INLINE double atanh_short_f64(double x) {
    double x2 = x * x;
    return fma_f64(fma_f64(0x1.a072b35885053p-3, x2, fma_f64(0x1.c4ed47e7ec342p-3, x, 0x1.24987fb3ceb16p-2)), x2, fma_f64(0x1.99998a3f7babap-2, x, 0x1.5555555b7a654p-1));
}

/* (1 - (1 - erf(t))^(1/8))/t, t <= 3.95; error relative to erf(t): degree 12, 2^-34.4 */
INLINE double erf_short_f64(double x) {
    double p = 0x1.08404f5a56148p-28;
    p = fma_f64(p, x, -0x1.3d883b778705ap-24);
    p = fma_f64(p, x, 0x1.44eb3517d8057p-21);
    p = fma_f64(p, x, -0x1.72b4cd3675db3p-19);
    p = fma_f64(p, x, 0x1.07976d0a5c633p-17);
    p = fma_f64(p, x, -0x1.530641b29e2dep-17);
    p = fma_f64(p, x, -0x1.21ddcba28081p-14);
    p = fma_f64(p, x, 0x1.031f1a9be2d3fp-11);
    p = fma_f64(p, x, -0x1.6e00b4920ebc4p-13);
    p = fma_f64(p, x, -0x1.b0257cfe204a4p-8);
    p = fma_f64(p, x, 0x1.11f1db5eccfd7p-9);
    p = fma_f64(p, x, 0x1.1d34a64134b3ep-4);
    p = fma_f64(p, x, 0x1.20dd7503f2a21p-3);
    return p;
}

/* ((t + MILLS_SHIFT) exp(t^2/2) erfc(t/sqrt(2))/2 - MILLS_0)/v, v = (t - MILLS_CENTRE)/(t + MILLS_SHIFT): degree 24, 2^-57.3 */
INLINE double mills_ratio_f64(double x) {
    double p = 0x1.c1f56d4a402dp-41;
    p = fma_f64(p, x, 0x1.0a94b7536cfbdp-37);
    p = fma_f64(p, x, 0x1.61292544e797ep-36);
    p = fma_f64(p, x, -0x1.6f5535482e851p-35);
    p = fma_f64(p, x, -0x1.882612739207ap-32);
    p = fma_f64(p, x, -0x1.47969681ef626p-31);
    p = fma_f64(p, x, 0x1.255d68735dddcp-30);
    p = fma_f64(p, x, 0x1.7952958474a87p-28);
    p = fma_f64(p, x, 0x1.b4f17e95a37aep-29);
    p = fma_f64(p, x, -0x1.b2e2015b0ca43p-26);
    p = fma_f64(p, x, -0x1.ce1c71d83313p-25);
    p = fma_f64(p, x, 0x1.36c9a7acd2cdbp-24);
    p = fma_f64(p, x, 0x1.b3b697fc22ed7p-22);
    p = fma_f64(p, x, 0x1.a217af1d2bbddp-28);
    p = fma_f64(p, x, -0x1.5ee609d50a29ap-19);
    p = fma_f64(p, x, -0x1.243b7a86874b1p-19);
    p = fma_f64(p, x, 0x1.277c3d1acc198p-16);
    p = fma_f64(p, x, 0x1.8eb8f618a5874p-16);
    p = fma_f64(p, x, -0x1.33336dc4b88fbp-13);
    p = fma_f64(p, x, -0x1.736da97911532p-13);
    p = fma_f64(p, x, 0x1.b40f6bf2278cbp-10);
    p = fma_f64(p, x, -0x1.d18cf48d23dccp-12);
    p = fma_f64(p, x, -0x1.6fb845e334f98p-6);
    p = fma_f64(p, x, 0x1.b9d8c210d816ap-4);
    p = fma_f64(p, x, -0x1.360a5d68f392fp-2);
    return p;
}

#define TWO_OVER_PI_ZEROS 128
/* 2/pi after the point, behind 128 zeros */
static const uint32_t TWO_OVER_PI_WORDS[74] = {
    0x00000000, 0x00000000, 0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
    0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c,
    0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4,
    0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7,
    0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08,
    0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d, 0xa9e39161, 0x5ee61b08, 0x6599855f, 0x14a06840,
    0x8dffd880, 0x4d732731, 0x06061556, 0xca73a8c9, 0x60e27bc0, 0x8c6b47c4, 0x19c367cd, 0xdce8092a,
    0x8359c476, 0x8b961ca6, 0xddaf44d1, 0x5719053e, 0xa5ff0705, 0x3f7e33e8, 0x32c2de4f, 0x98327dbb,
    0xc33d26ef, 0x6b1e5ef8, 0x9f3a1f35, 0xcaf27f1d, 0x87f12190, 0x7c7c246a, 0xfa6ed577, 0x2d30433b,
    0x15c614b5, 0x9d19c3c2,
};

#if defined(__AVX512F__)
#define PIECES 32
#define TANH_STRAIGHT 0x1p-14f /* below, tanh rounds to x */
#define TANH_START 0x1p-3f /* in the last piece around 0 */
#define TANH_NEAR 0x1.4p-3f /* where the pieces around 0 end */
#define TANH_END 0x1.20a3d8p+3f /* where tanh rounds to 1 */
#define GELU_STEP 0x1.8p-3f /* the length of a piece */
#define GELU_TABLE_END 0x1.794p+2f /* next to the end of the last piece */
#define LOGISTIC_STEP 0x1.2p-1f /* the length of a piece */
#define LOGISTIC_END 0x1.1afp+4f /* next to the end of the last; logistic rounds to 1 */
#define POWER_STEP 0x1.62e43p-6f /* ln 2 / 32 */
#define POWER_STEPS 0x1.715476p+5f /* 32 / ln 2 */
#define POWER_END -0x1.2p+4f /* where 1 - exp rounds to 1 */
#define TANH_ROWS 8
/* tanh, or what it has more than x: b, then coefficients */
static const float TANH_TABLE[TANH_ROWS][PIECES] = {
    {0x1.1ffb72p+1f, 0x1.5ffc68p+1f, 0x1.a0001ap+1f, 0x1.dffe62p+1f, 0x1.2000ep+2f, 0x1.5ff768p+2f, 0x1.a05adp+2f, 0x1.e0d022p+2f, 0x1.152272p+3f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0x1.5fffe2p-3f, 0x1.a001fp-3f, 0x1.dfff3p-3f, 0x1.170c48p-2f, 0x1.60017ap-2f, 0x1.a0024cp-2f, 0x1.e00334p-2f, 0x1.200078p-1f, 0x1.600038p-1f, 0x1.9ffcfp-1f, 0x1.dffdfap-1f, 0x1.2002b8p+0f, 0x1.600126p+0f, 0x1.9fffbp+0f, 0x1.e00212p+0f},
    {0x1.f4bf0cp-1f, 0x1.fbd4cep-1f, 0x1.fe767ap-1f, 0x1.ff6f14p-1f, 0x1.ffdfa8p-1f, 0x1.fffb9ep-1f, 0x1.ffff6ap-1f, 0x1.ffffecp-1f, 0x1.fffffep-1f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0x1.5c92eap-3f, 0x1.9a60f8p-3f, 0x1.d76598p-3f, 0x1.1056fap-2f, 0x1.52c416p-2f, 0x1.8a89d6p-2f, 0x1.bfb102p-2f, 0x1.0508c8p-1f, 0x1.315804p-1f, 0x1.57875p-1f, 0x1.77d74ap-1f, 0x1.9e5e96p-1f, 0x1.c2792ap-1f, 0x1.d9c6e4p-1f, 0x1.e878fep-1f},
    {0x1.642954p-5f, 0x1.09b672p-6f, 0x1.88eec8p-8f, 0x1.21aefep-9f, 0x1.02b7b6p-11f, 0x1.187e26p-14f, 0x1.2c07cap-17f, 0x1.40384cp-20f, 0x1.01ff32p-23f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0x1.f12b02p-1f, 0x1.eb712ap-1f, 0x1.e4dfc8p-1f, 0x1.dbc8e2p-1f, 0x1.c7f6b4p-1f, 0x1.b3fe6ep-1f, 0x1.9e228cp-1f, 0x1.7aea8cp-1f, 0x1.49e694p-1f, 0x1.19821p-1f, 0x1.d8379p-2f, 0x1.6149fp-2f, 0x1.cea39ep-3f, 0x1.265edep-3f, 0x1.6fc9fap-4f},
    {-0x1.5c5542p-5f, -0x1.078c9ap-6f, -0x1.87c0c6p-8f, -0x1.215dp-9f, -0x1.02a75ep-11f, -0x1.187bbcp-14f, -0x1.2c078ep-17f, -0x1.403884p-20f, -0x1.02016ap-23f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.49a85cp-27f, -0x1.5279e4p-3f, -0x1.89e6b2p-3f, -0x1.be6c12p-3f, -0x1.fa2716p-3f, -0x1.2db07cp-2f, -0x1.4ff82ap-2f, -0x1.6a1e56p-2f, -0x1.825e2p-2f, -0x1.897d22p-2f, -0x1.79c21p-2f, -0x1.5aa342p-2f, -0x1.1dec0ep-2f, -0x1.970b4ap-3f, -0x1.1064fep-3f, -0x1.5ee36cp-4f},
    {0x1.bbea1ep-6f, 0x1.59a92ap-7f, 0x1.039824p-8f, 0x1.80f4b6p-10f, 0x1.5892b2p-12f, 0x1.75cfc8p-15f, 0x1.8fe21ap-18f, 0x1.aacbf4p-21f, 0x1.57fca2p-24f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.55548ap-2f, -0x1.2ea402p-2f, -0x1.2029bcp-2f, -0x1.0fdf3ap-2f, -0x1.f3c3cep-3f, -0x1.98568ep-3f, -0x1.426ed2p-3f, -0x1.d716c8p-4f, -0x1.bd065cp-5f, 0x1.d7734p-7f, 0x1.07251cp-4f, 0x1.8431dep-4f, 0x1.c68db8p-4f, 0x1.97d5ccp-4f, 0x1.33df36p-4f, 0x1.a8563cp-5f},
    {-0x1.93df4cp-7f, -0x1.4e4d92p-8f, -0x1.00780ap-9f, -0x1.7f40fp-11f, -0x1.584c3cp-13f, -0x1.75d72p-16f, -0x1.8fdf06p-19f, -0x1.aaad5ep-22f, -0x1.562c5p-25f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, -0x1.457ce2p-13f, 0x1.afbfb4p-4f, 0x1.ed9a5p-4f, 0x1.11d994p-3f, 0x1.2da114p-3f, 0x1.5023e6p-3f, 0x1.5c2d58p-3f, 0x1.5867bcp-3f, 0x1.3a4cb4p-3f, 0x1.e977dp-4f, 0x1.472936p-4f, 0x1.627aa6p-5f, 0x1.aba848p-9f, -0x1.5dd646p-6f, -0x1.9d28dep-6f, -0x1.55d2dap-6f},
    {0x1.04e2e6p-8f, 0x1.f5302cp-10f, 0x1.92efe2p-11f, 0x1.3207e4p-12f, 0x1.1b2376p-14f, 0x1.340ca8p-17f, 0x1.49afp-20f, 0x1.5fe284p-23f, 0x1.157eaep-26f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.16c9eap-3f, 0x1.a252d4p-4f, 0x1.74b1c6p-4f, 0x1.425cc6p-4f, 0x1.0168fap-4f, 0x1.05bab4p-5f, 0x1.832e56p-8f, -0x1.1972aep-6f, -0x1.64a9ap-5f, -0x1.f8cabcp-5f, -0x1.00d3bcp-4f, -0x1.b2c7acp-5f, -0x1.06421ap-5f, -0x1.36803cp-7f, 0x1.73a752p-10f, 0x1.2e25f6p-8f},
    {-0x1.7c639ap-11f, -0x1.1ddedap-11f, -0x1.fd81p-13f, -0x1.9015aep-14f, -0x1.7533bep-16f, -0x1.9727f4p-19f, -0x1.b7c10ep-22f, -0x1.da3f26p-25f, -0x1.d2551cp-28f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.521e56p-6f, -0x1.831978p-4f, -0x1.5aba72p-4f, 0x1.515452p-4f, -0x1.23cd1ep-4f, -0x1.811642p-5f, -0x1.c4d4acp-5f, -0x1.f183f6p-5f, -0x1.30c3bap-5f, -0x1.47ac48p-7f, 0x1.69e766p-8f, 0x1.0bb972p-6f, 0x1.2d85aap-6f, 0x1.666784p-7f, 0x1.0c5264p-8f, 0x1.50bb6ep-11f},
};
#define GELU_ROWS 9
/* erfc(t/sqrt(2))/2: b, then coefficients */
static const float GELU_TABLE[GELU_ROWS][PIECES] = {
    {0.0f, 0x1.80032cp-3f, 0x1.80004ep-2f, 0x1.1fffc2p-1f, 0x1.7ffc88p-1f, 0x1.e002dap-1f, 0x1.1ffde6p+0f, 0x1.50008ap+0f, 0x1.8009ap+0f, 0x1.b002aap+0f, 0x1.e00034p+0f, 0x1.07fea2p+1f, 0x1.1fff2ap+1f, 0x1.38023p+1f, 0x1.4ffc4ap+1f, 0x1.67fd9ap+1f, 0x1.7ffb1ap+1f, 0x1.97feb2p+1f, 0x1.b00302p+1f, 0x1.c7fee6p+1f, 0x1.e00146p+1f, 0x1.f7ffe6p+1f, 0x1.080272p+2f, 0x1.140052p+2f, 0x1.1ffde6p+2f, 0x1.2bfe86p+2f, 0x1.3800cep+2f, 0x1.43fc96p+2f, 0x1.500292p+2f, 0x1.5c008cp+2f, 0x1.67fe76p+2f, 0x1.73ffe8p+2f},
    {0x1p-1f, 0x1.b3d8dcp-2f, 0x1.6a525cp-2f, 0x1.25c60ep-2f, 0x1.d0262ep-3f, 0x1.64daap-3f, 0x1.0adb6ap-3f, 0x1.83c942p-4f, 0x1.11907cp-4f, 0x1.76c81ep-5f, 0x1.f202bp-6f, 0x1.40d52p-6f, 0x1.90991ap-7f, 0x1.e48604p-8f, 0x1.1c069ap-8f, 0x1.423c4p-9f, 0x1.620a98p-10f, 0x1.784028p-11f, 0x1.82e0b4p-12f, 0x1.813bbp-13f, 0x1.72caap-14f, 0x1.59579ap-15f, 0x1.36cb12p-16f, 0x1.0ecacp-17f, 0x1.c84dap-19f, 0x1.735c1p-20f, 0x1.2402p-21f, 0x1.bccb46p-23f, 0x1.465a3ep-24f, 0x1.d00e58p-26f, 0x1.3edfaep-27f, 0x1.a6f5c6p-29f},
    {-0x1.988454p-2f, -0x1.9165f2p-2f, -0x1.7cc78ap-2f, -0x1.5cbdd8p-2f, -0x1.345efp-2f, -0x1.073d02p-2f, -0x1.b1f064p-3f, -0x1.59466ep-3f, -0x1.09319p-3f, -0x1.8970ep-4f, -0x1.19bf38p-4f, -0x1.859852p-5f, -0x1.0406b2p-5f, -0x1.4f0ac6p-6f, -0x1.a111e8p-7f, -0x1.f4f80cp-8f, -0x1.22936ep-8f, -0x1.454184p-9f, -0x1.5f7516p-10f, -0x1.6ef7ccp-11f, -0x1.71ab64p-12f, -0x1.67adc4p-13f, -0x1.519a6cp-14f, -0x1.324a62p-15f, -0x1.0c5148p-16f, -0x1.c57e84p-18f, -0x1.71ceccp-19f, -0x1.23b79p-20f, -0x1.baed1ep-22f, -0x1.4575cp-23f, -0x1.cdcd16p-25f, -0x1.3bee16p-26f},
    {0x1.82fb8ep-47f, 0x1.2d0ef2p-5f, 0x1.1d95e2p-4f, 0x1.88553ep-4f, 0x1.ce8a3ap-4f, 0x1.ed9552p-4f, 0x1.e82aep-4f, 0x1.c52d2ap-4f, 0x1.8dd45p-4f, 0x1.4bf94ap-4f, 0x1.082362p-4f, 0x1.91c3p-5f, 0x1.2486aep-5f, 0x1.9857fep-6f, 0x1.11b0bap-6f, 0x1.603c1p-7f, 0x1.b3d796p-8f, 0x1.032f62p-8f, 0x1.288cdcp-9f, 0x1.46d3e8p-10f, 0x1.5a919ap-11f, 0x1.620efap-12f, 0x1.5c2a78p-13f, 0x1.4a3894p-14f, 0x1.2dd93ep-15f, 0x1.09b6d2p-16f, 0x1.c2b532p-18f, 0x1.71306ep-19f, 0x1.22add6p-20f, 0x1.ba6cc4p-22f, 0x1.44b2dp-23f, 0x1.cb15dap-25f},
    {0x1.105838p-4f, 0x1.0230cp-4f, 0x1.b44f3p-5f, 0x1.3ddd4cp-5f, 0x1.67cc78p-6f, 0x1.53e6e4p-8f, -0x1.334a3p-7f, -0x1.4cb262p-6f, -0x1.ba251ep-6f, -0x1.e4aa5p-6f, -0x1.d883fap-6f, -0x1.a68bd4p-6f, -0x1.601bd2p-6f, -0x1.13f2bp-6f, -0x1.996cfcp-7f, -0x1.2076c8p-7f, -0x1.83642p-8f, -0x1.f08d62p-9f, -0x1.30570cp-9f, -0x1.65861p-10f, -0x1.9268e4p-11f, -0x1.b2ba66p-12f, -0x1.c29c9ap-13f, -0x1.c12bbp-14f, -0x1.ae667ap-15f, -0x1.8c4654p-16f, -0x1.5ecb8cp-17f, -0x1.2b55eep-18f, -0x1.ea3f96p-20f, -0x1.8363a4p-21f, -0x1.26c764p-22f, -0x1.af932p-24f},
    {-0x1.f75104p-24f, -0x1.29870ap-7f, -0x1.103518p-6f, -0x1.5ef0d6p-6f, -0x1.77cf6cp-6f, -0x1.5cf6b6p-6f, -0x1.1a3972p-6f, -0x1.81e334p-7f, -0x1.8d8c26p-8f, -0x1.0dca48p-10f, 0x1.6b0f1ep-9f, 0x1.4fcc9cp-8f, 0x1.923bb8p-8f, 0x1.906aaep-8f, 0x1.62e588p-8f, 0x1.203a0ap-8f, 0x1.b3c64ap-9f, 0x1.3547eap-9f, 0x1.9ebacp-10f, 0x1.07f17p-10f, 0x1.3f7f2p-11f, 0x1.70ede2p-12f, 0x1.96afd2p-13f, 0x1.ad39aep-14f, 0x1.b1df96p-15f, 0x1.a4174cp-16f, 0x1.85f9bcp-17f, 0x1.5c105ap-18f, 0x1.2981dp-19f, 0x1.e9bc0ep-21f, 0x1.8376c2p-22f, 0x1.266f0ap-23f},
    {-0x1.46ba52p-7f, -0x1.2aa66ep-7f, -0x1.b9dcfp-8f, -0x1.bf4db6p-9f, 0x1.3068d6p-13f, 0x1.a54dd8p-9f, 0x1.5a1108p-8f, 0x1.9219c2p-8f, 0x1.806266p-8f, 0x1.39dc1ep-8f, 0x1.af6fb2p-9f, 0x1.cc22a2p-10f, 0x1.e1d64p-12f, -0x1.da881cp-12f, -0x1.fc2b88p-11f, -0x1.2e3b5ap-10f, -0x1.227242p-10f, -0x1.ea7fecp-11f, -0x1.7936eap-11f, -0x1.0cd40cp-11f, -0x1.66777ap-12f, -0x1.c2b186p-13f, -0x1.0bf8bp-13f, -0x1.2ed3b4p-14f, -0x1.45e21ap-15f, -0x1.4e6812p-16f, -0x1.479d66p-17f, -0x1.33812cp-18f, -0x1.139adp-19f, -0x1.da76bcp-21f, -0x1.87aeecp-22f, -0x1.35ebdp-23f},
    {-0x1.a30d34p-16f, 0x1.85f7e8p-10f, 0x1.5e818ep-9f, 0x1.979412p-9f, 0x1.884bfap-9f, 0x1.2d195cp-9f, 0x1.4b5198p-10f, 0x1.9bd2a4p-13f, -0x1.754dap-11f, -0x1.255374p-10f, -0x1.58adb4p-10f, -0x1.50492ep-10f, -0x1.0d9acp-10f, -0x1.4d6022p-11f, -0x1.43baacp-12f, -0x1.611a1ap-15f, 0x1.d46522p-14f, 0x1.895ce2p-13f, 0x1.9b1d24p-13f, 0x1.661d4cp-13f, 0x1.174192p-13f, 0x1.89b4cap-14f, 0x1.03853ap-14f, 0x1.41856cp-15f, 0x1.766bc2p-16f, 0x1.9af7e4p-17f, 0x1.ad75d4p-18f, 0x1.ab4fdep-19f, 0x1.94d98cp-20f, 0x1.6e6218p-21f, 0x1.3ceba4p-22f, 0x1.063f1ep-23f},
    {0x1.4db23ep-10f, 0x1.05e5f2p-10f, 0x1.3c9f62p-11f, 0x1.4a714ap-12f, -0x1.eeeb0ep-13f, -0x1.318e2ep-11f, -0x1.6ccaaep-11f, -0x1.4ef7b8p-11f, -0x1.624096p-12f, -0x1.539f0ep-11f, -0x1.86c89cp-12f, 0x1.318974p-13f, 0x1.d81fa6p-12f, 0x1.375de4p-12f, 0x1.203f3ap-12f, 0x1.02de64p-13f, 0x1.431e88p-14f, -0x1.f3d4ep-18f, -0x1.629948p-16f, -0x1.fbd2eap-16f, -0x1.266988p-15f, -0x1.a98602p-16f, -0x1.4ee94ep-16f, -0x1.fb4dap-17f, -0x1.4f9b54p-17f, -0x1.805db8p-18f, -0x1.b85aa6p-19f, -0x1.d55ed4p-20f, -0x1.e13ddap-21f, -0x1.ca5b7ep-22f, -0x1.9dc98ap-23f, -0x1.6793dap-24f},
};
#define LOGISTIC_ROWS 8
/* 1/(1 + exp(t)): b, then coefficients */
static const float LOGISTIC_TABLE[LOGISTIC_ROWS][PIECES] = {
    {0.0f, 0x1.1fffe4p-1f, 0x1.200078p+0f, 0x1.b001cap+0f, 0x1.200416p+1f, 0x1.680218p+1f, 0x1.b000c6p+1f, 0x1.f8005ap+1f, 0x1.1ffd5ap+2f, 0x1.43ffc4p+2f, 0x1.6801ccp+2f, 0x1.8c0134p+2f, 0x1.affddep+2f, 0x1.d3fd18p+2f, 0x1.f801cep+2f, 0x1.0dfdfp+3f, 0x1.20012ap+3f, 0x1.320286p+3f, 0x1.43f926p+3f, 0x1.560632p+3f, 0x1.68p+3f, 0x1.79fa68p+3f, 0x1.8c1072p+3f, 0x1.9e40c2p+3f, 0x1.af9d8ep+3f, 0x1.c1b48ep+3f, 0x1.d4001cp+3f, 0x1.e7711ep+3f, 0x1.fafe2p+3f, 0x1.05007ep+4f, 0x1.0c832ep+4f, 0x1.187e6ep+4f},
    {0x1p-1f, 0x1.73ae4p-2f, 0x1.f5ee7p-3f, 0x1.3fb20ap-3f, 0x1.8681e2p-4f, 0x1.d01196p-5f, 0x1.0f08bep-5f, 0x1.39532ep-6f, 0x1.6813e4p-7f, 0x1.9c388cp-8f, 0x1.d6f81ep-9f, 0x1.0cc67ep-9f, 0x1.329eb6p-10f, 0x1.5d9b22p-11f, 0x1.8e6616p-12f, 0x1.c63d78p-13f, 0x1.02bd8cp-13f, 0x1.26d184p-14f, 0x1.505c1cp-15f, 0x1.7eb362p-16f, 0x1.b47262p-17f, 0x1.f1b3cap-18f, 0x1.1ad23cp-18f, 0x1.406618p-19f, 0x1.747674p-20f, 0x1.a74186p-21f, 0x1.dde66ap-22f, 0x1.044e46p-22f, 0x1.1a9a3ep-23f, 0x1.6192a6p-24f, 0x1.ba3afp-25f, 0x1.a2463ap-26f},
    {-0x1p-2f, -0x1.d98b3ep-3f, -0x1.7aea8cp-3f, -0x1.0dca64p-3f, -0x1.6146e2p-4f, -0x1.b5c798p-5f, -0x1.061122p-5f, -0x1.33553cp-6f, -0x1.641ef4p-7f, -0x1.99a0c6p-8f, -0x1.d546e4p-9f, -0x1.0c3966p-9f, -0x1.3242e6p-10f, -0x1.5d5f74p-11f, -0x1.8e3f56p-12f, -0x1.c62448p-13f, -0x1.02b56p-13f, -0x1.26cc36p-14f, -0x1.5058a8p-15f, -0x1.7eb126p-16f, -0x1.b470eep-17f, -0x1.f1b2d8p-18f, -0x1.1ad1eep-18f, -0x1.4065e6p-19f, -0x1.747652p-20f, -0x1.a7417p-21f, -0x1.dde65cp-22f, -0x1.044e42p-22f, -0x1.1a9a3cp-23f, -0x1.6192a4p-24f, -0x1.ba3aeep-25f, -0x1.a2463ap-26f},
    {0x1.818be4p-31f, 0x1.038f5ep-5f, 0x1.825e2p-5f, 0x1.731f5ep-5f, 0x1.1dea3ap-5f, 0x1.842e1ap-6f, 0x1.e973a2p-7f, 0x1.279404p-7f, 0x1.5c4b58p-8f, 0x1.947994p-9f, 0x1.d1e78ep-10f, 0x1.0b1fcap-10f, 0x1.318b7ep-11f, 0x1.5ce82cp-12f, 0x1.8df1dep-13f, 0x1.c5f1eap-14f, 0x1.02a508p-14f, 0x1.26c19ap-15f, 0x1.5051cp-16f, 0x1.7eacaep-17f, 0x1.b46e06p-18f, 0x1.f1b0f4p-19f, 0x1.1ad152p-19f, 0x1.406582p-20f, 0x1.74760ep-21f, 0x1.a74144p-22f, 0x1.dde64p-23f, 0x1.044e3ap-23f, 0x1.1a9a38p-24f, 0x1.6192ap-25f, 0x1.ba3aeap-26f, 0x1.a2463ap-27f},
    {0x1.5554dp-6f, 0x1.e91e9p-7f, 0x1.bd0ddep-9f, -0x1.2d947ep-8f, -0x1.c68e2p-8f, -0x1.8c8cap-8f, -0x1.1a5ab8p-8f, -0x1.6ba87cp-9f, -0x1.bbdd9cp-10f, -0x1.06d802p-10f, -0x1.322158p-11f, -0x1.613d94p-12f, -0x1.957c36p-13f, -0x1.cff78cp-14f, -0x1.08e486p-14f, -0x1.2e5dfap-15f, -0x1.58b044p-16f, -0x1.88e59ep-17f, -0x1.c05a52p-18f, -0x1.fe2f5ap-19f, -0x1.22eff8p-19f, -0x1.4bc896p-20f, -0x1.79153ep-21f, -0x1.ab30b6p-22f, -0x1.f09c6ap-23f, -0x1.1a2b1ep-23f, -0x1.3e992ap-24f, -0x1.5b12bap-25f, -0x1.78cd96p-26f, -0x1.d76dd8p-27f, -0x1.26d1fp-27f, -0x1.16d97cp-28f},
    {0x1.dc24p-19f, -0x1.3314d6p-8f, -0x1.3a4ccap-8f, -0x1.1f67bep-9f, -0x1.aaa37cp-14f, 0x1.735736p-11f, 0x1.921228p-11f, 0x1.316366p-11f, 0x1.93d2bap-12f, 0x1.f2d874p-13f, 0x1.29410ap-13f, 0x1.5b6af4p-14f, 0x1.91ac7ep-15f, 0x1.cd7db8p-16f, 0x1.08157ap-16f, 0x1.2dd8fep-17f, 0x1.5859cep-18f, 0x1.88acf8p-19f, 0x1.c0369ep-20f, 0x1.fe16ecp-21f, 0x1.22e82cp-21f, 0x1.4bc40ap-22f, 0x1.79112ep-23f, 0x1.ab2cfap-24f, 0x1.f09d9ap-25f, 0x1.1a2bep-25f, 0x1.3e9928p-26f, 0x1.5b0d8cp-27f, 0x1.78c33cp-28f, 0x1.d76e74p-29f, 0x1.26d8c8p-29f, 0x1.16d1d6p-30f},
    {-0x1.15b8bap-9f, -0x1.e267p-11f, 0x1.5fb4d4p-11f, 0x1.f1b792p-11f, 0x1.0658bap-11f, 0x1.ee0dc8p-14f, -0x1.64eb5p-15f, -0x1.391e8ap-14f, -0x1.053be2p-14f, -0x1.655526p-15f, -0x1.c03de8p-16f, -0x1.0d300ep-16f, -0x1.3bf044p-17f, -0x1.6e0a0ap-18f, -0x1.a4ea82p-19f, -0x1.e260c6p-20f, -0x1.1393fap-20f, -0x1.3a850ap-21f, -0x1.672e8p-22f, -0x1.98e20cp-23f, -0x1.d2727ep-24f, -0x1.0a012ap-24f, -0x1.2e5852p-25f, -0x1.5688dcp-26f, -0x1.8e3248p-27f, -0x1.c48414p-28f, -0x1.fef4ccp-29f, -0x1.16301p-29f, -0x1.2d8c7cp-30f, -0x1.7a08fcp-31f, -0x1.d7ebbap-32f, -0x1.be5392p-33f},
    {0x1.315b6cp-13f, 0x1.2315eep-11f, 0x1.31114ap-12f, -0x1.51e9dep-14f, -0x1.301c8ap-13f, -0x1.468028p-14f, -0x1.80b16p-16f, 0x1.38ccf4p-26f, 0x1.83f10cp-18f, 0x1.7059dep-18f, 0x1.06ea2ap-18f, 0x1.4e8642p-19f, 0x1.96d7c8p-20f, 0x1.dc88a6p-21f, 0x1.15df1p-21f, 0x1.3df0bap-22f, 0x1.6d38c8p-23f, 0x1.a2663p-24f, 0x1.dcdb9ep-25f, 0x1.10afeep-25f, 0x1.36c7a6p-26f, 0x1.61e0dep-27f, 0x1.9413fap-28f, 0x1.cb928cp-29f, 0x1.06e1e2p-29f, 0x1.2b54a8p-30f, 0x1.543df8p-31f, 0x1.7ea2e8p-32f, 0x1.ae4364p-33f, 0x1.f73724p-34f, 0x1.2719f6p-34f, 0x1.3e5d94p-35f},
};
/* 2^(j/32) for a sum with the bits of 32 k + j; the logarithm of what it lacks */
static const float POWER_TABLE[2][PIECES] = {
    {0x1p+0f, 0x1.fd9b0ep-1f, 0x1.fb5586p-1f, 0x1.f9301ep-1f, 0x1.f72b84p-1f, 0x1.f54874p-1f, 0x1.f387a6p-1f, 0x1.f1e9ep-1f, 0x1.f06fep-1f, 0x1.ef1a74p-1f, 0x1.edea64p-1f, 0x1.ece086p-1f, 0x1.ebfdaep-1f, 0x1.eb42b6p-1f, 0x1.eab07ep-1f, 0x1.ea47ecp-1f, 0x1.ea09e6p-1f, 0x1.e9f75ep-1f, 0x1.ea1148p-1f, 0x1.ea589ap-1f, 0x1.eace54p-1f, 0x1.eb737cp-1f, 0x1.ec4918p-1f, 0x1.ed503cp-1f, 0x1.ee89fap-1f, 0x1.eff77p-1f, 0x1.f199bep-1f, 0x1.f3720ep-1f, 0x1.f5818ep-1f, 0x1.f7c974p-1f, 0x1.fa4afap-1f, 0x1.fd0766p-1f},
    {0.0f, -0x1.947416p-25f, 0x1.8d96d4p-25f, -0x1.dda2fep-25f, -0x1.9c0c22p-27f, -0x1.a2fbb4p-25f, 0x1.964902p-25f, -0x1.2b0dbcp-25f, 0x1.125002p-25f, -0x1.cde8cep-26f, 0x1.370be4p-25f, 0x1.336de2p-30f, -0x1.0a3552p-25f, -0x1.c541b6p-26f, -0x1.00d8acp-27f, -0x1.6cb284p-25f, 0x1.26055cp-26f, 0x1.8b2bb8p-26f, -0x1.05cb44p-25f, -0x1.1c2142p-26f, 0x1.67a1cap-28f, -0x1.348e56p-25f, 0x1.a3b5e4p-28f, -0x1.0b7ec8p-25f, -0x1.f9c306p-27f, -0x1.e4c886p-26f, -0x1.6961b4p-28f, -0x1.b5151ep-28f, -0x1.a5217cp-28f, -0x1.ab7132p-26f, 0x1.61428ep-28f, -0x1.2ad5f8p-27f},
};
#endif

#endif
