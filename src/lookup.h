/* Kernels that look their polynomials up, for float32 where vectors have 512 bits: there one instruction takes sixteen
 * numbers out of a table of PIECES, and a function is half the operations of its formula.
 *
 * A piece of a table is a number b and coefficients, with f(x) = c0 + r (c1 + r (c2 + ...)) for r = x - b next to it.
 * bench/derive.py has chosen each b so that c0 and c1 are almost exact: c0 is then all of f but the small rest that a
 * last fma adds. The formulas remain for other types and levels, for inputs beyond the table, and as what tests hold
 * these kernels against. */
#ifndef ACTKERNELS_LOOKUP_H
#define ACTKERNELS_LOOKUP_H

#include "passes.h"

#if defined(__AVX512F__)

/* What stands in a row of a table for each number of `pieces`, whose low bits are the number of its piece. */
INLINE __m512 look_up(const float row[PIECES], __m512i pieces) {
    return _mm512_permutex2var_ps(_mm512_loadu_ps(row), pieces, _mm512_loadu_ps(row + WHOLE));
}

/* c1 + r (c2 + r (c3 + ...)) of a table with the rows b, c0, c1, ... */
INLINE __m512 slope_of_piece(const float (*table)[PIECES], int rows, __m512i pieces, __m512 r) {
    __m512 slope = look_up(table[rows - 1], pieces);
    for (int row = rows - 2; row > 1; row--) slope = _mm512_fmadd_ps(slope, r, look_up(table[row], pieces));
    return slope;
}

/* A piece is a quarter of an octave. Those below TANH_NEAR are one, around 0, with tanh(x) = x + r (c1 + ...); there
 * numbers whose result they are themselves take no part in products, as they may be subnormal. The order of operands
 * of min and max is what lets NaN pass. */
INLINE __m512 tanh_of_vector(__m512 x) {
    const __m512 sign = _mm512_set1_ps(-0.0f), near = _mm512_set1_ps(TANH_NEAR), line = _mm512_set1_ps(TANH_STRAIGHT);
    const __m512 size = _mm512_andnot_ps(sign, x), held = _mm512_min_ps(_mm512_set1_ps(TANH_END), size);
    const __m512i pieces = _mm512_srli_epi32(_mm512_castps_si512(_mm512_max_ps(_mm512_set1_ps(TANH_START), held)), 21);
    const __mmask16 bent = _mm512_cmp_ps_mask(size, line, _CMP_NLT_UQ);
    const __mmask16 centre = _mm512_cmp_ps_mask(size, near, _CMP_LT_OQ);
    const __m512 r = _mm512_maskz_sub_ps(bent, held, look_up(TANH_TABLE[0], pieces));
    const __m512 value = _mm512_mask_mov_ps(look_up(TANH_TABLE[1], pieces), centre, held);
    const __m512 y = _mm512_mask3_fmadd_ps(slope_of_piece(TANH_TABLE, TANH_ROWS, pieces, r), r, value, bent);
    return _mm512_or_ps(y, _mm512_and_ps(x, sign));
}

static void tanh_by_lookup(const void *numbers, void *out, ptrdiff_t count, const double *parameters) {
    (void)parameters;
    const float *restrict x = numbers;
    float *restrict y = out;
    ptrdiff_t i = 0;
    for (; i + WHOLE <= count; i += WHOLE) _mm512_storeu_ps(y + i, tanh_of_vector(_mm512_loadu_ps(x + i)));
    const __mmask16 rest = (__mmask16)((1u << (count - i)) - 1);
    _mm512_mask_storeu_ps(y + i, rest, tanh_of_vector(_mm512_maskz_loadu_ps(rest, x + i)));
}

/* 1 - exp(y) for y <= 0, log_sigmoid's gradient: with y as a multiple of ln(2)/32 and a rest r, 1 less the power of two
 * and its share of r + r^2/2 + r^3/6. Next to 0 and where it is NaN it is -y. */
