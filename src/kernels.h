/* What a kernel is: the one contract between the loops (built once for each CPU level) and the engine.
 *
 * All pointers are to contiguous, aligned elements of the kernel's dtype; `out` may be one of the inputs
 * exactly, but must not overlap them otherwise. Each element of the result depends on the elements of the same
 * index alone. Parameters are doubles whatever the dtype, in the order of the row.
 */
#ifndef ACTKERNELS_KERNELS_H
#define ACTKERNELS_KERNELS_H

#include <stddef.h>

/* What arrays are made of. Kernels compute in the first COMPUTED_COUNT; the others are converted to float32, which
 * holds all their numbers, and the result is rounded once. */
enum { DTYPE_FLOAT32, DTYPE_FLOAT64, COMPUTED_COUNT, DTYPE_FLOAT16 = COMPUTED_COUNT, DTYPE_BFLOAT16, DTYPE_COUNT };
enum { MAX_PARAMETERS = 4 };

typedef void (*forward_kernel)(const void *x, void *out, ptrdiff_t count, const double *parameters);
/* out = delta * gradient; `saved` is the row's input in backward_x and its output in backward_y */
typedef void (*backward_kernel)(const void *delta, const void *saved, void *out, ptrdiff_t count,
                                const double *parameters);

struct row_kernels {
    forward_kernel forward[COMPUTED_COUNT];
    backward_kernel backward_x[COMPUTED_COUNT];
    backward_kernel backward_y[COMPUTED_COUNT]; /* NULL where the gradient is no function of the output */
};

/* Between a type of arrays and the one that it is computed in; NULL where they are the same. */
struct conversion {
    void (*load)(const void *stored, void *computed, ptrdiff_t count);
    void (*store)(const void *computed, void *stored, ptrdiff_t count);
};

/* All that is compiled for one CPU level. */
struct kernel_set {
    const struct row_kernels *rows;
    const struct conversion *conversions; /* by dtype */
};

/* restrict lets the loops vectorise without run-time overlap checks. An output that is exactly its input is
 * outside the letter of it, yet each element is read before it is written and never again: the tests compare
 * every kernel in place with the same kernel out of place, bit for bit. */
typedef const float *restrict source_f32;
typedef const double *restrict source_f64;
typedef float *restrict target_f32;
typedef double *restrict target_f64;

#endif
