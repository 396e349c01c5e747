# cython: cdivision=True
# The formulas: for each row of the catalogue the function, its gradient from the input, and where the row says so
# its gradient from the output. Scalar, branch-free, for float and double alike; the compiler makes vectors of them.
#
# A number has the type of x (render.py sees to it). Parameters are doubles: `linear`, `scaled` and their kin honour all
# their bits. NaN passes through: comparisons are written so that NaN takes the branch that keeps it, or `keep_nan` does
# it. Exponentials decay, so nothing overflows on the way; where a result may sink below the normal numbers the
# exponential comes in last and rounds it once (`falling_quotient`).
cimport vmath
from vmath cimport (
    LECUN_GRADIENT, LECUN_HALF_WIDTH, LECUN_SCALE, ONE, SELU_SCALE, SELU_SCALE_ALPHA, ZERO, above, at_most, at_root,
    bent, between_values, bounded, cos, cubic_gate, cubic_gate_gradient, decay, decay_rest, dish_rest,
    dish_rest_gradient, exp, exp_ratio, expm1, expm1_ratio, fabs, factor, falling_over_square, falling_parabola,
    falling_quotient, floor, fma, gate, gate_gradient, gumbel_density, half_over_one_plus, hard_gate, held,
    keep_nan, larger, line_through, linear, linear_at_zero, log1p, logistic_slope, logistic_slope_ratio,
    over_one_plus_size, over_root, over_root_gradient, parabola, plus, product_error, quarter_parabola,
    quick_complement, quick_logistic, quotient, real, root_of_sum, scaled, scaled_expm1, scaled_logistic, scaled_silu,
    scaled_silu_gradient, scaled_softplus, scaled_squareplus, scaled_tanh, sin, smht_quotient,
    smht_quotient_gradient, soft_clip, soft_clip_gradient, soft_exponent, soft_exponent_gradient, sum_error,
    times_cos, times_decay, times_expm1, times_gaussian, with_sign,
)


# ---- pieces of lines

cdef inline real identity(real x) noexcept nogil:
    return x

cdef inline real identity_gradient(real x) noexcept nogil:
    return keep_nan(1, x)

cdef inline real identity_gradient_y(real y) noexcept nogil:
    return keep_nan(1, y)


cdef inline real heaviside(real x, double at_zero) noexcept nogil:
    return keep_nan(1 if x > 0 else (<real>at_zero if x == 0 else 0), x)

cdef inline real heaviside_gradient(real x, double at_zero) noexcept nogil:
    return keep_nan(0, x)

cdef inline real heaviside_gradient_y(real y, double at_zero) noexcept nogil:
    return keep_nan(0, y)


cdef inline real relu(real x) noexcept nogil:
    return 0 if x <= 0 else x

cdef inline real relu_gradient(real x) noexcept nogil:
    return keep_nan(1 if x > 0 else 0, x)

cdef inline real relu_gradient_y(real y) noexcept nogil:
    return relu_gradient(y)


cdef inline real relu_closed(real x) noexcept nogil:
    return relu(x)

cdef inline real relu_closed_gradient(real x) noexcept nogil:
    return keep_nan(1 if x >= 0 else 0, x)


cdef inline real relu6(real x) noexcept nogil:
    cdef real positive = 0 if x <= 0 else x
    return 6 if positive >= 6 else positive

cdef inline real relu6_gradient(real x) noexcept nogil:
    return keep_nan(1 if (x > 0) & (x < 6) else 0, x)

cdef inline real relu6_gradient_y(real y) noexcept nogil:
    return relu6_gradient(y)


cdef inline real hard_tanh(real x, double min_val, double max_val) noexcept nogil:
    cdef real raised = <real>min_val if x <= <real>min_val else x
    return <real>max_val if raised >= <real>max_val else raised

cdef inline real hard_tanh_gradient(real x, double min_val, double max_val) noexcept nogil:
    return keep_nan(1 if (x > <real>min_val) & (x < <real>max_val) else 0, x)

cdef inline real hard_tanh_gradient_y(real y, double min_val, double max_val) noexcept nogil:
    return hard_tanh_gradient(y, min_val, max_val)