INLINE __m512 complement_of_vector(__m512 y) {
    const __m512 one = _mm512_set1_ps(1), magic = _mm512_set1_ps(0x1.8p23f); /* rounds to an integer */
    const __mmask16 bent = _mm512_cmp_ps_mask(y, _mm512_set1_ps(-0x1p-30f), _CMP_LE_OQ);
    const __m512i end = _mm512_castps_si512(_mm512_set1_ps(POWER_END));
    const __m512 held = _mm512_castsi512_ps(_mm512_maskz_min_epu32(bent, _mm512_castps_si512(y), end));
    const __m512 shifted = _mm512_fmadd_ps(held, _mm512_set1_ps(POWER_STEPS), magic);
    const __m512i steps = _mm512_castps_si512(shifted);
    const __m512 near = _mm512_fnmadd_ps(_mm512_sub_ps(shifted, magic), _mm512_set1_ps(POWER_STEP), held);
    const __m512 r = _mm512_add_ps(near, look_up(POWER_TABLE[1], steps));
    const __m512i bits = _mm512_castps_si512(look_up(POWER_TABLE[0], steps));
    const __m512 power = _mm512_castsi512_ps(_mm512_add_epi32(bits, _mm512_slli_epi32(steps, 23 - 5)));
    const __m512 bend = _mm512_fmadd_ps(r, _mm512_set1_ps(1.0f / 6), _mm512_set1_ps(0.5f));
    const __m512 rest = _mm512_fmadd_ps(_mm512_mul_ps(r, r), bend, r);
    const __m512 value = _mm512_fnmadd_ps(power, rest, _mm512_sub_ps(one, power));
    return _mm512_mask_sub_ps(value, (__mmask16)~bent, _mm512_setzero_ps(), y);
}

static void log_sigmoid_gradient_by_lookup(const void *numbers, void *out, ptrdiff_t count, const double *parameters) {
    (void)parameters;
    const float *restrict y = numbers;
    float *restrict gradient = out;
    ptrdiff_t i = 0;
    for (; i + WHOLE <= count; i += WHOLE) {
        _mm512_storeu_ps(gradient + i, complement_of_vector(_mm512_loadu_ps(y + i)));
    }
    const __mmask16 rest = (__mmask16)((1u << (count - i)) - 1);
    _mm512_mask_storeu_ps(gradient + i, rest, complement_of_vector(_mm512_maskz_loadu_ps(rest, y + i)));
}

static void log_sigmoid_product_f32(const void *numbers, const void *deltas, void *out, ptrdiff_t count,
                                    const double *parameters) {
    (void)parameters;
    const float *restrict y = numbers, *restrict delta = deltas;
    float *restrict product = out;
    ptrdiff_t i = 0;
    for (; i + WHOLE <= count; i += WHOLE) {
        const __m512 gradient = complement_of_vector(_mm512_loadu_ps(y + i));
        _mm512_storeu_ps(product + i, _mm512_mul_ps(_mm512_loadu_ps(delta + i), gradient));
    }
    const __mmask16 rest = (__mmask16)((1u << (count - i)) - 1);
    const __m512 gradient = complement_of_vector(_mm512_maskz_loadu_ps(rest, y + i));
    _mm512_mask_storeu_ps(product + i, rest, _mm512_mul_ps(_mm512_maskz_loadu_ps(rest, delta + i), gradient));
}

#define KERNELS_OF_HALVES(suffix)                                                                                      \
    static void tanh_##suffix(const void *numbers, void *out, ptrdiff_t count, const double *parameters) {             \
        (void)parameters;                                                                                              \
        const uint16_t *restrict x = numbers;                                                                          \
        uint16_t *restrict y = out;                                                                                    \
        float portion[PORTION];                                                                                        \
        for (ptrdiff_t i = 0; i < count; i += PORTION) {                                                               \
            load_portion_##suffix(x + i, portion);                                                                     \
            for (int part = 0; part < PORTION; part += WHOLE) {                                                        \
                _mm512_storeu_ps(portion + part, tanh_of_vector(_mm512_loadu_ps(portion + part)));                     \
            }                                                                                                          \
            store_portion_##suffix(portion, y + i);                                                                    \
        }                                                                                                              \
    }                                                                                                                  \
    static void log_sigmoid_product_##suffix(const void *numbers, const void *deltas, void *out, ptrdiff_t count,      \
                                             const double *parameters) {                                               \
        (void)parameters;                                                                                              \
        const uint16_t *restrict y = numbers, *restrict delta = deltas;                                                \
        uint16_t *restrict product = out;                                                                              \
        float portion[PORTION];                                                                                        \
        for (ptrdiff_t i = 0; i < count; i += PORTION) {                                                               \
            load_portion_##suffix(y + i, portion);                                                                     \
            for (int part = 0; part < PORTION; part += WHOLE) {                                                        \
                _mm512_storeu_ps(portion + part, complement_of_vector(_mm512_loadu_ps(portion + part)));               \
            }                                                                                                          \
            multiply_portion_##suffix(delta + i, portion, product + i, 0);                                             \
        }                                                                                                              \
    }
KERNELS_OF_HALVES(f16)
KERNELS_OF_HALVES(bf16)

/* Which numbers of a vector the table serves: none beyond its end, where gelu is less than any piece could tell, and
 * where inputs may be unusual none so small that their half may be subnormal. */
