/* One pass of one row over contiguous memory, a tile at a time: load, look for subnormal numbers, compute, multiply by
 * the delta, store, and whatever of this there is nothing to do for is left out. Tiles stay in an L1 cache.
 *
 * Intel's processors multiply numbers with subnormal operands or results a hundred times more slowly than others. So
 * kernels never see subnormal inputs: what they make of them follows from what they do about 0, where a function is
 * constant or a line, and is computed by integers and additions, which are fast. A gradient may be subnormal; it is
 * lifted for its product with the delta. Where a tile holds no such number, nothing is done but looking. */
#ifndef ACTKERNELS_PASSES_H
#define ACTKERNELS_PASSES_H

#include "half.h"
#include "kernels.h"
#include "vmath.h"

/* Bytes of a tile of computed numbers: so short that loops over one tile and over the next overlap in the processor, so
 * long that what comes before and after a loop does not count. Half as many where numbers come from memory. */
#define TILE 2048
#define TILE_FLOATS (TILE / 4)
/* In doubles. A tile begins a third of a page beside the others: at equal offsets loads would wait for stores. */
#define TILE_ROOM (TILE / 8 + 168)
#define LINE 64 /* bytes of a line of the caches */
#define SUBNORMAL_CLASS 0x20
#define WINDOW_BITS 5 /* as many of an exponent vary from one end of a window to the other */

#if defined(__AVX512F__)
/* Which of a vector's numbers are neither 0 nor within limits, all without their signs and twice as large. */
INLINE int beyond_f32(const float *x, uint32_t first, uint32_t last) {
    const __m512i size = _mm512_slli_epi32(_mm512_loadu_si512(x), 1), above = _mm512_set1_epi32((int)first);
    const __mmask16 not_zero = _mm512_test_epi32_mask(size, size);
    return _mm512_mask_cmpgt_epu32_mask(not_zero, _mm512_sub_epi32(size, above),
                                        _mm512_set1_epi32((int)(last - first)));
}

INLINE int beyond_f64(const double *x, uint64_t first, uint64_t last) {
    const __m512i size = _mm512_slli_epi64(_mm512_loadu_si512(x), 1), above = _mm512_set1_epi64((int64_t)first);
    const __mmask8 not_zero = _mm512_test_epi64_mask(size, size);
    const __m512i span = _mm512_set1_epi64((int64_t)(last - first));
    return _mm512_mask_cmpgt_epu64_mask(not_zero, _mm512_sub_epi64(size, above), span);
}
#endif

#define real float
#define natural uint32_t
#define F(name) name##_f32
#define FABS __builtin_fabsf
#define MIN_NORMAL 0x1p-126f
#define NEAR 0x1p-60f
#define FAR 0x1p-40f
#define FLAT 0x1p-30f
#define LARGEST 0x1p127f
#define MANTISSA_BITS 23
#define CLASSIFY(x) _mm512_fpclass_ps_mask(_mm512_loadu_ps(x), SUBNORMAL_CLASS)
#include "tiles_body.h"

#define real double
#define natural uint64_t
#define F(name) name##_f64
#define FABS __builtin_fabs
#define MIN_NORMAL 0x1p-1022
#define NEAR 0x1p-200
#define FAR 0x1p-140
#define FLAT 0x1p-60
#define LARGEST 0x1p1023
#define MANTISSA_BITS 52
#define CLASSIFY(x) _mm512_fpclass_pd_mask(_mm512_loadu_pd(x), SUBNORMAL_CLASS)
#include "tiles_body.h"

static struct near_zero look_near_zero_f64(const formula_kernel *kernels, const double *parameters) {
    return judge_near_zero_f64(kernels[DTYPE_FLOAT64], parameters);
}

/* With the slope from the row's kernel for doubles: rounded to float, it would make products a whole ulp wrong. */
static struct near_zero look_near_zero_f32(const formula_kernel *kernels, const double *parameters) {
    struct near_zero near = judge_near_zero_f32(kernels[DTYPE_FLOAT32], parameters);
    struct near_zero exact = look_near_zero_f64(kernels, parameters);
    near.known &= exact.known;
    for (int side = 0; side < 2; side++) {
        near.known &= (near.slope[side] == 0) == (exact.slope[side] == 0);
        if (near.slope[side] != 0) near.slope[side] = exact.slope[side];
    }
    return near;
}

static const struct tile_loops tile_loops[COMPUTED_COUNT] = {
    {in_window_f32, within_f32, find_subnormal_f32, replace_f32, settle_f32, look_near_zero_f32, multiply_f32,
     multiply_lifted_f32},
    {in_window_f64, within_f64, find_subnormal_f64, replace_f64, settle_f64, look_near_zero_f64, multiply_f64,
     multiply_lifted_f64},
};