cdef inline real leaky_relu(real x, double alpha) noexcept nogil:
    cdef real left = scaled(alpha, x)
    return x if x > 0 else left

cdef inline real leaky_relu_gradient(real x, double alpha) noexcept nogil:
    return keep_nan(1 if x > 0 else <real>alpha, x)

cdef inline real leaky_relu_gradient_y(real y, double alpha) noexcept nogil:
    return leaky_relu_gradient(y, alpha)


cdef inline real ramp(real x, double slope) noexcept nogil:
    cdef real left = scaled(slope, x), right = scaled(ONE + slope, x)
    return right if x > 0 else left

cdef inline real ramp_gradient(real x, double slope) noexcept nogil:
    return keep_nan(1 + <real>slope if x > 0 else <real>slope, x)

cdef inline real ramp_gradient_y(real y, double slope) noexcept nogil:
    return ramp_gradient(y, slope)


cdef inline real srelu(
    real x, double t_left, double a_left, double t_right, double a_right
) noexcept nogil:
    cdef real left = line_through(t_left, a_left, x), right = line_through(t_right, a_right, x)
    return left if x <= <real>t_left else (right if x >= <real>t_right else x)

cdef inline real srelu_gradient(
    real x, double t_left, double a_left, double t_right, double a_right
) noexcept nogil:
    return keep_nan(<real>a_left if x <= <real>t_left else (<real>a_right if x >= <real>t_right else 1), x)


cdef inline real plse(real x) noexcept nogil:
    # outside the middle both lines are (x + c) / 100, with x + c exact where it is small
    cdef real c = 4 if x < -4 else 96
    cdef real line = quotient(x + c, sum_error(x, c), 100, 0) if fabs(x) < 1e30 else x / 100
    return line if (x < -4) | (x > 4) else 0.125 * x + 0.5

cdef inline real plse_gradient(real x) noexcept nogil:
    return keep_nan(0.01 if (x < -4) | (x > 4) else 0.125, x)

cdef inline real plse_gradient_y(real y) noexcept nogil:
    return keep_nan(0.01 if (y < 0) | (y > 1) else 0.125, y)


cdef inline real stair(real x) noexcept nogil:
    cdef real step = floor(x), half = floor(0.5 * step)
    return half if step == 2 * half else x - (step - half)

cdef inline real stair_gradient(real x) noexcept nogil:
    return keep_nan(0 if floor(x) == 2 * floor(0.5 * floor(x)) else 1, x)


cdef inline real hard_sigmoid(real x, double slope, double offset) noexcept nogil:
    cdef real line = linear(slope, x, offset)
    return keep_nan(0 if at_root(line, offset) else at_most(line, 1), x)

cdef inline real hard_sigmoid_gradient(real x, double slope, double offset) noexcept nogil:
    return keep_nan(<real>slope if between_values(x, slope, offset, ZERO, ONE) else 0, x)

cdef inline real hard_sigmoid_gradient_y(real y, double slope, double offset) noexcept nogil:
    return keep_nan(<real>slope if (y > 0) & (y < 1) else 0, y)


cdef inline real hard_swish(real x) noexcept nogil:
    return hard_gate(x)

cdef inline real hard_swish_gradient(real x) noexcept nogil:
    cdef real inside = fma(2, x, 3) * (1.0 / 6.0), right = 1 if x >= 3 else inside
    return 0 if x <= -3 else right


cdef inline real threshold(real x, double theta, double value) noexcept nogil:
    return keep_nan(x if above(x, theta) else <real>value, x)

cdef inline real threshold_gradient(real x, double theta, double value) noexcept nogil:
    return keep_nan(1 if above(x, theta) else 0, x)


cdef inline real softshrink(real x, double lambd) noexcept nogil:
    return shrink(x, lambd, lambd)

cdef inline real softshrink_gradient(real x, double lambd) noexcept nogil:
    return shrink_gradient(x, lambd, lambd)

cdef inline real softshrink_gradient_y(real y, double lambd) noexcept nogil:
    return keep_nan(0 if y == 0 else 1, y)


