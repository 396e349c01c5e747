/* float16 and bfloat16, to float32 and back, a block at a time: all that is particular to types that are stored and
 * not computed in.
 *
 * Rounded to nearest, ties to even; a NaN stays one, quiet, with its sign and the upper bits of its payload. The
 * hardware converts float16 where the CPU level has F16C; the portable code, which serves the other levels and the end
 * of each block, gives the same bits. It vectorises and takes the same time for all numbers: bits are integers here,
 * and of float arithmetic there is only what costs nothing extra where numbers are subnormal. */
#ifndef ACTKERNELS_HALF_H
#define ACTKERNELS_HALF_H

#if defined(__SSE2__)
#include <immintrin.h>
#endif
#include "kernels.h"
#include "vmath.h"

#define SIGN_F16 0x8000
#define INFINITE_F16 0x7c00
#define QUIET_F16 0x0200
#define TINY_F16 0x0400 /* 2^-14, the smallest that is not subnormal */
#define INFINITE_F32 0x7f800000
#define QUIET_F32 0x00400000
#define TINY_F16_IN_F32 0x38800000
#define REBIAS ((127 - 15) << 23) /* between the exponents of the two */

INLINE float float32_of_float16(uint16_t half) {
    int32_t size = half & 0x7fff, normal = (size << 13) + REBIAS;
    int32_t subnormal = (int32_t)to_bits_f32((float)size * 0x1p-24f);
    int32_t special = (normal + REBIAS) | (size > INFINITE_F16 ? QUIET_F32 : 0);
    int32_t bits = size < TINY_F16 ? subnormal : normal;
    bits = size < INFINITE_F16 ? bits : special;
    return from_bits_f32((uint32_t)bits | (uint32_t)(half & SIGN_F16) << 16);
}

/* Adding half a unit, less one where the last bit that stays is even, rounds: the carry does the rest. Below 2^-14 an
 * addition rounds: the units of float16's subnormal numbers are those of float32 around 0.5. */
INLINE uint16_t float16_of_float32(float x) {
    uint32_t all = to_bits_f32(x);
    int32_t size = (int32_t)(all & 0x7fffffff);
    int32_t normal = (size - REBIAS + 0xfff + (size >> 13 & 1)) >> 13;
    int32_t subnormal = (int32_t)(to_bits_f32(from_bits_f32((uint32_t)size) + 0.5f) - to_bits_f32(0.5f));
    int32_t nan = INFINITE_F16 | QUIET_F16 | (size >> 13 & 0x3ff);
    int32_t bits = size < TINY_F16_IN_F32 ? subnormal : normal;
    bits = bits < INFINITE_F16 ? bits : INFINITE_F16;
    bits = size <= INFINITE_F32 ? bits : nan;
    return (uint16_t)((uint32_t)bits | (all >> 16 & SIGN_F16));
}

INLINE float float32_of_bfloat16(uint16_t bfloat) { return from_bits_f32((uint32_t)bfloat << 16); }

INLINE uint16_t bfloat16_of_float32(float x) {
    uint32_t all = to_bits_f32(x);
    uint32_t rounded = all + 0x7fff + (all >> 16 & 1), nan = all | QUIET_F32;
    return (uint16_t)(((int32_t)(all & 0x7fffffff) <= INFINITE_F32 ? rounded : nan) >> 16);
}

/* As many as the hardware converts at a time. */
#if defined(__AVX512F__)
#define CONVERTED 16
#define FLOATS(operation) _mm512_##operation##_ps
typedef __m512 floats;

INLINE floats floats_of_halves(const uint16_t *from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from));
}

INLINE void halves_of_floats(floats x, uint16_t *to) {
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}

/* y, or 0 where x is 0 */
INLINE floats unless_zero(floats x, floats y) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ), y);
}
#elif defined(__F16C__)
#define CONVERTED 8
#define FLOATS(operation) _mm256_##operation##_ps
typedef __m256 floats;

INLINE floats floats_of_halves(const uint16_t *from) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from)); }

INLINE void halves_of_floats(floats x, uint16_t *to) {
    _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}

INLINE floats unless_zero(floats x, floats y) {
    return _mm256_and_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_NEQ_UQ), y);
}
#endif