static const struct storage storages[DTYPE_COUNT] = {
    [DTYPE_FLOAT32] = {4, DTYPE_FLOAT32, NULL, NULL, NULL},
    [DTYPE_FLOAT64] = {8, DTYPE_FLOAT64, NULL, NULL, NULL},
    [DTYPE_FLOAT16] = {2, DTYPE_FLOAT32, load_f16, store_f16, multiply_f16},
    [DTYPE_BFLOAT16] = {2, DTYPE_FLOAT32, load_bf16, store_bf16, multiply_bf16},
};

/* Which kernels a pass computes with. Usual inputs are 0 and sizes between two limits: next to them, no product that a
 * kernel forms is subnormal, nor is a gradient, and what formulas do for other inputs is left out. `near` is looked for
 * when it is first needed, which for most passes is never. */
struct choice {
    formula_kernel any, usual;
    int trusted; /* the first is as fast whatever the inputs are, and they need not be looked at */
    struct extent limits;
    double window; /* the largest size in a part of it that is quickly asked for, or 0 */
    int outside;   /* for how many tiles it is not */
    struct near_zero near;
    int looked;
};

/* All numbers of float16 are normal in float32. */
INLINE int is_trusted(const struct pass *pass) {
    const struct row_kernels *row = pass->row;
    const int may_be_slow = pass->processor->slow_subnormals && pass->dtype != DTYPE_FLOAT16;
    return row->plain[pass->which][storages[pass->dtype].computed] || (row->brief[pass->which] && !may_be_slow);
}

/* A parameter may take what a formula meets as far from the inputs as it is from 1. */
static struct choice choose(const struct pass *pass, int computed) {
    const struct row_kernels *row = pass->row;
    const double least[COMPUTED_COUNT] = {[DTYPE_FLOAT32] = 0x1p-29, [DTYPE_FLOAT64] = 0x1p-56};
    double spread = 1;
    if (is_trusted(pass) || !row->usual[pass->which][computed]) {
        return (struct choice){.any = row->formulas[pass->which][computed], .trusted = is_trusted(pass)};
    }
    for (int i = 0; i < MAX_PARAMETERS; i++) {
        double size = __builtin_fabs(pass->parameters[i]), far = size < 1 ? 1 / size : size;
        if (size != 0 && far > spread) spread = far;
    }
    const double most = row->usual_up_to / spread, top = most < 256 ? most : 256;
    return (struct choice){.any = row->formulas[pass->which][computed],
                           .usual = row->usual[pass->which][computed],
                           .limits = {least[computed], most},
                           .window = top * 0x1p-32 < least[computed] ? 0 : top};
}

/* Where one tile holds a 0, say, the next few are likely to: then the window is not asked for. */
INLINE formula_kernel kernel_for(struct choice *choice, const struct tile_loops *loops, const void *x,
                                 ptrdiff_t count) {
    if (!choice->usual) return choice->any;
    if (choice->window && --choice->outside < 0) {
        if (loops->in_window(x, count, choice->window)) return choice->usual;
        choice->outside = 8;
    }
    return loops->within(x, count, choice->limits) ? choice->usual : choice->any;
}

/* A rest that is no whole number of vectors is computed in a place of its own. */
static void apply(formula_kernel f, const struct pass *pass, const void *x, void *out, ptrdiff_t count) {
    const size_t size = storages[pass->dtype].computed == DTYPE_FLOAT64 ? sizeof(double) : sizeof(float);
    const ptrdiff_t whole = count / WHOLE * WHOLE;
    if (whole > 0) f(x, out, whole, pass->parameters);
    if (whole < count) {
        const size_t done = (size_t)whole * size, rest = (size_t)(count - whole) * size;
        double place[WHOLE] = {0};
        memcpy(place, (const char *)x + done, rest);
        f(place, place, WHOLE, pass->parameters);
        memcpy((char *)out + done, place, rest);
    }
}