cdef inline real hardshrink(real x, double lambd) noexcept nogil:
    return keep_nan(x if above(fabs(x), lambd) else with_sign(0, x), x)

cdef inline real hardshrink_gradient(real x, double lambd) noexcept nogil:
    return shrink_gradient(x, lambd, lambd)

cdef inline real hardshrink_gradient_y(real y, double lambd) noexcept nogil:
    return keep_nan(0 if y == 0 else 1, y)


cdef inline real shrink(real x, double lambd, double bias) noexcept nogil:
    cdef real moved = plus(fabs(x), -bias)
    return keep_nan((moved if x > 0 else -moved) if above(fabs(x), lambd) else with_sign(0, x), x)

cdef inline real shrink_gradient(real x, double lambd, double bias) noexcept nogil:
    return keep_nan(1 if above(fabs(x), lambd) else 0, x)


cdef inline real clipped_linear(
    real x, double slope, double offset, double min_val, double max_val
) noexcept nogil:
    cdef real line = linear(slope, x, offset)
    return <real>min_val if line <= <real>min_val else (<real>max_val if line >= <real>max_val else line)

cdef inline real clipped_linear_gradient(
    real x, double slope, double offset, double min_val, double max_val
) noexcept nogil:
    return keep_nan(<real>slope if between_values(x, slope, offset, min_val, max_val) else 0, x)


cdef inline real plu(real x, double alpha, double c) noexcept nogil:
    cdef real left = line_through(-c, alpha, x), right = line_through(c, alpha, x)
    cdef real inner = right if right <= x else x
    return left if left >= inner else inner

cdef inline real plu_gradient(real x, double alpha, double c) noexcept nogil:
    cdef real y = plu(x, alpha, c)
    return keep_nan(1 if (y == x) & (fabs(x) < <real>c) else <real>alpha, x)


cdef inline real absolute(real x) noexcept nogil:
    return fabs(x)

cdef inline real absolute_gradient(real x) noexcept nogil:
    return keep_nan(1 if x > 0 else (-1 if x < 0 else 0), x)


# ---- pieces of parabolas

cdef inline real square(real x) noexcept nogil:
    return x * x

cdef inline real square_gradient(real x) noexcept nogil:
    return 2 * x


cdef inline real squared_relu(real x) noexcept nogil:
    return 0 if x <= 0 else x * x

cdef inline real squared_relu_gradient(real x) noexcept nogil:
    return 0 if x <= 0 else 2 * x


cdef inline real star_relu(real x, double scale, double bias) noexcept nogil:
    return <real>bias if x <= 0 else parabola(scale, x, bias)

cdef inline real star_relu_gradient(real x, double scale, double bias) noexcept nogil:
    cdef real right = 2 * scaled(scale, x)
    return 0 if x <= 0 else right


cdef inline real smelu(real x, double beta) noexcept nogil:
    return (x if x >= <real>beta else quarter_parabola(x, beta)) if above(x, -beta) else keep_nan(0, x)

cdef inline real smelu_gradient(real x, double beta) noexcept nogil:
    return keep_nan((1 if x >= <real>beta else 0.5 * plus(x, beta) / <real>beta) if above(x, -beta) else 0, x)


cdef inline real sqnl(real x) noexcept nogil:
    return 1 if x > 2 else (-1 if x < -2 else with_sign(fma(-0.25 * fabs(x), x, x), x))

cdef inline real sqnl_gradient(real x) noexcept nogil:
    return 0 if fabs(x) > 2 else 1 - 0.5 * fabs(x)


cdef inline real hard_mish(real x) noexcept nogil:
    return -0.0 if x <= -2 else (x if x >= 0 else falling_parabola(x))

cdef inline real hard_mish_gradient(real x) noexcept nogil:
    return 0 if x <= -2 else (1 if x >= 0 else x + 1)


# ---- with an exponential

cdef inline real elu(real x, double alpha) noexcept nogil:
    # -0 stays, but becomes 0 where alpha < 0
    cdef real left = times_expm1(alpha, x), right = x + with_sign(0, -<real>alpha)
    return right if x >= 0 else left

