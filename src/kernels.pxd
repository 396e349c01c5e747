cdef extern from "kernels.h" nogil:
    enum:
        DTYPE_FLOAT32
        DTYPE_FLOAT64
        COMPUTED_COUNT
        DTYPE_FLOAT16
        DTYPE_BFLOAT16
        DTYPE_COUNT
        MAX_PARAMETERS
    ctypedef void (*forward_kernel)(const void*, void*, Py_ssize_t, const double*) noexcept
    ctypedef void (*backward_kernel)(const void*, const void*, void*, Py_ssize_t, const double*) noexcept
    ctypedef void (*conversion_block)(const void*, void*, Py_ssize_t) noexcept
    struct row_kernels:
        forward_kernel[2] forward
        backward_kernel[2] backward_x
        backward_kernel[2] backward_y
    struct conversion:
        conversion_block load
        conversion_block store
    struct kernel_set:
        const row_kernels* rows
        const conversion* conversions
    ctypedef const float* source_f32
    ctypedef const double* source_f64
    ctypedef float* target_f32
    ctypedef double* target_f64