INLINE __mmask16 gelu_serves(__m512 x, int usual) {
    const __m512 size = _mm512_abs_ps(x), zero = _mm512_setzero_ps();
    const __mmask16 near = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-GELU_TABLE_END), _CMP_NLT_UQ);
    if (usual) return near;
    const __mmask16 tiny = _mm512_cmp_ps_mask(size, _mm512_set1_ps(0x1p-120f), _CMP_LT_OQ);
    return near & (__mmask16)~_mm512_mask_cmp_ps_mask(tiny, size, zero, _CMP_NEQ_OQ);
}

/* max(x, 0) - |x| cdf(-|x|), with the normal distribution in pieces of GELU_STEP each; beyond the table it is x. */
INLINE __m512 gelu_of_vector(__m512 x, __mmask16 served) {
    const __m512 size = _mm512_min_ps(_mm512_set1_ps(GELU_TABLE_END), _mm512_abs_ps(x));
    const __m512i pieces = _mm512_castps_si512(
        _mm512_fmadd_ps(size, _mm512_set1_ps(1 / GELU_STEP), _mm512_set1_ps(0x1.8p23f))); /* rounds to an integer */
    const __m512 r = _mm512_sub_ps(size, look_up(GELU_TABLE[0], pieces));
    const __m512 slope = slope_of_piece(GELU_TABLE, GELU_ROWS, pieces, r);
    const __m512 tail = _mm512_fmadd_ps(slope, r, look_up(GELU_TABLE[1], pieces));
    return _mm512_maskz_fnmadd_ps(served, size, tail, _mm512_max_ps(_mm512_setzero_ps(), x));
}

INLINE int gelu_serves_none(const float *x, ptrdiff_t count, int usual) {
    for (ptrdiff_t i = 0; i < count; i += WHOLE) {
        if (gelu_serves(_mm512_loadu_ps(x + i), usual)) return 0;
    }
    return 1;
}

/* Numbers that the table does not serve wait for the end of their block, and are then left to the formula. */
INLINE void gelu_by_lookup(const void *numbers, void *out, ptrdiff_t count, const double *parameters,
                           formula_kernel formula, int usual) {
    enum { BLOCK = 256 };
    const float *restrict x = numbers;
    float *restrict y = out, waiting[BLOCK + WHOLE];
    int32_t places[BLOCK + WHOLE];
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (ptrdiff_t end; count > 0; count -= end, x += end, y += end) {
        int others = 0;
        end = count < BLOCK ? count : BLOCK;
        if (gelu_serves_none(x, end, usual)) {
            formula(x, y, end, parameters);
            continue;
        }
        for (int i = 0; i < end; i += WHOLE) {
            const __m512 vector = _mm512_loadu_ps(x + i);
            const __mmask16 served = gelu_serves(vector, usual), left = (__mmask16)~served;
            if (left) {
                _mm512_storeu_ps(waiting + others, _mm512_maskz_compress_ps(left, vector));
                const __m512i here = _mm512_add_epi32(lanes, _mm512_set1_epi32(i));
                _mm512_storeu_si512(places + others, _mm512_maskz_compress_epi32(left, here));
                others += __builtin_popcount(left);
            }
            _mm512_storeu_ps(y + i, gelu_of_vector(vector, served));
        }
        if (others) {
            _mm512_storeu_ps(waiting + others, _mm512_setzero_ps());
            formula(waiting, waiting, (others + WHOLE - 1) & -WHOLE, parameters);
            for (int i = 0; i < others; i++) y[places[i]] = waiting[i];
        }
    }
}

static formula_kernel gelu_formulas[2]; /* for any inputs, for usual ones */

static void gelu_of_any(const void *x, void *out, ptrdiff_t count, const double *parameters) {
    gelu_by_lookup(x, out, count, parameters, gelu_formulas[0], 0);
}

static void gelu_of_usual(const void *x, void *out, ptrdiff_t count, const double *parameters) {
    gelu_by_lookup(x, out, count, parameters, gelu_formulas[1], 1);
}

/* 1/(1 + exp(t)) with t the size of x: for x < 0 this is the result, else what it lacks to 1. */
INLINE __m512 logistic_of_vector(__m512 x) {
    const __m512 least = _mm512_set1_ps(0x1p-60f), end = _mm512_set1_ps(LOGISTIC_END); /* NaN passes */
    const __m512 size = _mm512_min_ps(end, _mm512_max_ps(least, _mm512_abs_ps(x)));
    const __m512i pieces =
        _mm512_castps_si512(_mm512_fmadd_ps(size, _mm512_set1_ps(1 / LOGISTIC_STEP), _mm512_set1_ps(0x1.8p23f)));
    const __m512 r = _mm512_sub_ps(size, look_up(LOGISTIC_TABLE[0], pieces));
    const __m512 slope = slope_of_piece(LOGISTIC_TABLE, LOGISTIC_ROWS, pieces, r);
    const __m512 y = _mm512_fmadd_ps(slope, r, look_up(LOGISTIC_TABLE[1], pieces));
    const __mmask16 rises = (__mmask16)~_mm512_movepi32_mask(_mm512_castps_si512(x));
    return _mm512_mask_sub_ps(y, rises, _mm512_set1_ps(1), y);
}