cdef inline real elu_gradient(real x, double alpha) noexcept nogil:
    return keep_nan(1 if x > 0 else times_decay(alpha, x), x)

cdef inline real elu_gradient_y(real y, double alpha) noexcept nogil:
    return keep_nan(1 if y > 0 else y + <real>alpha, y)


cdef inline real selu(real x) noexcept nogil:
    cdef real left = times_expm1(SELU_SCALE_ALPHA, x), right = scaled(SELU_SCALE, x)
    return right if x >= 0 else left

cdef inline real selu_gradient(real x) noexcept nogil:
    return keep_nan(<real>SELU_SCALE if x > 0 else times_decay(SELU_SCALE_ALPHA, x), x)

cdef inline real selu_gradient_y(real y) noexcept nogil:
    return keep_nan(<real>SELU_SCALE if y > 0 else y + <real>SELU_SCALE_ALPHA, y)


cdef inline real celu(real x, double alpha) noexcept nogil:
    cdef real left = scaled(alpha, expm1_ratio(x, alpha))
    return x if x > 0 else left

cdef inline real celu_gradient(real x, double alpha) noexcept nogil:
    return keep_nan(1 if x > 0 else exp_ratio(x, alpha), x)

cdef inline real celu_gradient_y(real y, double alpha) noexcept nogil:
    return keep_nan(1 if y > 0 else 1 + y / <real>alpha, y)


cdef inline real exponential(real x) noexcept nogil:
    return exp(x)

cdef inline real exponential_gradient(real x) noexcept nogil:
    return exp(x)

cdef inline real exponential_gradient_y(real y) noexcept nogil:
    return y


cdef inline real gaussian(real x) noexcept nogil:
    return keep_nan(times_gaussian(1, x), x)

cdef inline real gaussian_gradient(real x) noexcept nogil:
    cdef real t = bounded(x)
    return keep_nan(times_gaussian(-(t + t), x), x)


cdef inline real log_sigmoid(real x) noexcept nogil:
    return -vmath.softplus(-x)

cdef inline real log_sigmoid_gradient(real x) noexcept nogil:
    return quick_logistic(-x)

cdef inline real log_sigmoid_gradient_y(real y) noexcept nogil:
    return quick_complement(y)


cdef inline real softplus(real x, double beta) noexcept nogil:
    return scaled_softplus(beta, x)

cdef inline real softplus_gradient(real x, double beta) noexcept nogil:
    return scaled_logistic(beta, x)


cdef inline real logistic(real x) noexcept nogil:
    return vmath.logistic(x)

cdef inline real logistic_gradient(real x) noexcept nogil:
    return logistic_slope(1, x)

cdef inline real logistic_gradient_y(real y) noexcept nogil:
    return y * (1 - y)


cdef inline real loggy(real x) noexcept nogil:
    return vmath.tanh(0.5 * x)

cdef inline real loggy_gradient(real x) noexcept nogil:
    return logistic_slope(2, x)

cdef inline real loggy_gradient_y(real y) noexcept nogil:
    return 0.5 * ((1 - y) * (1 + y))


cdef inline real tanh(real x) noexcept nogil:
    return vmath.tanh(x)

cdef inline real tanh_gradient(real x) noexcept nogil:
    return logistic_slope(4, 2 * x)

cdef inline real tanh_gradient_y(real y) noexcept nogil:
    return (1 - y) * (1 + y)


cdef inline real lecun_tanh(real x) noexcept nogil:
    return scaled_tanh(LECUN_SCALE, 2 * x / 3)

cdef inline real lecun_tanh_gradient(real x) noexcept nogil:
    return logistic_slope_ratio(<real>LECUN_GRADIENT, x, LECUN_HALF_WIDTH)

cdef inline real lecun_tanh_gradient_y(real y) noexcept nogil:
    cdef real t = y / <real>LECUN_SCALE
    return scaled(LECUN_SCALE, 2 * ((1 - t) * (1 + t)) / 3)


cdef inline real tanhshrink(real x) noexcept nogil:
    return vmath.tanhshrink(x)