/* The formula of a tile. Returns whether gradients may be subnormal. */
static int compute_tile(const struct pass *pass, struct choice *choice, const struct tile_loops *loops, const void *x,
                        void *out, ptrdiff_t count) {
    double replaced[TILE / sizeof(double)];
    if (choice->trusted) {
        choice->any(x, out, count, pass->parameters);
        return 0;
    }
    formula_kernel f = kernel_for(choice, loops, x, count);
    int found = f == choice->any ? loops->find_subnormal(x, count) : NONE;
    if (found && !choice->looked) {
        choice->near = loops->look_near_zero(pass->row->formulas[pass->which], pass->parameters);
        choice->looked = 1;
    }
    if (!found || !choice->near.known) {
        apply(f, pass, x, out, count);
        return f == choice->any;
    }
    int asked = found == SOME || pass->row->cost > 0; /* else the kernel is cheap, and there is nothing for it */
    if (asked) {
        loops->replace(x, replaced, count);
        f = kernel_for(choice, loops, replaced, count);
        apply(f, pass, replaced, replaced, count);
    }
    loops->settle(x, asked ? replaced : x, out, count, &choice->near);
    return 1;
}

/* Copy bytes that lie side by side: runs are too short for a call of memcpy. */
INLINE void move_run(const char *from, char *to, ptrdiff_t count) {
    for (; count >= 64; count -= 64, from += 64, to += 64) memcpy(to, from, 64);
    for (; count >= 16; count -= 16, from += 16, to += 16) memcpy(to, from, 16);
    for (; count > 0; count -= 2, from += 2, to += 2) memcpy(to, from, 2);
}

/* Copy `count` elements of `size` bytes, some of them `stride` bytes apart; sizes are constants where it is inlined. */
INLINE void move_sized(const char *from, ptrdiff_t from_stride, char *to, ptrdiff_t to_stride, ptrdiff_t count,
                       size_t size) {
    if (from_stride == (ptrdiff_t)size && to_stride == (ptrdiff_t)size) {
        move_run(from, to, count * (ptrdiff_t)size);
    } else {
        for (ptrdiff_t i = 0; i < count; i++) memcpy(to + i * to_stride, from + i * from_stride, size);
    }
}

/* Where a walk through an operand has come to. */
struct cursor {
    char *data;
    ptrdiff_t index[MAX_DIMS];
};

static struct cursor cursor_at(const struct layout *layout, int operand, char *data, ptrdiff_t element) {
    struct cursor cursor = {data, {0}};
    for (int dim = 0; dim < layout->dims; dim++) {
        cursor.index[dim] = element % layout->shape[dim];
        element /= layout->shape[dim];
        cursor.data += cursor.index[dim] * layout->strides[operand][dim];
    }
    return cursor;
}

/* Walk on through an operand, between its places in memory and a dense buffer. */
INLINE void walk_sized(const struct layout *layout, const ptrdiff_t *strides, struct cursor *cursor, char *dense,
                       ptrdiff_t count, ptrdiff_t size, int gather) {
    ptrdiff_t *index = cursor->index;
    char *data = cursor->data;
    while (count > 0) {
        ptrdiff_t length = layout->shape[0] - index[0], rows = 1;
        if (length > count) length = count;
        if (index[0] == 0 && layout->dims > 1) { /* whole rows of one plane, or what there is to do of one row */
            rows = layout->shape[1] - index[1];
            if (rows > count / length) rows = count / length;
        }
        for (ptrdiff_t row = 0; row < rows; row++) {
            char *first = data + row * strides[1];
            if (gather) {
                move_sized(first, strides[0], dense, size, length, (size_t)size);
            } else {
                move_sized(dense, size, first, strides[0], length, (size_t)size);
            }
            dense += length * size;
        }
        count -= rows * length;
        if (index[0] + length < layout->shape[0]) { /* not yet the end of a row */
            data += length * strides[0];
            index[0] += length;
            break;
        }
        data -= index[0] * strides[0];
        index[0] = 0;
        for (int dim = 1; dim < layout->dims; dim++) { /* the next row, or plane */
            ptrdiff_t steps = dim == 1 ? rows : 1;
            data += steps * strides[dim];
            if ((index[dim] += steps) < layout->shape[dim]) break;
            data -= layout->shape[dim] * strides[dim];
            index[dim] = 0;
        }
    }
    cursor->data = data;
}

static void walk(const struct pass *pass, int operand, struct cursor *cursor, char *dense, ptrdiff_t count,
                 int gather) {
    const struct layout *layout = pass->layout;
    const ptrdiff_t *strides = layout->strides[operand], size = storages[pass->dtype].size;
    if (size == 2) {
        walk_sized(layout, strides, cursor, dense, count, 2, gather);
    } else if (size == 4) {
        walk_sized(layout, strides, cursor, dense, count, 4, gather);
    } else {
        walk_sized(layout, strides, cursor, dense, count, 8, gather);
    }
}

INLINE int is_scattered(const struct pass *pass, int operand) {
    return pass->layout && pass->layout->scattered[operand];
}

