/* What is compiled once for each CPU level, kernels and what surrounds them: the one contract between that code and the
 * engine.
 *
 * Pointers are to aligned elements, for a kernel contiguous ones; an output may be one of the inputs exactly, but must
 * not overlap them otherwise. Each element of the result depends on the elements of the same index alone, never on its
 * neighbours or its place. Parameters are doubles whatever the dtype, in the order of the row.
 */
#ifndef ACTKERNELS_KERNELS_H
#define ACTKERNELS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* What arrays are made of. Kernels compute in the first COMPUTED_COUNT; the others are converted to float32, which
 * holds all their numbers, and the result is rounded once. */
enum { DTYPE_FLOAT32, DTYPE_FLOAT64, COMPUTED_COUNT, DTYPE_FLOAT16 = COMPUTED_COUNT, DTYPE_BFLOAT16, DTYPE_COUNT };
/* What a kernel gives: the function of the input, its gradient from the input, its gradient from the output. */
enum { FORWARD, GRADIENT_X, GRADIENT_Y, KERNEL_COUNT };
enum { MAX_PARAMETERS = 4 };
/* Kernels that are not plain compute as many elements at a time, so that their loops need no code for a rest. */
enum { WHOLE = 16 };
/* The same for numbers that are converted on their way. */
enum { PORTION = 32 };

typedef void (*formula_kernel)(const void *x, void *out, ptrdiff_t count, const double *parameters);
typedef void (*product_kernel)(const void *x, const void *delta, void *out, ptrdiff_t count, const double *parameters);

struct row_kernels {
    formula_kernel formulas[KERNEL_COUNT][DTYPE_COUNT]; /* NULL where no gradient follows from the output; of types
                                                           that are converted, brief functions alone */
    formula_kernel usual[KERNEL_COUNT][DTYPE_COUNT];    /* the same bits for usual inputs alone, or NULL */
    double usual_up_to;                                 /* the size of these inputs, where parameters are 1 */
    int selects_zero;                                   /* a gradient of 0 blocks whatever the delta is */
    product_kernel products[KERNEL_COUNT][DTYPE_COUNT]; /* delta times gradient, where that is brief, or NULL */
    int plain[KERNEL_COUNT][DTYPE_COUNT];               /* fast at all numbers, and computes as many as there are */
    int brief[KERNEL_COUNT];                            /* the same where subnormal numbers are not slow */
    int cost;                                           /* 0, 1 or 2 */
};

/* What processors with the same instructions differ in. */
struct processor {
    int slow_subnormals; /* multiplications with subnormal operands or results take a hundred times as long */
    int asks_ahead;      /* lines of memory are better asked for before they are needed */
};

/* The arrays of a pass. */
enum { SAVED, DELTA, OUT, COPY, OPERAND_COUNT };
enum { MAX_DIMS = 8 };

/* How elements that do not lie side by side are walked through: the innermost dimension first, strides in bytes. */
struct layout {
    int dims;
    ptrdiff_t shape[MAX_DIMS], strides[OPERAND_COUNT][MAX_DIMS];
    int scattered[OPERAND_COUNT]; /* whether this operand is; the others are contiguous in the order of the walk */
};

/* One pass of one row: the formula of `saved`, times `delta` where there is one, into `out`, and into `copy` as well
 * where there is one. */
struct pass {
    const struct row_kernels *row;
    const struct processor *processor;
    int which, dtype;
    char *data[OPERAND_COUNT];         /* NULL for what there is not */
    double parameters[MAX_PARAMETERS]; /* those beyond the row's are 0 */
    int far;                           /* operands are too many to be in a cache */
    int streams[OPERAND_COUNT];        /* results go past the caches; never where they are converted */
    const struct layout *layout;       /* NULL where all operands are contiguous */
};

/* Carries out a pass for the elements from begin to end. */
typedef void (*pass_driver)(const struct pass *pass, ptrdiff_t begin, ptrdiff_t end);

/* How a dtype is kept in memory; the functions are NULL where it is computed in as it is. `multiply` takes and gives
 * stored numbers, times gradients as they were computed. */
struct storage {
    ptrdiff_t size;
    int computed;
    void (*load)(const void *stored, void *computed, ptrdiff_t count);
    void (*store)(const void *computed, void *stored, ptrdiff_t count);
    void (*multiply)(const void *delta, const void *gradient, void *out, ptrdiff_t count, int selects_zero);
};

/* A kernel right and left of 0: its value and -0 where it is constant, else -0 and the slope of its line. */
struct near_zero {
    int known;
    double value[2], slope[2];
};

enum { NONE, SOME, ALL };

/* The smallest and the largest size of numbers that are not 0. */
struct extent {
    double least, most;
};

/* The other loops over a tile of numbers, for one computed dtype; see passes.h. */
struct tile_loops {
    int (*in_window)(const void *x, ptrdiff_t count, double most);
    int (*within)(const void *x, ptrdiff_t count, struct extent limits);
    int (*find_subnormal)(const void *x, ptrdiff_t count);
    void (*replace)(const void *x, void *out, ptrdiff_t count);
    void (*settle)(const void *x, const void *values, void *out, ptrdiff_t count, const struct near_zero *near);
    struct near_zero (*look_near_zero)(const formula_kernel *kernels, const double *parameters);
    void (*multiply)(const void *delta, const void *gradient, void *out, ptrdiff_t count, int selects_zero);
    void (*multiply_lifted)(const void *delta, const void *gradient, void *out, ptrdiff_t count, int selects_zero);
};

/* All that is compiled for one CPU level. */
struct kernel_set {
    const struct row_kernels *rows;
    pass_driver run;
    const struct storage *storages; /* by dtype */
    const struct tile_loops *loops; /* by computed dtype */
};

/* restrict lets the loops vectorise without run-time overlap checks. An output that is exactly its input is
 * outside the letter of it, yet each element is read before it is written and never again: the tests compare
 * every kernel in place with the same kernel out of place, bit for bit. */
typedef const float *restrict source_f32;
typedef const double *restrict source_f64;
typedef float *restrict target_f32;
typedef double *restrict target_f64;
typedef const uint16_t *restrict source_half;
typedef uint16_t *restrict target_half;

#endif
