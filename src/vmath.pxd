# The functions of vmath.h and blocks.h under one name for float and double: Cython picks by the argument.
cdef extern from "blocks.h" nogil:
    double ONE "1.0"
    double LECUN_GRADIENT
    double LECUN_HALF_WIDTH
    double LECUN_SCALE
    double SELU_SCALE
    double SELU_SCALE_ALPHA
    float exp "exp_f32"(float x) noexcept
    double exp "exp_f64"(double x) noexcept
    float logistic "logistic_f32"(float x) noexcept
    double logistic "logistic_f64"(double x) noexcept
    float tanh "tanh_f32"(float x) noexcept
    double tanh "tanh_f64"(double x) noexcept
    float gelu "gelu_f32"(float x) noexcept
    double gelu "gelu_f64"(double x) noexcept
    float gelu_gradient "gelu_gradient_f32"(float x) noexcept
    double gelu_gradient "gelu_gradient_f64"(double x) noexcept
    float fabs "fabs_f32"(float x) noexcept
    double fabs "fabs_f64"(double x) noexcept
    float floor "floor_f32"(float x) noexcept
    double floor "floor_f64"(double x) noexcept
    float bounded "bounded_f32"(float x) noexcept
    double bounded "bounded_f64"(double x) noexcept
    float times_expm1 "times_expm1_f32"(double a, float x) noexcept
    double times_expm1 "times_expm1_f64"(double a, double x) noexcept
    float product_error "product_error_f32"(float a, float b, float product) noexcept
    double product_error "product_error_f64"(double a, double b, double product) noexcept
    float fma "fma_f32"(float a, float b, float c) noexcept
    float sum_error "sum_error_f32"(float a, float b) noexcept
    double fma "fma_f64"(double a, double b, double c) noexcept
    double sum_error "sum_error_f64"(double a, double b) noexcept
    float keep_nan "keep_nan_f32"(float value, float x) noexcept
    double keep_nan "keep_nan_f64"(double value, double x) noexcept
    float at_most "at_most_f32"(float x, float high) noexcept
    double at_most "at_most_f64"(double x, double high) noexcept
    float over_one_plus "over_one_plus_f32"(float n, float u) noexcept
    double over_one_plus "over_one_plus_f64"(double n, double u) noexcept
    float quotient "quotient_f32"(float n, float n_low, float d, float d_low) noexcept
    double quotient "quotient_f64"(double n, double n_low, double d, double d_low) noexcept
    float falling_quotient "falling_quotient_f32"(float n, float n_low, float d, float d_low, float x) noexcept
    float scaled_falling_quotient "scaled_falling_quotient_f32"(
        float n, float n_low, float d, float d_low, double a, float x) noexcept
    float linear "linear_f32"(double a, float x, double b) noexcept
    float line_through "line_through_f32"(double t, double a, float x) noexcept
    double falling_quotient "falling_quotient_f64"(double n, double n_low, double d, double d_low, double x) noexcept
    double scaled_falling_quotient "scaled_falling_quotient_f64"(
        double n, double n_low, double d, double d_low, double a, double x) noexcept
    double linear "linear_f64"(double a, double x, double b) noexcept
    double line_through "line_through_f64"(double t, double a, double x) noexcept
    float scaled "scaled_f32"(double a, float x) noexcept
    double scaled "scaled_f64"(double a, double x) noexcept
    float decay "decay_f32"(float x) noexcept
    float scaled_decay "scaled_decay_f32"(double a, float x) noexcept
    double decay "decay_f64"(double x) noexcept
    double scaled_decay "scaled_decay_f64"(double a, double x) noexcept
    float scaled_logistic "scaled_logistic_f32"(double a, float x) noexcept
    double scaled_logistic "scaled_logistic_f64"(double a, double x) noexcept
    float times_scaled_logistic "times_scaled_logistic_f32"(float n, double a, float x) noexcept
    float scaled_softplus "scaled_softplus_f32"(double a, float x) noexcept
    double times_scaled_logistic "times_scaled_logistic_f64"(double n, double a, double x) noexcept
    double scaled_softplus "scaled_softplus_f64"(double a, double x) noexcept
    float root_of_sum "root_of_sum_f32"(float x, float b) noexcept
    double root_of_sum "root_of_sum_f64"(double x, double b) noexcept
    float plus "plus_f32"(float x, double b) noexcept
    double plus "plus_f64"(double x, double b) noexcept
    float parabola "parabola_f32"(double scale, float x, double bias) noexcept
    double parabola "parabola_f64"(double scale, double x, double bias) noexcept
    float times_gaussian "times_gaussian_f32"(float n, float x) noexcept
    double times_gaussian "times_gaussian_f64"(double n, double x) noexcept
    float expm1 "expm1_f32"(float x) noexcept
    double expm1 "expm1_f64"(double x) noexcept
    float softplus "softplus_f32"(float x) noexcept
    double softplus "softplus_f64"(double x) noexcept
    float atan "atan_f32"(float x) noexcept
    double atan "atan_f64"(double x) noexcept
    float asinh "asinh_f32"(float x) noexcept
    double asinh "asinh_f64"(double x) noexcept
    bint above "above_f32"(float x, double b) noexcept
    bint above "above_f64"(double x, double b) noexcept
    float copysign "with_sign_f32"(float x, float sign) noexcept
    double copysign "with_sign_f64"(double x, double sign) noexcept
    float scaled_squareplus "scaled_squareplus_f32"(double b, float x) noexcept
    float over_root_gradient "over_root_gradient_f32"(double a, float x) noexcept
    float over_root "over_root_f32"(double a, float x) noexcept
    double scaled_squareplus "scaled_squareplus_f64"(double b, double x) noexcept
    double over_root_gradient "over_root_gradient_f64"(double a, double x) noexcept
    double over_root "over_root_f64"(double a, double x) noexcept
    float bent "bent_f32"(float x) noexcept
    double bent "bent_f64"(double x) noexcept
    float decay_ratio "decay_ratio_f32"(float x, double a) noexcept
    double decay_ratio "decay_ratio_f64"(double x, double a) noexcept
    float exp_ratio "exp_ratio_f32"(float x, double a) noexcept
    double exp_ratio "exp_ratio_f64"(double x, double a) noexcept
    float expm1_ratio "expm1_ratio_f32"(float x, double a) noexcept
    double expm1_ratio "expm1_ratio_f64"(double x, double a) noexcept
    float quarter_parabola "quarter_parabola_f32"(float x, double b) noexcept
    double quarter_parabola "quarter_parabola_f64"(double x, double b) noexcept
    float decay_rest "decay_rest_f32"(float x) noexcept
    float elish "elish_f32"(float x) noexcept
    float factor "factor_f32"(float x) noexcept
    float falling_over_square "falling_over_square_f32"(float n, float d, float d_low, float x) noexcept
    float gate "gate_f32"(float n, float n_low, float d, float d_low, float x) noexcept
    float gate_gradient "gate_gradient_f32"(
        float n, float n_low, float d, float d_low, float slope_0, float slope, float x) noexcept
    float larger "larger_f32"(float x, float bound) noexcept
    float linear_at_zero "linear_at_zero_f32"(float at_zero, float x, float y) noexcept
    float logish "logish_f32"(float x) noexcept
    float logish_gradient "logish_gradient_f32"(float x) noexcept
    float scaled_expm1 "scaled_expm1_f32"(float a, float relative_low, float x) noexcept
    double decay_rest "decay_rest_f64"(double x) noexcept
    double elish "elish_f64"(double x) noexcept
    double factor "factor_f64"(double x) noexcept
    double falling_over_square "falling_over_square_f64"(double n, double d, double d_low, double x) noexcept
    double gate "gate_f64"(double n, double n_low, double d, double d_low, double x) noexcept
    double gate_gradient "gate_gradient_f64"(
        double n, double n_low, double d, double d_low, double slope_0, double slope, double x) noexcept
    double larger "larger_f64"(double x, double bound) noexcept
    double linear_at_zero "linear_at_zero_f64"(double at_zero, double x, double y) noexcept
    double logish "logish_f64"(double x) noexcept
    double logish_gradient "logish_gradient_f64"(double x) noexcept
    double scaled_expm1 "scaled_expm1_f64"(double a, double relative_low, double x) noexcept
    float serf "serf_f32"(float x) noexcept
    float serf_gradient "serf_gradient_f32"(float x) noexcept
    float tanhexp "tanhexp_f32"(float x) noexcept
    float tanhexp_gradient "tanhexp_gradient_f32"(float x) noexcept
    double serf "serf_f64"(double x) noexcept
    double serf_gradient "serf_gradient_f64"(double x) noexcept
    double tanhexp "tanhexp_f64"(double x) noexcept
    double tanhexp_gradient "tanhexp_gradient_f64"(double x) noexcept
    float phish "phish_f32"(float x) noexcept
    float phish_gradient "phish_gradient_f32"(float x) noexcept
    double phish "phish_f64"(double x) noexcept
    double phish_gradient "phish_gradient_f64"(double x) noexcept

ctypedef fused real:
    float
    double