/* A tile of an input in the type that is computed in: where it is, or in `buffer`. */
static const void *fetch(const struct pass *pass, int operand, struct cursor *cursor, ptrdiff_t start, ptrdiff_t count,
                         void *buffer) {
    const struct storage *storage = &storages[pass->dtype];
    uint16_t halves[TILE_FLOATS];
    const char *stored = pass->data[operand] + start * storage->size;
    if (is_scattered(pass, operand)) {
        char *dense = storage->load ? (char *)halves : buffer;
        walk(pass, operand, cursor, dense, count, 1);
        stored = dense;
    }
    if (!storage->load) return stored;
    storage->load(stored, buffer, count);
    return buffer;
}

/* Whether results can be computed where they belong. */
INLINE int is_direct(const struct pass *pass, int operand) {
    return !storages[pass->dtype].store && !is_scattered(pass, operand) && !pass->streams[operand];
}

/* Copy past the caches: a line that is written whole need not be read before. */
static void stream(char *target, const char *source, size_t size) {
#if defined(__SSE2__)
    size_t head = -(uintptr_t)target & 63;
    if (head < size) {
        memcpy(target, source, head);
        for (target += head, source += head, size -= head; size >= 64; target += 64, source += 64, size -= 64) {
#if defined(__AVX512F__)
            _mm512_stream_si512((void *)target, _mm512_loadu_si512(source));
#elif defined(__AVX__)
            _mm256_stream_si256((__m256i *)target, _mm256_loadu_si256((const __m256i *)source));
            _mm256_stream_si256((__m256i *)target + 1, _mm256_loadu_si256((const __m256i *)source + 1));
#else
            for (int part = 0; part < 4; part++) {
                _mm_stream_si128((__m128i *)target + part, _mm_loadu_si128((const __m128i *)source + part));
            }
#endif
        }
    }
#endif
    memcpy(target, source, size);
}

/* Put a tile of results where they belong, if they are not there yet. */
static void deliver(const struct pass *pass, int operand, struct cursor *cursor, ptrdiff_t start, ptrdiff_t count,
                    const void *results) {
    const struct storage *storage = &storages[pass->dtype];
    uint16_t halves[TILE_FLOATS];
    char *target = pass->data[operand] + start * storage->size;
    int scattered = is_scattered(pass, operand);
    if (storage->store) {
        storage->store(results, scattered ? (void *)halves : target, count);
        if (!scattered) return;
        results = halves;
    }
    if (scattered) {
        walk(pass, operand, cursor, (char *)results, count, 0);
    } else if (pass->streams[operand]) {
        stream(target, results, (size_t)(count * storage->size));
    } else if (results != target) {
        memcpy(target, results, (size_t)(count * storage->size));
    }
}

/* How many elements there are before one that begins a line of the caches, if it is worth while. Arrays of NumPy begin
 * anywhere, large ones all at the same place of a line; but a vector across two lines takes as long as two, and past
 * the caches so does a line in two parts. */
static ptrdiff_t before_line(const struct pass *pass, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t tile) {
    const struct storage *storage = &storages[pass->dtype];
    const uintptr_t out = (uintptr_t)pass->data[OUT], apart = out - (uintptr_t)pass->data[SAVED];
    if (storage->load || is_scattered(pass, OUT) || end - begin < 4 * tile) return 0;
    if (apart % LINE && !pass->streams[OUT]) return 0;
    return (ptrdiff_t)(-(out + (uintptr_t)(begin * storage->size)) % LINE) / storage->size;
}

/* Ask for the lines of the tile after the next few: the processor itself does not look beyond a page. */
INLINE void ask_ahead(const struct pass *pass, ptrdiff_t start, ptrdiff_t tile, int for_out) {
    const ptrdiff_t size = storages[pass->dtype].size, first = (start + 4 * tile) * size, end = first + tile * size;
    for (ptrdiff_t next = first; next < end; next += LINE) {
        __builtin_prefetch(pass->data[SAVED] + next);
        if (pass->data[DELTA]) __builtin_prefetch(pass->data[DELTA] + next);
        if (for_out) __builtin_prefetch(pass->data[OUT] + next, 1);
    }
}

/* Whether there is a kernel that does all there is to do: a few operations, from contiguous memory to memory. */
INLINE int is_brief(const struct pass *pass) {
    const struct row_kernels *row = pass->row;
    if (!is_trusted(pass) || pass->layout || pass->data[COPY] || pass->streams[OUT]) return 0;
    if (pass->data[DELTA]) return row->products[pass->which][pass->dtype] != NULL;
    return row->formulas[pass->which][pass->dtype] != NULL;
}

