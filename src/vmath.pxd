# What formulas.pxd may use of blocks.h and vmath.h: constants, and every function that takes a `real`. The build reads
# those from the headers and puts them here, once for float and once for double: Cython picks by the argument.
ctypedef fused real:
    float
    double

cdef extern from "blocks.h" nogil:
    double ZERO "0.0"
    double ONE "1.0"
    double LECUN_GRADIENT
    double LECUN_HALF_WIDTH
    double LECUN_SCALE
    double SELU_SCALE
    double SELU_SCALE_ALPHA
    float fma "fma_f32"(float a, float b, float c) noexcept
    double fma "fma_f64"(double a, double b, double c) noexcept