static void load_float16(const void *stored, void *computed, ptrdiff_t count) {
    const uint16_t *restrict from = stored;
    float *restrict to = computed;
    ptrdiff_t i = 0;
#if defined(CONVERTED)
    for (; i + CONVERTED <= count; i += CONVERTED) FLOATS(storeu)(to + i, floats_of_halves(from + i));
#endif
    for (; i < count; i++) to[i] = float32_of_float16(from[i]);
}

static void store_float16(const void *computed, void *stored, ptrdiff_t count) {
    const float *restrict from = computed;
    uint16_t *restrict to = stored;
    ptrdiff_t i = 0;
#if defined(CONVERTED)
    for (; i + CONVERTED <= count; i += CONVERTED) halves_of_floats(FLOATS(loadu)(from + i), to + i);
#endif
    for (; i < count; i++) to[i] = float16_of_float32(from[i]);
}

/* delta * gradient as stored numbers; with `selects_zero` a gradient of 0 gives 0 whatever the delta. */
static void multiply_float16(const void *deltas, const void *gradients, void *out, ptrdiff_t count, int selects_zero) {
    const uint16_t *restrict delta = deltas;
    const float *restrict gradient = gradients;
    uint16_t *restrict y = out;
    ptrdiff_t i = 0;
#if defined(CONVERTED)
    for (; i + CONVERTED <= count; i += CONVERTED) {
        floats factor = FLOATS(loadu)(gradient + i), product = FLOATS(mul)(floats_of_halves(delta + i), factor);
        halves_of_floats(selects_zero ? unless_zero(factor, product) : product, y + i);
    }
#endif
    for (; i < count; i++) {
        float product = float32_of_float16(delta[i]) * gradient[i];
        y[i] = float16_of_float32(selects_zero & (gradient[i] == 0) ? 0 : product);
    }
}

#if defined(__AVX512F__)
INLINE floats floats_of_bfloats(const uint16_t *from) {
    const __m512i bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
}

/* Rounded as above; the even or odd bit is asked for by a mask, an operation less. */
INLINE void bfloats_of_floats(floats x, uint16_t *to) {
    const __m512i all = _mm512_castps_si512(x), last = _mm512_set1_epi32(0x10000);
    __m512i rounded = _mm512_add_epi32(all, _mm512_set1_epi32(0x7fff));
    rounded = _mm512_mask_add_epi32(rounded, _mm512_test_epi32_mask(all, last), rounded, _mm512_set1_epi32(1));
    rounded = _mm512_mask_or_epi32(rounded, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), all, _mm512_set1_epi32(QUIET_F32));
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
}
#endif

static void load_bfloat16(const void *stored, void *computed, ptrdiff_t count) {
    const uint16_t *restrict from = stored;
    float *restrict to = computed;
    for (ptrdiff_t i = 0; i < count; i++) to[i] = float32_of_bfloat16(from[i]);
}

static void store_bfloat16(const void *computed, void *stored, ptrdiff_t count) {
    const float *restrict from = computed;
    uint16_t *restrict to = stored;
    ptrdiff_t i = 0;
#if defined(__AVX512F__)
    for (; i + CONVERTED <= count; i += CONVERTED) bfloats_of_floats(FLOATS(loadu)(from + i), to + i);
#endif
    for (; i < count; i++) to[i] = bfloat16_of_float32(from[i]);
}

static void multiply_bfloat16(const void *deltas, const void *gradients, void *out, ptrdiff_t count, int selects_zero) {
    const uint16_t *restrict delta = deltas;
    const float *restrict gradient = gradients;
    uint16_t *restrict y = out;
    ptrdiff_t i = 0;
#if defined(__AVX512F__)
    for (; i + CONVERTED <= count; i += CONVERTED) {
        floats factor = FLOATS(loadu)(gradient + i), product = FLOATS(mul)(floats_of_bfloats(delta + i), factor);
        bfloats_of_floats(selects_zero ? unless_zero(factor, product) : product, y + i);
    }
#endif
    for (; i < count; i++) {
        float product = float32_of_bfloat16(delta[i]) * gradient[i];
        y[i] = bfloat16_of_float32(selects_zero & (gradient[i] == 0) ? 0 : product);
    }
}

#endif