/* That kernel. Of numbers that are converted it computes whole portions; a rest has a place of its own. */
static void run_brief(const struct pass *pass, ptrdiff_t start, ptrdiff_t count) {
    const struct storage *storage = &storages[pass->dtype];
    const formula_kernel f = pass->row->formulas[pass->which][pass->dtype];
    const product_kernel product = pass->row->products[pass->which][pass->dtype];
    const ptrdiff_t whole = storage->load ? count / PORTION * PORTION : count, offset = start * storage->size;
    const char *x = pass->data[SAVED] + offset, *delta = pass->data[DELTA] ? pass->data[DELTA] + offset : NULL;
    char *out = pass->data[OUT] + offset;
    if (delta) {
        product(x, delta, out, whole, pass->parameters);
    } else {
        f(x, out, whole, pass->parameters);
    }
    if (whole < count) {
        const size_t done = (size_t)(whole * storage->size), rest = (size_t)((count - whole) * storage->size);
        uint16_t place[PORTION] = {0}, factors[PORTION] = {0};
        memcpy(place, x + done, rest);
        if (delta) {
            memcpy(factors, delta + done, rest);
            product(place, factors, place, PORTION, pass->parameters);
        } else {
            f(place, place, PORTION, pass->parameters);
        }
        memcpy(out + done, place, rest);
    }
}

static void run_pass(const struct pass *pass, ptrdiff_t begin, ptrdiff_t end) {
    const struct row_kernels *row = pass->row;
    const struct storage *storage = &storages[pass->dtype];
    const struct tile_loops *loops = &tile_loops[storage->computed];
    const int multiplies = pass->data[DELTA] != NULL, direct = is_direct(pass, OUT);
    const int asks = pass->far && pass->processor->asks_ahead;
    const ptrdiff_t tile = TILE / storages[storage->computed].size / (pass->far && !(asks && storage->load) ? 2 : 1);
    /* A line that is written is read before; where there is next to no arithmetic, that is waited for. */
    const int asks_for_out = asks && row->cost == 0 && !pass->streams[OUT] && pass->data[OUT] != pass->data[SAVED] &&
                             pass->data[OUT] != pass->data[DELTA];
    ptrdiff_t head = before_line(pass, begin, end, tile);

    if (is_brief(pass)) {
        const int in_tiles = asks && (row->cost > 0 || multiplies || asks_for_out);
        for (ptrdiff_t start = begin, count; start < end; start += count, head = 0) {
            count = head ? head : (in_tiles && end - start > tile ? tile : end - start);
            if (in_tiles) ask_ahead(pass, start, tile, asks_for_out);
            run_brief(pass, start, count);
        }
        return;
    }
    const int multiplies_stored =
        storage->multiply && !is_scattered(pass, DELTA) && !is_scattered(pass, OUT) && !pass->data[COPY];
    struct choice choice = choose(pass, storage->computed);
    double inputs[TILE_ROOM], deltas[TILE_ROOM], results[TILE_ROOM];
    struct cursor cursors[OPERAND_COUNT];
    for (int operand = 0; operand < OPERAND_COUNT; operand++) {
        if (is_scattered(pass, operand))
            cursors[operand] = cursor_at(pass->layout, operand, pass->data[operand], begin);
    }
    for (ptrdiff_t start = begin, count; start < end; start += count, head = 0) {
        count = head ? head : (end - start < tile ? end - start : tile);
        if (asks && !pass->layout) ask_ahead(pass, start, tile, asks_for_out);
        const void *x = fetch(pass, SAVED, &cursors[SAVED], start, count, inputs);
        void *out = direct ? pass->data[OUT] + start * storage->size : (void *)results;
        void *y = multiplies ? (void *)results : out;
        int careful = compute_tile(pass, &choice, loops, x, y, count);
        if (multiplies) {
            int lifted = careful && loops->find_subnormal(y, count);
            if (multiplies_stored && !lifted) {
                const ptrdiff_t offset = start * storage->size;
                storage->multiply(pass->data[DELTA] + offset, y, pass->data[OUT] + offset, count, row->selects_zero);
                continue;
            }
            const void *delta = fetch(pass, DELTA, &cursors[DELTA], start, count, deltas);
            (lifted ? loops->multiply_lifted : loops->multiply)(delta, y, out, count, row->selects_zero);
        }
        deliver(pass, OUT, &cursors[OUT], start, count, out);
        if (pass->data[COPY]) deliver(pass, COPY, &cursors[COPY], start, count, out);
    }
#if defined(__SSE2__)
    if (pass->streams[OUT] | pass->streams[COPY]) _mm_sfence(); /* before others are told that the results are there */
#endif
}

#endif