cdef inline real tanhshrink_gradient(real x) noexcept nogil:
    return vmath.tanh_squared(x)


cdef inline real logcosh(real x) noexcept nogil:
    return vmath.logcosh(x)

cdef inline real logcosh_gradient(real x) noexcept nogil:
    return vmath.tanh(x)


cdef inline real gudermannian(real x) noexcept nogil:
    return vmath.gudermannian(x)

cdef inline real gudermannian_gradient(real x) noexcept nogil:
    # 1 / cosh(x)
    cdef real e = decay(x), square = e * e
    return falling_quotient(2, 0, 1 + square, sum_error(1, square), -fabs(x))


cdef inline real lisht(real x) noexcept nogil:
    return x * vmath.tanh(x)

cdef inline real lisht_gradient(real x) noexcept nogil:
    # beyond 22 only the first term is left
    cdef real t = held(x, 22)
    return vmath.tanh(x) + t * tanh_gradient(t)


cdef inline real silu(real x, double beta) noexcept nogil:
    return scaled_silu(beta, x)

cdef inline real silu_gradient(real x, double beta) noexcept nogil:
    return scaled_silu_gradient(beta, x)


cdef inline real gelu_tanh(real x) noexcept nogil:
    # x (1 + tanh(u)) / 2 = x logistic(2 u), u a cubic of x
    return cubic_gate(x)

cdef inline real gelu_tanh_gradient(real x) noexcept nogil:
    return cubic_gate_gradient(x)


cdef inline real cloglog(real x) noexcept nogil:
    return -expm1(-exp(x))

cdef inline real cloglog_gradient(real x) noexcept nogil:
    return gumbel_density(x)

cdef inline real cloglog_gradient_y(real y) noexcept nogil:
    return (y - 1) * log1p(-y) if y != 1 else 0


cdef inline real mish(real x) noexcept nogil:
    cdef real y = vmath.mish(x)
    return x if x > 40 else y

cdef inline real mish_gradient(real x) noexcept nogil:
    # tanh(log(1 + exp(x))) = n/d with n = (1 + exp(x))^2 - 1 and d = n + 2; where x is positive over exp(2 x),
    # where it is negative n over exp(x), which comes in at the end
    cdef real e = decay(x), a = 1 if x >= 0 else 2
    cdef real n_e = 2 * e if x >= 0 else e, d_e = fma(e, n_e, 2 * e)
    cdef real slope_0 = 0 if x >= 0 else 4, slope = 4 * e * (fma(e, e, e) if x >= 0 else 1)
    return gate_gradient(a + n_e, sum_error(a, n_e), a + d_e, sum_error(a, d_e), slope_0, slope, x)


cdef inline real elish(real x) noexcept nogil:
    cdef real y = vmath.elish(x)
    return x if x > 40 else y

cdef inline real elish_gradient(real x) noexcept nogil:
    # s + x s (1 - s) with s = logistic(x), for x < 0 e (e^2 + 2 e - 1) / (1 + e)^2
    cdef real e = decay(x), root = fma(e, e, 2 * e - 1) + 2 * (1 + e) * decay_rest(x)
    cdef real n = fma(1 + at_most(x, 40), e, 1) if x >= 0 else root
    return falling_over_square(n, 1 + e, sum_error(1, e), x)


cdef inline real hard_elish(real x) noexcept nogil:
    cdef real share = 0.5 * (x + 1), t = factor(x), left = scaled_expm1(share, 0, t)
    cdef real middle = linear_at_zero(0.5, x, t * share if x >= 0 else left)
    return -0.0 if x <= -1 else (x if x >= 1 else middle)

cdef inline real hard_elish_gradient(real x) noexcept nogil:
    cdef real e = decay(x), middle = x + 0.5 if x >= 0 else 0.5 * fma(e, x + 1, e - 1)
    return 0 if x <= -1 else (1 if x >= 1 else middle)