static formula_kernel logistic_formula;

/* What is so far below 0 that the table does not serve it is left to the formula. */
INLINE void logistic_of_portion(const float *x, float *y, const double *parameters) {
    const __m512 first = _mm512_loadu_ps(x), second = _mm512_loadu_ps(x + WHOLE), end = _mm512_set1_ps(-LOGISTIC_END);
    const __mmask16 left = _mm512_cmp_ps_mask(first, end, _CMP_LT_OQ),
                    right = _mm512_cmp_ps_mask(second, end, _CMP_LT_OQ);
    float beyond[PORTION];
    if ((left & right) == 0xffff) {
        logistic_formula(x, y, PORTION, parameters);
        return;
    }
    if (left | right) logistic_formula(x, beyond, PORTION, parameters);
    _mm512_storeu_ps(y, logistic_of_vector(first));
    _mm512_storeu_ps(y + WHOLE, logistic_of_vector(second));
    if (left | right) {
        _mm512_mask_storeu_ps(y, left, _mm512_loadu_ps(beyond));
        _mm512_mask_storeu_ps(y + WHOLE, right, _mm512_loadu_ps(beyond + WHOLE));
    }
}

static void logistic_by_lookup(const void *numbers, void *out, ptrdiff_t count, const double *parameters) {
    const float *restrict x = numbers;
    float *restrict y = out;
    ptrdiff_t i = 0;
    for (; i + PORTION <= count; i += PORTION) logistic_of_portion(x + i, y + i, parameters);
    if (i < count) {
        const size_t rest = (size_t)(count - i) * sizeof(float);
        float place[PORTION] = {0};
        memcpy(place, x + i, rest);
        logistic_of_portion(place, place, parameters);
        memcpy(y + i, place, rest);
    }
}

#define LOGISTIC_OF_HALVES(suffix)                                                                                     \
    static void logistic_##suffix(const void *numbers, void *out, ptrdiff_t count, const double *parameters) {         \
        const uint16_t *restrict x = numbers;                                                                          \
        uint16_t *restrict y = out;                                                                                    \
        float portion[PORTION];                                                                                        \
        for (ptrdiff_t i = 0; i < count; i += PORTION) {                                                               \
            load_portion_##suffix(x + i, portion);                                                                     \
            logistic_of_portion(portion, portion, parameters);                                                         \
            store_portion_##suffix(portion, y + i);                                                                    \
        }                                                                                                              \
    }
LOGISTIC_OF_HALVES(f16)
LOGISTIC_OF_HALVES(bf16)

/* Let a row compute by lookup where it can. */
static void prefer_lookup(struct row_kernels *row, const char *name) {
    formula_kernel *any = &row->formulas[FORWARD][DTYPE_FLOAT32], *usual = &row->usual[FORWARD][DTYPE_FLOAT32];
    if (strcmp(name, "tanh") == 0) {
        *any = *usual = tanh_by_lookup;
        row->plain[FORWARD][DTYPE_FLOAT32] = 1;
        row->formulas[FORWARD][DTYPE_FLOAT16] = tanh_f16;
        row->formulas[FORWARD][DTYPE_BFLOAT16] = tanh_bf16;
    } else if (strcmp(name, "gelu") == 0) {
        gelu_formulas[0] = *any;
        gelu_formulas[1] = *usual;
        *any = gelu_of_any;
        *usual = gelu_of_usual;
    } else if (strcmp(name, "logistic") == 0) {
        logistic_formula = *any;
        *any = *usual = logistic_by_lookup;
        row->plain[FORWARD][DTYPE_FLOAT32] = 1;
        row->formulas[FORWARD][DTYPE_FLOAT16] = logistic_f16;
        row->formulas[FORWARD][DTYPE_BFLOAT16] = logistic_bf16;
    } else if (strcmp(name, "log_sigmoid") == 0) {
        row->formulas[GRADIENT_Y][DTYPE_FLOAT32] = row->usual[GRADIENT_Y][DTYPE_FLOAT32] =
            log_sigmoid_gradient_by_lookup;
        row->plain[GRADIENT_Y][DTYPE_FLOAT32] = 1;
        row->products[GRADIENT_Y][DTYPE_FLOAT32] = log_sigmoid_product_f32;
        row->products[GRADIENT_Y][DTYPE_FLOAT16] = log_sigmoid_product_f16;
        row->products[GRADIENT_Y][DTYPE_BFLOAT16] = log_sigmoid_product_bf16;
    }
}

#else

static void prefer_lookup(struct row_kernels *row, const char *name) { (void)row, (void)name; }

#endif
#endif
