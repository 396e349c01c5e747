"""Laws that tie results to one another, so that they hold or fail without an oracle.

A law is an equation of rows, their gradients and `x`. Its two sides are computed with numbers that carry along how far
off they may be, given what the rows promise (`max_ulp`), and must agree to that: to some ULP of the largest term.
"""

import numpy as np
import pytest

import actkernels as ak
from actkernels import catalogue, reference

ROWS = {row.name: row for row in catalogue.ROWS}

LAWS = [
    # what is lost below 0 is what x gains above it
    "relu(x) - relu(-x) == x",
    "smelu(x) - smelu(-x) == x",
    "squareplus(x) - squareplus(-x) == x",
    "softplus(x) - softplus(-x) == x",
    "log_sigmoid(x) - log_sigmoid(-x) == x",
    "silu(x) - silu(-x) == x",
    "gelu(x) - gelu(-x) == x",
    "gelu_tanh(x) - gelu_tanh(-x) == x",
    "hard_swish(x) - hard_swish(-x) == x",
    "dish(x) - dish(-x) == x",
    "bent_identity(x) - bent_identity(-x) == x + x",
    "logistic(x) + logistic(-x) == 1",
    "hard_sigmoid(x) + hard_sigmoid(-x) == 1",
    "plse(x) + plse(-x) == 1",
    "elliot(x) + elliot(-x) == 1",
    "exponential(x) * exponential(-x) == 1",
    "squareplus(x) * squareplus(-x) == 1",
    # one made of another
    "silu(x) == x * logistic(x)",
    "silu(x) + silu(-x) == x * loggy(x)",
    "lisht(x) == x * tanh(x)",
    "loggy(x + x) == tanh(x)",
    "loggy(x) == logistic(x) + logistic(x) - 1",
    "log_sigmoid(x) == -softplus(-x)",
    "tanhshrink(x) + tanh(x) == x",
    "softshrink(x, lambd=0.75) + hard_tanh(x, min_val=-0.75, max_val=0.75) == x",
    "absolute(x) == relu(x) + relu(-x)",
    "squared_relu(x) == relu(x) * relu(x)",
    "square(x) == squared_relu(x) + squared_relu(-x)",
    "ramp(x, slope=0.25) == relu(x) + 0.25 * x",
    "selu(x) == 1.0507009873554805 * elu(x, alpha=1.6732632423543772)",
    "symm_elliot(x) == elliot(x) + elliot(x) - 1",
    "dish(x) == 0.5 * (x + x * isru(x))",
    "sinusoid(x) * sinusoid(x) + cosine(x) * cosine(x) == 1",
    "sinusoid(x) == x * sinc(x)",
    "growing_cosine(x) == x * cosine(x)",
    "snake(x) == x + sinusoid(x) * sinusoid(x)",
    "logcosh(x) == softplus(x + x) - x - 0.6931471805599453",
    # the same by other parameters
    "relu_closed(x) == relu(x)",
    "relu6(x) == hard_tanh(x, min_val=0, max_val=6)",
    "relu(x) == leaky_relu(x, alpha=0)",
    "relu(x) == threshold(x, theta=0)",
    "relu(x) == ramp(x, slope=0)",
    "identity(x) == leaky_relu(x, alpha=1)",
    "squared_relu(x) == star_relu(x, scale=1, bias=0)",
    "celu(x) == elu(x)",
    "softsign(x) == symm_elliot(x)",
    "hard_tanh(x) == clipped_linear(x, min_val=-1, max_val=1)",
    "hard_sigmoid(x, slope=0.25) == clipped_linear(x, slope=0.25, offset=0.5)",
    "softshrink(x) == shrink(x, bias=0.5)",
    "hardshrink(x) == shrink(x)",
    "hard_tanh(x) == srelu(x, a_left=0, a_right=0)",
    "plu(x, alpha=0.25) == srelu(x, a_left=0.25, a_right=0.25)",
    "tanh(x) == smht(x)",
    "identity(x) == soft_exponential(x, alpha=0)",
    # gradients
    "softplus_gradient(x) == logistic(x)",
    "log_sigmoid_gradient(x) == logistic(-x)",
    "logistic_gradient(x) == logistic(x) * logistic(-x)",
    "logistic_gradient(x) == logistic_gradient(-x)",
    "exponential_gradient(x) == exponential(x)",
    "tanh_gradient(x) + tanh(x) * tanh(x) == 1",
    "loggy_gradient(x) == logistic_gradient(x) + logistic_gradient(x)",
    "isru_gradient(x) == isru_gradient(-x)",
    "arsinh_gradient(x) * arsinh_gradient(x) * (1 + square(x)) == 1",
    "arctan_gradient(x) * (1 + square(x)) == 1",
    "gaussian_gradient(x) == -(x + x) * gaussian(x)",
    "relu_gradient(x) + relu_closed_gradient(-x) == 1",
    "silu_gradient(x) + silu_gradient(-x) == 1",
    "gelu_gradient(x) + gelu_gradient(-x) == 1",
    "gelu_tanh_gradient(x) + gelu_tanh_gradient(-x) == 1",
    "squareplus_gradient(x) + squareplus_gradient(-x) == 1",
    "dish_gradient(x) + dish_gradient(-x) == 1",
    "sinusoid_gradient(x) == cosine(x)",
    "cosine_gradient(x) == -sinusoid(x)",
    "tanhshrink_gradient(x) == tanh(x) * tanh(x)",
    "logcosh_gradient(x) == tanh(x)",
]