cdef inline real smish(real x) noexcept nogil:
    # tanh(log(1 + logistic(x))) as a quotient of polynomials in e = exp(-|x|); beyond 40 it is 3/5
    cdef real e = decay(x), a = 3 if x >= 0 else 2, c = 5 if x >= 0 else 2
    cdef real n_e = (5 - a) * e, d_line = fma(7 - c, e, 6), d_e = e * d_line
    cdef real n_low = sum_error(a, n_e) + product_error(5 - a, e, n_e)
    cdef real d_low = sum_error(c, d_e) + product_error(e, d_line, d_e)
    cdef real y = gate(a + n_e, n_low, c + d_e, d_low, x)
    return 0.6 * larger(x, 40) if x > 40 else y

cdef inline real smish_gradient(real x) noexcept nogil:
    cdef real e = decay(x), a = 3 if x >= 0 else 2, c = 5 if x >= 0 else 2
    cdef real n_e = (5 - a) * e, d_e = e * fma(7 - c, e, 6)
    cdef real slope_0 = 0 if x >= 0 else 4, slope = 4 * e * (fma(e, 3 + e, 2) if x >= 0 else fma(2, e, 3))
    return gate_gradient(a + n_e, sum_error(a, n_e), c + d_e, sum_error(c, d_e), slope_0, slope, x)


cdef inline real logish(real x) noexcept nogil:
    cdef real y = vmath.logish(x)
    return 0.69314718055994530942 * larger(x, 40) if x > 40 else y

cdef inline real logish_gradient(real x) noexcept nogil:
    return vmath.logish_gradient(x)


cdef inline real tanhexp(real x) noexcept nogil:
    cdef real y = vmath.tanhexp(x)
    return x if x > 40 else y

cdef inline real tanhexp_gradient(real x) noexcept nogil:
    return vmath.tanhexp_gradient(x)


cdef inline real serf(real x) noexcept nogil:
    cdef real y = vmath.serf(x)
    return x if x > 40 else y

cdef inline real serf_gradient(real x) noexcept nogil:
    return vmath.serf_gradient(x)


cdef inline real smht(real x, double a, double b, double c, double d) noexcept nogil:
    return smht_quotient(a, b, c, d, x)

cdef inline real smht_gradient(real x, double a, double b, double c, double d) noexcept nogil:
    return smht_quotient_gradient(a, b, c, d, x)


cdef inline real soft_clipping(real x, double alpha) noexcept nogil:
    return soft_clip(alpha, x)

cdef inline real soft_clipping_gradient(real x, double alpha) noexcept nogil:
    return soft_clip_gradient(alpha, x)


cdef inline real soft_exponential(real x, double alpha) noexcept nogil:
    return soft_exponent(alpha, x)

cdef inline real soft_exponential_gradient(real x, double alpha) noexcept nogil:
    return soft_exponent_gradient(alpha, x)


# ---- with a quotient

cdef inline real softsign(real x) noexcept nogil:
    return over_one_plus_size(x)

cdef inline real softsign_gradient(real x) noexcept nogil:
    cdef real share = 1 / (1 + fabs(x))
    return share * share

cdef inline real softsign_gradient_y(real y) noexcept nogil:
    return (1 - fabs(y)) * (1 - fabs(y))


cdef inline real elliot(real x, double steepness) noexcept nogil:
    cdef real share = half_over_one_plus(steepness, x)
    return share if scaled(steepness, x) < 0 else 1 - share

cdef inline real elliot_gradient(real x, double steepness) noexcept nogil:
    cdef real share = 1 / (1 + fabs(scaled(steepness, x)))
    return 0.5 * <real>steepness * share * share

cdef inline real elliot_gradient_y(real y, double steepness) noexcept nogil:
    # the distance from the nearer end
    cdef real share = y if y < 0.5 else 1 - y
    return 2 * <real>steepness * share * share


cdef inline real symm_elliot(real x, double steepness) noexcept nogil:
    cdef real t = scaled(steepness, x)
    return over_one_plus_size(t)

cdef inline real symm_elliot_gradient(real x, double steepness) noexcept nogil:
    return 2 * elliot_gradient(x, steepness)

cdef inline real symm_elliot_gradient_y(real y, double steepness) noexcept nogil:
    return <real>steepness * ((1 - fabs(y)) * (1 - fabs(y)))


# ---- with a root

