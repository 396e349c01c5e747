cdef extern from "kernels.h" nogil:
    enum:
        DTYPE_FLOAT32
        DTYPE_FLOAT64
        COMPUTED_COUNT
        DTYPE_FLOAT16
        DTYPE_BFLOAT16
        DTYPE_COUNT
        FORWARD
        GRADIENT_X
        GRADIENT_Y
        MAX_PARAMETERS
        WHOLE
        PORTION
        SAVED
        DELTA
        OUT
        COPY
        OPERAND_COUNT
        MAX_DIMS
    ctypedef void (*formula_kernel)(const void*, void*, Py_ssize_t, const double*) noexcept
    ctypedef void (*product_kernel)(const void*, const void*, void*, Py_ssize_t, const double*) noexcept
    struct row_kernels:
        formula_kernel[4][3] formulas
        formula_kernel[4][3] usual
        product_kernel[4][3] products
        double usual_up_to
        bint selects_zero
        bint[4][3] plain
        bint[3] brief
        int cost
    struct processor:
        bint slow_subnormals
        bint asks_ahead
    struct layout:
        int dims
        Py_ssize_t[8] shape
        Py_ssize_t[4][8] strides
        bint[4] scattered
    ctypedef struct pass_ "struct pass":
        const row_kernels* row
        const processor* processor
        int which
        int dtype
        (char*)[4] data
        double[4] parameters
        bint far
        bint[4] streams
        const layout* layout
    ctypedef void (*conversion)(const void*, void*, Py_ssize_t) noexcept
    struct storage:
        Py_ssize_t size
        int computed
        conversion load
        conversion store
        void* multiply
    struct tile_loops:
        void* in_window
        void* within
        void* find_subnormal
        void* replace
        void* settle
        void* multiply
        void* multiply_lifted
    ctypedef void (*pass_driver)(const pass_*, Py_ssize_t, Py_ssize_t) noexcept
    struct kernel_set:
        const row_kernels* rows
        pass_driver run
        const storage* storages
        const tile_loops* loops
    ctypedef const float* source_f32
    ctypedef const double* source_f64
    ctypedef float* target_f32
    ctypedef double* target_f64
    ctypedef const unsigned short* source_half
    ctypedef unsigned short* target_half