class Rounded:
    """Numbers, and by how much each may be wrong."""

    __array_ufunc__ = None  # arrays leave arithmetic with these to them

    def __init__(self, value, error):
        self.value = np.asarray(value, np.longdouble)
        self.error = error + np.finfo(np.longdouble).eps * np.abs(self.value)

    @classmethod
    def of(cls, number):
        """A result as it is; a plain array, which is exact; or a constant, which was rounded."""
        if isinstance(number, cls):
            return number
        return cls(number, 0 if isinstance(number, np.ndarray) else np.finfo(float).eps * abs(number))

    def __neg__(self):
        return Rounded(-self.value, self.error)

    def __add__(self, other):
        other = Rounded.of(other)
        return Rounded(self.value + other.value, self.error + other.error)

    def __sub__(self, other):
        return self + -Rounded.of(other)

    def __mul__(self, other):
        other = Rounded.of(other)
        moved = self.error * np.abs(other.value) + np.abs(self.value) * other.error
        return Rounded(self.value * other.value, moved + self.error * other.error)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return Rounded.of(other) - self


def promised(row, result, bound, x=None):
    """A result with the error that its row allows, which for a gradient at `x` may be in ULP of a larger term."""
    size = np.abs(result)
    if x is not None and row.larger_term:
        larger = reference.plain_numpy(row.larger_term)[0](x.astype(float), **row.parameters)
        size = np.fmax(size, np.abs(larger).astype(size.dtype))
    return Rounded(result, bound * np.spacing(size).astype(np.longdouble))


class Rows(dict):
    """The names in a law: ``gelu`` and ``gelu_gradient``."""

    def __missing__(self, name):
        name, is_gradient, _ = name.partition("_gradient")
        row, activation = ROWS[name], ak.ACTIVATIONS[name]

        def forward(x, **params):
            bound = getattr(row.max_ulp, x.dtype.name)
            return promised(row, activation(x, **params), max(bound, 2) if params else bound)

        def gradient(x):
            return promised(row, activation.gradient(x=x), row.max_ulp.gradient, x)

        return gradient if is_gradient else forward


def inputs(rng, dtype):
    span = 110 if dtype is np.float32 else 750
    exponents = np.log10(np.finfo(dtype).max) - 1
    parts = [
        rng.normal(size=4000),
        rng.uniform(-20, 20, 4000),
        rng.uniform(-span, span, 2000),
        rng.normal(size=2000) * 10.0 ** rng.uniform(-exponents, exponents, 2000),
        [0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0],
    ]
    return np.concatenate(parts).astype(dtype)


@pytest.mark.computed
@pytest.mark.parametrize("law", LAWS)
def test_law_holds(law, dtype, isa, rng):
    x = inputs(rng, dtype)
    with np.errstate(all="ignore"):
        left, right = (Rounded.of(eval(side, Rows(x=x))) for side in law.split("=="))
        off, allowed = np.abs(left.value - right.value), left.error + right.error
    checked = np.isfinite(left.value) & np.isfinite(right.value) & np.isfinite(allowed)
    assert checked.mean() > 0.6
    worst = int(np.argmax(np.where(checked, off - allowed, -np.inf)))
    assert off[worst] <= allowed[worst], (
        f"x = {float(x[worst]).hex()}: {left.value[worst]!r} is not {right.value[worst]!r}; off by {off[worst]:.3g}, "
        f"allowed {allowed[worst]:.3g}"
    )