cdef inline real squareplus(real x, double b) noexcept nogil:
    return scaled_squareplus(b, x)

cdef inline real squareplus_gradient(real x, double b) noexcept nogil:
    # (x + root) / (2 root): the function over the root, and one minus the same of -x
    cdef real share = scaled_squareplus(b, -fabs(x)) / root_of_sum(x, <real>b)
    return keep_nan(1 - share if x >= 0 else share, x)


cdef inline real bent_identity(real x) noexcept nogil:
    return bent(x)

cdef inline real bent_identity_gradient(real x) noexcept nogil:
    return keep_nan(1 + 0.5 * bounded(x) / root_of_sum(bounded(x), 1), x)


cdef inline real isru(real x, double alpha) noexcept nogil:
    return over_root(alpha, x)

cdef inline real isru_gradient(real x, double alpha) noexcept nogil:
    return over_root_gradient(alpha, x)


cdef inline real isrlu(real x, double alpha) noexcept nogil:
    return x if x >= 0 else isru(x, alpha)

cdef inline real isrlu_gradient(real x, double alpha) noexcept nogil:
    return 1 if x >= 0 else isru_gradient(x, alpha)


cdef inline real dish(real x) noexcept nogil:
    # x/2 (1 + x/r) with r = sqrt(1 + x^2) cancels for x < 0, where it is this rest
    cdef real rest = dish_rest(fabs(x))
    return keep_nan(x - rest if x > 0 else with_sign(rest, x), x)

cdef inline real dish_gradient(real x) noexcept nogil:
    cdef real falling = dish_rest_gradient(fabs(x))
    return keep_nan(1 - falling if x > 0 else falling, x)


# ---- inverse functions

cdef inline real arctan(real x) noexcept nogil:
    return vmath.atan(x)

cdef inline real arctan_gradient(real x) noexcept nogil:
    cdef real t = 1 / x
    return 1 / fma(x, x, 1) if fabs(x) < 1e15 else t * t


cdef inline real arsinh(real x) noexcept nogil:
    return vmath.asinh(x)

cdef inline real arsinh_gradient(real x) noexcept nogil:
    return 1 / root_of_sum(x, 1)


# ---- with a sine or a cosine; `far` says whether the block at hand holds an angle far from 0

cdef inline real sinusoid(real x, bint far) noexcept nogil:
    return sin(x, far)

cdef inline real sinusoid_gradient(real x, bint far) noexcept nogil:
    return cos(x, far)


cdef inline real cosine(real x, bint far) noexcept nogil:
    return cos(x, far)

cdef inline real cosine_gradient(real x, bint far) noexcept nogil:
    return -sin(x, far)


cdef inline real growing_cosine(real x, bint far) noexcept nogil:
    return times_cos(x, far)

cdef inline real growing_cosine_gradient(real x, bint far) noexcept nogil:
    return fma(-x, sin(x, far), cos(x, far))


cdef inline real sinc(real x, bint far) noexcept nogil:
    return vmath.sinc(x, far)

cdef inline real sinc_gradient(real x, bint far) noexcept nogil:
    return vmath.sinc_gradient(x, far)


cdef inline real snake(real x, double alpha, bint far) noexcept nogil:
    return vmath.snake(alpha, x, far)

cdef inline real snake_gradient(real x, double alpha, bint far) noexcept nogil:
    return vmath.snake_gradient(alpha, x, far)


# ---- with the normal distribution

cdef inline real gelu(real x) noexcept nogil:
    return vmath.gelu(x)

cdef inline real gelu_gradient(real x) noexcept nogil:
    return vmath.gelu_gradient(x)


cdef inline real erf(real x) noexcept nogil:
    return vmath.erf(x)

cdef inline real erf_gradient(real x) noexcept nogil:
    # 2 / sqrt(pi) exp(-x^2)
    return keep_nan(times_gaussian(1.1283791670955125739, x), x)


cdef inline real phish(real x) noexcept nogil:
    cdef real y = vmath.phish(x)
    return x if x > 20 else y

cdef inline real phish_gradient(real x) noexcept nogil:
    return vmath.phish_gradient(x)
