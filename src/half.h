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

/* PORTION numbers at a time, by the hardware where it can. Loops over fewer would be unrolled by compilers that then no
 * longer find vectors in them. */
#if defined(__AVX512F__)
INLINE void load_portion_f16(const uint16_t *from, float *to) {
    for (int i = 0; i < PORTION; i += 16) {
        _mm512_storeu_ps(to + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(from + i))));
    }
}

INLINE void store_portion_f16(const float *from, uint16_t *to) {
    for (int i = 0; i < PORTION; i += 16) {
        const __m256i halves = _mm512_cvtps_ph(_mm512_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT);
        _mm256_storeu_si256((__m256i *)(to + i), halves);
    }
}

INLINE void load_portion_bf16(const uint16_t *from, float *to) {
    for (int i = 0; i < PORTION; i += 16) {
        const __m512i bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(from + i)));
        _mm512_storeu_si512(to + i, _mm512_slli_epi32(bits, 16));
    }
}

/* Rounded as above; the even or odd bit is asked for by a mask, an operation less. */
INLINE void store_portion_bf16(const float *from, uint16_t *to) {
    const __m512i quiet = _mm512_set1_epi32(QUIET_F32), last = _mm512_set1_epi32(0x10000), one = _mm512_set1_epi32(1);
    for (int i = 0; i < PORTION; i += 16) {
        const __m512 x = _mm512_loadu_ps(from + i);
        const __m512i all = _mm512_castps_si512(x);
        __m512i rounded = _mm512_add_epi32(all, _mm512_set1_epi32(0x7fff));
        rounded = _mm512_mask_add_epi32(rounded, _mm512_test_epi32_mask(all, last), rounded, one);
        rounded = _mm512_mask_or_epi32(rounded, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), all, quiet);
        _mm256_storeu_si256((__m256i *)(to + i), _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
    }
}
#else
#if defined(__F16C__)
INLINE void load_portion_f16(const uint16_t *from, float *to) {
    for (int i = 0; i < PORTION; i += 8) {
        _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(from + i))));
    }
}

INLINE void store_portion_f16(const float *from, uint16_t *to) {
    for (int i = 0; i < PORTION; i += 8) {
        const __m128i halves = _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((__m128i *)(to + i), halves);
    }
}
#else
INLINE void load_portion_f16(const uint16_t *from, float *to) {
    for (int i = 0; i < PORTION; i++) to[i] = float32_of_float16(from[i]);
}

INLINE void store_portion_f16(const float *from, uint16_t *to) {
    for (int i = 0; i < PORTION; i++) to[i] = float16_of_float32(from[i]);
}
#endif

INLINE void load_portion_bf16(const uint16_t *from, float *to) {
    for (int i = 0; i < PORTION; i++) to[i] = float32_of_bfloat16(from[i]);
}

INLINE void store_portion_bf16(const float *from, uint16_t *to) {
    for (int i = 0; i < PORTION; i++) to[i] = bfloat16_of_float32(from[i]);
}
#endif

#define F(name) name##_f16
#define TO_FLOAT32 float32_of_float16
#define OF_FLOAT32 float16_of_float32
#include "half_body.h"

#define F(name) name##_bf16
#define TO_FLOAT32 float32_of_bfloat16
#define OF_FLOAT32 bfloat16_of_float32
#include "half_body.h"

#endif
