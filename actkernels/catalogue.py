"""The table: every activation, once.

A row says what a function *means*; ``src/formulas.pxd`` says how it is computed. The definition is a Python
expression of ``x`` and the row's parameters, written as a textbook writes it: `actkernels.reference` evaluates
and differentiates it with mpmath at as many digits as it takes, so a slip in either place shows as a difference.

Kernels, ufuncs, Python functions, layer classes, tests, benchmarks and documentation are all made by walking
`ROWS`. The build reads this file before the package exists, so it imports nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Ulp(NamedTuple):
    """Accepted error of a row, in units in the last place of the result's type."""

    float32: float = 2.0
    float64: float = 2.0
    gradient: float = 4.0


PASSES = ("forward", "gradient_x", "gradient_y")

USUAL = Ulp()
TIGHT = Ulp(float32=1.0)


@dataclass(frozen=True, eq=False)  # a row is itself; comparing all fields would slow down the import
class Row:
    """One activation.

    Parameters
    ----------
    name : str
        The public name; the formulas are ``name``, ``name_gradient`` and ``name_gradient_y``.
    definition : str
        The function of ``x`` and the parameters. At a point where branches meet, the branch that the
        definition takes there also decides the gradient; in ``min`` and ``max`` a tie goes to the constant.
    doc : str
        One line for people.
    parameters : mapping of str to float
        Names and defaults, in the order in which the formula takes them.
    requires : tuple of str
        Conditions on the parameters, beyond being finite numbers.
    from_output : str
        The condition on the parameters under which the gradient is an exact function of the output;
        ``"False"`` where it never is.
    selects_zero : bool
        Whether a gradient of zero is a choice of branch: it then blocks the delta, whatever its value,
        where an underflowing gradient would multiply it (0 * nan is nan).
    usual_up_to : float
        The size of the inputs that a second set of kernels serves, which takes no care of others, such as that an
        exponential sinks below the normal numbers. It is as many times smaller as a parameter is larger or smaller
        than 1. 0 where there are no such kernels.
    plain : tuple of str
        Which of ``"forward"``, ``"gradient_x"`` and ``"gradient_y"`` multiply nothing, but for a size of the order of
        one: then subnormal numbers cost no time, and are not looked for.
    simple : tuple of str
        Which others are a few operations, in a row whose cost is more than that.
    cost : int
        What an element takes: 0 about as long as its way through memory, 1 as an exponential, 2 several times that.
        Threads share larger arrays of what costs less; large results of what costs 0 are written past the caches.
    kinks : tuple of str
        Points at which the function or its gradient changes its form, as expressions of the parameters.
    larger_term : str
        Where the gradient has a root between two terms that cancel: the size of the larger one, in whose
        ULP the error is then counted.
    larger_summand : str
        The same for the function.
    frequency : str
        Where sines and cosines are taken of a multiple of the input: of which, as an expression of the
        parameters. Their angles may be far from 0, where exact values are dear.
    max_ulp : Ulp
        Accepted errors.
    max_fall : int
        By how many units in the last place what is computed may fall from one number to the next where the
        function rises.
    aliases : mapping of str to mapping of str to float
        Other names, each with the parameters that it fixes.
    numpynet : mapping of str to mapping of str to float
        NumPyNet's class names, likewise.
    source : str
        Where the function comes from.
    """

    name: str
    definition: str
    doc: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    from_output: str = "False"
    selects_zero: bool = False
    usual_up_to: float = 16.0
    plain: tuple[str, ...] = ()
    simple: tuple[str, ...] = ()
    cost: int = 1
    kinks: tuple[str, ...] = ()
    larger_term: str = ""
    larger_summand: str = ""
    frequency: str = ""
    max_ulp: Ulp = USUAL
    max_fall: int = 0
    aliases: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    numpynet: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    source: str = ""

    @property
    def has_gradient_y(self) -> bool:
        """Whether there are parameters for which the gradient follows from the output."""
        return self.from_output != "False"

    @property
    def brief(self) -> tuple[str, ...]:
        """Which kernels are a few operations, as fast as memory."""
        return PASSES if self.cost == 0 else (*self.plain, *self.simple)

    @property
    def has_usual_kernels(self) -> bool:
        """Whether there is anything that kernels for usual inputs may leave out."""
        return self.usual_up_to > 0 and "forward" not in self.plain and not self.frequency


ROWS: tuple[Row, ...] = (
    Row(
        "identity",
        "x",
        "The input itself.",
        from_output="True",
        plain=PASSES,
        cost=0,
        max_ulp=TIGHT,
        aliases={"linear": {}, "none": {}},
        numpynet={"Linear": {}},
    ),
    Row(
        "heaviside",
        "1 if x > 0 else (at_zero if x == 0 else 0)",
        "The unit step; its gradient is 0 everywhere.",
        parameters={"at_zero": 1.0},
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
        aliases={"binary_step": {}, "step": {}},
    ),
    Row(
        "relu",
        "max(x, 0)",
        "Rectified linear unit; gradient 0 at 0.",
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Relu": {}},
        source="Fukushima, Biological Cybernetics 20, 121 (1975); Nair and Hinton, ICML (2010)",
    ),
    Row(
        "relu_closed",
        "x if x >= 0 else 0",
        "Rectified linear unit whose gradient at 0 is 1.",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "relu6",
        "min(max(x, 0), 6)",
        "Rectified linear unit capped at 6; gradient 0 at both ends.",
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("0", "6"),
        max_ulp=TIGHT,
        source="Krizhevsky, Convolutional deep belief networks on CIFAR-10 (2010)",
    ),
    Row(
        "hard_tanh",
        "min(max(x, min_val), max_val)",
        "The input held between two values; gradient 0 at both ends.",
        parameters={"min_val": -1.0, "max_val": 1.0},
        requires=("min_val <= max_val",),
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("min_val", "max_val"),
        max_ulp=TIGHT,
        source="Collobert, thesis, Universite Paris VI (2004)",
    ),
    Row(
        "leaky_relu",
        "x if x > 0 else alpha * x",
        "Rectified linear unit with a slope of alpha below 0.",
        parameters={"alpha": 0.01},
        from_output="alpha >= 0",
        usual_up_to=1e9,
        plain=("gradient_x", "gradient_y"),
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Relie": {"alpha": 0.01}, "Leaky": {"alpha": 0.1}},
        source="Maas, Hannun and Ng, ICML (2013)",
    ),
    Row(
        "ramp",
        "max(x, 0) + slope * x",
        "Rectified linear unit plus a line.",
        parameters={"slope": 0.1},
        from_output="slope >= 0",
        usual_up_to=1e9,
        plain=("gradient_x", "gradient_y"),
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Ramp": {}},
        source="darknet, activations.h",
    ),
    Row(
        "elu",
        "x if x > 0 else alpha * expm1(x)",
        "Exponential linear unit.",
        parameters={"alpha": 1.0},
        from_output="alpha > 0",
        plain=("gradient_y",),
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Elu": {}},
        source="Clevert, Unterthiner and Hochreiter, ICLR (2016), arXiv:1511.07289",
    ),
    Row(
        "celu",
        "x if x > 0 else alpha * expm1(x / alpha)",
        "Exponential linear unit whose gradient is continuous for every alpha.",
        parameters={"alpha": 1.0},
        requires=("alpha != 0",),
        from_output="alpha > 0",
        kinks=("0",),
        max_ulp=TIGHT,
        source="Barron (2017), arXiv:1704.07483",
    ),
    Row(
        "selu",
        "1.0507009873554804934193349852946 * (x if x > 0 else 1.6732632423543772848170429916717 * expm1(x))",
        "Scaled exponential linear unit: keeps mean 0 and variance 1 from layer to layer.",
        from_output="True",
        plain=("gradient_y",),
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Selu": {}},
        source="Klambauer, Unterthiner, Mayr and Hochreiter, NIPS (2017), arXiv:1706.02515",
    ),
    Row(
        "threshold",
        "x if x > theta else value",
        "The input above a threshold, a constant value below.",
        parameters={"theta": 1.0, "value": 0.0},
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("theta",),
        max_ulp=TIGHT,
        aliases={"thresholded_relu": {"value": 0.0}},
        source="Konda, Memisevic and Krueger, ICLR (2015), arXiv:1402.3337",
    ),
    Row(
        "squared_relu",
        "max(x, 0) ** 2",
        "The square of the rectified linear unit.",
        selects_zero=True,
        usual_up_to=1e9,
        cost=0,
        kinks=("0",),
        max_ulp=TIGHT,
        aliases={"relu2": {}, "relu_squared": {}},
        source="So et al., Primer, NeurIPS (2021), arXiv:2109.08668",
    ),
    Row(
        "star_relu",
        "scale * max(x, 0) ** 2 + bias",
        "The squared rectified linear unit, scaled and shifted to mean 0 and variance 1.",
        parameters={"scale": 0.8944, "bias": -0.4472},
        selects_zero=True,
        usual_up_to=1e9,
        kinks=("0",),
        max_ulp=TIGHT,
        source="Yu et al., MetaFormer baselines for vision (2022), arXiv:2210.13452",
    ),
    Row(
        "smelu",
        "0 if x <= -beta else (x if x >= beta else (x + beta) ** 2 / (4 * beta))",
        "Rectified linear unit with a parabola between -beta and beta.",
        parameters={"beta": 1.0},
        requires=("beta > 0",),
        selects_zero=True,
        usual_up_to=1e9,
        kinks=("-beta", "beta"),
        max_ulp=TIGHT,
        aliases={"sparse_plus": {"beta": 1.0}},
        source="Shamir and Lin (2022), arXiv:2202.06499",
    ),
    Row(
        "squareplus",
        "(x + sqrt(x * x + b)) / 2",
        "Smooth rectified linear unit made of a square root.",
        parameters={"b": 4.0},
        requires=("b > 0",),
        usual_up_to=1e6,
        kinks=("0",),
        source="Barron (2021), arXiv:2112.11687",
    ),
    Row(
        "softplus",
        "log(1 + exp(beta * x)) / beta",
        "Smooth rectified linear unit, without a threshold.",
        parameters={"beta": 1.0},
        requires=("beta > 0",),
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"SoftPlus": {}},
        source="Dugas et al., NIPS (2001)",
    ),
    Row(
        "bent_identity",
        "(sqrt(x * x + 1) - 1) / 2 + x",
        "A line that bends from slope 1/2 to slope 3/2.",
        usual_up_to=1e6,
        kinks=("0",),
    ),
    Row(
        "isrlu",
        "x if x >= 0 else x / sqrt(1 + alpha * x * x)",
        "Inverse square root linear unit.",
        parameters={"alpha": 1.0},
        requires=("alpha > 0",),
        usual_up_to=1e6,
        kinks=("0",),
        source="Carlile et al. (2017), arXiv:1710.09967",
    ),
    Row(
        "srelu",
        "t_left + a_left * (x - t_left) if x <= t_left else (t_right + a_right * (x - t_right) if x >= t_right else x)",
        "S-shaped rectified linear unit: the input between two thresholds, lines outside.",
        parameters={"t_left": -1.0, "a_left": 0.1, "t_right": 1.0, "a_right": 0.1},
        requires=("t_left <= t_right",),
        usual_up_to=1e9,
        plain=("gradient_x",),
        kinks=("t_left", "t_right"),
        max_ulp=TIGHT,
        numpynet={"Lhtan": {"t_left": 0.0, "a_left": 0.001, "t_right": 1.0, "a_right": 0.001}},
        source="Jin et al., AAAI (2016), arXiv:1512.07030",
    ),
    Row(
        "plu",
        "max(alpha * (x + c) - c, min(alpha * (x - c) + c, x))",
        "Piecewise linear unit: the input between -c and c, slope alpha outside.",
        parameters={"alpha": 0.1, "c": 1.0},
        usual_up_to=1e9,
        kinks=("-c", "c"),
        max_ulp=TIGHT,
        source="Nicolae (2018), arXiv:1809.09534",
    ),
    Row(
        "plse",
        "0.01 * (x + 4) if x < -4 else (0.01 * (x - 4) + 1 if x > 4 else 0.125 * x + 0.5)",
        "Piecewise linear approximation of the logistic function.",
        from_output="True",
        usual_up_to=1e9,
        plain=("gradient_x", "gradient_y"),
        kinks=("-4", "4"),
        max_ulp=TIGHT,
        numpynet={"Plse": {}},
        source="darknet, activations.h",
    ),
    Row(
        "stair",
        "floor(x / 2) if floor(x) % 2 == 0 else (x - floor(x)) + floor(x / 2)",
        "Flat and rising steps in turn; gradient 1 where floor(x) is odd, else 0.",
        selects_zero=True,
        usual_up_to=1e9,
        kinks=("-2", "-1", "0", "1", "2"),
        max_ulp=TIGHT,
        numpynet={"Stair": {}},
        source="darknet, activations.h",
    ),
    Row(
        "logistic",
        "1 / (1 + exp(-x))",
        "The logistic function.",
        from_output="True",
        simple=("gradient_y",),
        kinks=("0",),
        max_ulp=TIGHT,
        aliases={"sigmoid": {}, "expit": {}},
        numpynet={"Logistic": {}},
        source="Verhulst (1838)",
    ),
    Row(
        "loggy",
        "2 / (1 + exp(-x)) - 1",
        "The logistic function stretched to (-1, 1), which is tanh(x / 2).",
        from_output="True",
        plain=("gradient_y",),
        kinks=("0",),
        max_ulp=TIGHT,
        aliases={"bipolar_sigmoid": {}},
        numpynet={"Loggy": {}},
        source="darknet, activations.h",
    ),
    Row(
        "tanh",
        "tanh(x)",
        "Hyperbolic tangent; odd to the last bit.",
        from_output="True",
        plain=("gradient_y",),
        usual_up_to=10.0,
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Tanh": {}},
    ),
    Row(
        "lecun_tanh",
        "1.7159 * tanh(2 * x / 3)",
        "Hyperbolic tangent scaled so that f(1) = 1 and f(-1) = -1.",
        from_output="True",
        usual_up_to=15.0,
        kinks=("0",),
        source="LeCun, Bottou, Orr and Mueller, Efficient BackProp (1998)",
    ),
    Row(
        "hard_sigmoid",
        "min(max(slope * x + offset, 0), 1)",
        "A line held between 0 and 1; gradient 0 at both ends.",
        parameters={"slope": 1 / 6, "offset": 0.5},
        requires=("slope != 0",),
        from_output="True",
        selects_zero=True,
        usual_up_to=1e9,
        plain=("gradient_y",),
        cost=0,
        kinks=("-offset / slope", "(1 - offset) / slope"),
        max_ulp=TIGHT,
        aliases={"sparse_sigmoid": {"slope": 0.5, "offset": 0.5}},
        numpynet={"Hardtan": {"slope": 0.2, "offset": 0.5}},
        source="Courbariaux, Bengio and David, NIPS (2015), arXiv:1511.00363",
    ),
    Row(
        "log_sigmoid",
        "-log(1 + exp(-x))",
        "The logarithm of the logistic function.",
        from_output="True",
        kinks=("0",),
        max_ulp=TIGHT,
        aliases={"log_expit": {}},
    ),
    Row(
        "softsign",
        "x / (1 + fabs(x))",
        "The input over one plus its size.",
        from_output="True",
        usual_up_to=1e6,
        plain=("gradient_y",),
        simple=("forward", "gradient_x"),
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"SoftSign": {}},
        source="Bergstra et al., Quadratic polynomials learn better image features (2009)",
    ),
    Row(
        "elliot",
        "0.5 * steepness * x / (1 + fabs(steepness * x)) + 0.5",
        "Elliott's sigmoid, from 0 to 1.",
        parameters={"steepness": 1.0},
        requires=("steepness != 0",),
        from_output="True",
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"Elliot": {}},
        source="Elliott, Technical report 93-8, University of Maryland (1993)",
    ),
    Row(
        "symm_elliot",
        "steepness * x / (1 + fabs(steepness * x))",
        "Elliott's sigmoid, from -1 to 1.",
        parameters={"steepness": 1.0},
        requires=("steepness != 0",),
        from_output="True",
        usual_up_to=1e6,
        kinks=("0",),
        max_ulp=TIGHT,
        numpynet={"SymmElliot": {}},
        source="Elliott, Technical report 93-8, University of Maryland (1993)",
    ),
    Row(
        "arctan",
        "atan(x)",
        "Inverse tangent.",
        usual_up_to=1e6,
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "arsinh",
        "asinh(x)",
        "Inverse hyperbolic sine.",
        usual_up_to=1e6,
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "isru",
        "x / sqrt(1 + alpha * x * x)",
        "Inverse square root unit.",
        parameters={"alpha": 1.0},
        requires=("alpha > 0",),
        usual_up_to=1e6,
        kinks=("0",),
        source="Carlile et al. (2017), arXiv:1710.09967",
    ),
    Row(
        "sqnl",
        "1 if x > 2 else (x - x * x / 4 if x >= 0 else (x + x * x / 4 if x >= -2 else -1))",
        "Square nonlinearity: a sigmoid of two parabolas.",
        selects_zero=True,
        usual_up_to=1e9,
        cost=0,
        kinks=("-2", "0", "2"),
        max_ulp=TIGHT,
        source="Wuraola and Patel, IJCNN (2018)",
    ),
    Row(
        "erf",
        "erf(x)",
        "The error function.",
        usual_up_to=9.0,
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "gudermannian",
        "2 * atan(tanh(x / 2))",
        "The Gudermannian function, which is atan(sinh(x)).",
        kinks=("0",),
        max_ulp=TIGHT,
        source="Gudermann, Journal fuer die reine und angewandte Mathematik 6 (1830)",
    ),
    Row(
        "smht",
        "(exp(a * x) - exp(-b * x)) / (exp(c * x) + exp(-d * x))",
        "Soboleva's modified hyperbolic tangent.",
        parameters={"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0},
        cost=2,
        kinks=("0",),
        larger_term=(
            "(fabs(a - c) * exp((a + c) * x) + fabs(a + d) * exp((a - d) * x)"
            " + fabs(b + c) * exp((c - b) * x) + fabs(b - d) * exp(-(b + d) * x)) / (exp(c * x) + exp(-d * x)) ** 2"
        ),
        source="Soboleva and Beskorovainyi (2008)",
    ),
    Row(
        "soft_clipping",
        "log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha",
        "Smooth clipping to (0, 1).",
        parameters={"alpha": 1.0},
        requires=("alpha > 0",),
        cost=2,
        kinks=("0", "0.5"),
        # about 0 the value stays at 0.38 while x runs through most of the numbers that there are: in float64 some steps
        # fall by an ulp, though the error before rounding is less than a tenth of one; in float32 none does
        max_fall=1,
        source="Klimek and Perelstein (2018), arXiv:1810.11509",
    ),
    Row(
        "cloglog",
        "1 - exp(-exp(x))",
        "Complementary log-log: the distribution function of the smallest of many.",
        from_output="True",
        usual_up_to=4.0,
        kinks=("0",),
        source="Fisher, Philosophical Transactions A 222, 309 (1922)",
    ),
    Row(
        "tanhshrink",
        "x - tanh(x)",
        "The input less its hyperbolic tangent.",
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "softshrink",
        "x - lambd if x > lambd else (x + lambd if x < -lambd else 0)",
        "The input moved towards 0 by lambd, and 0 within.",
        parameters={"lambd": 0.5},
        requires=("lambd >= 0",),
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("-lambd", "lambd"),
        max_ulp=TIGHT,
    ),
    Row(
        "hardshrink",
        "x if fabs(x) > lambd else 0",
        "The input where it is larger than lambd, else 0.",
        parameters={"lambd": 0.5},
        requires=("lambd >= 0",),
        from_output="True",
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("-lambd", "lambd"),
        max_ulp=TIGHT,
    ),
    Row(
        "shrink",
        "x - bias if x > lambd else (x + bias if x < -lambd else 0)",
        "The input moved towards 0 by bias where it is larger than lambd, else 0.",
        parameters={"lambd": 0.5, "bias": 0.0},
        requires=("lambd >= 0",),
        selects_zero=True,
        plain=PASSES,
        cost=0,
        kinks=("-lambd", "lambd"),
        max_ulp=TIGHT,
        source="ONNX, operator Shrink",
    ),
    Row(
        "clipped_linear",
        "min(max(slope * x + offset, min_val), max_val)",
        "A line held between two values.",
        parameters={"slope": 1.0, "offset": 0.0, "min_val": 0.0, "max_val": 1.0},
        requires=("slope != 0", "min_val <= max_val"),
        selects_zero=True,
        usual_up_to=1e9,
        cost=0,
        kinks=("(min_val - offset) / slope", "(max_val - offset) / slope"),
        max_ulp=TIGHT,
        source="thinc, layer ClippedLinear",
    ),
    Row(
        "gelu",
        "x * erfc(-x / sqrt(2)) / 2",
        "Gaussian error linear unit, exact: the input times the normal distribution function.",
        usual_up_to=4.5,
        kinks=("0",),
        larger_term="erfc(-x / sqrt(2)) / 2",
        source="Hendrycks and Gimpel (2016), arXiv:1606.08415",
    ),
    Row(
        "gelu_tanh",
        "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))",
        "Approximation of gelu by a hyperbolic tangent.",
        usual_up_to=4.9,
        kinks=("0",),
        larger_term="(1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2",
        source="Hendrycks and Gimpel (2016), arXiv:1606.08415",
    ),
    Row(
        "silu",
        "x / (1 + exp(-beta * x))",
        "Sigmoid linear unit; swish where beta is not 1.",
        parameters={"beta": 1.0},
        kinks=("0",),
        larger_term="1 / (1 + exp(-beta * x))",
        aliases={"swish": {}, "quick_gelu": {"beta": 1.702}, "gelu_sigmoid": {"beta": 1.702}},
        source="Elfwing, Uchibe and Doya (2017), arXiv:1702.03118; Ramachandran et al., arXiv:1710.05941",
    ),
    Row(
        "mish",
        "x * tanh(log(1 + exp(x)))",
        "The input times tanh(softplus(x)).",
        kinks=("0",),
        larger_term="tanh(log(1 + exp(x)))",
        source="Misra, BMVC (2020), arXiv:1908.08681",
    ),
    Row(
        "hard_swish",
        "x * min(max(x + 3, 0), 6) / 6",
        "Piecewise approximation of silu; gradient 0 at -3, 1 at 3.",
        selects_zero=True,
        usual_up_to=1e9,
        cost=0,
        kinks=("-3", "0", "3"),
        larger_term="min(max(x + 3, 0), 6) / 6",
        max_ulp=TIGHT,
        aliases={"hard_silu": {}, "hardswish": {}},
        source="Howard et al., ICCV (2019), arXiv:1905.02244",
    ),
    Row(
        "hard_mish",
        "x / 2 * min(2, max(0, x + 2))",
        "Piecewise approximation of mish.",
        selects_zero=True,
        usual_up_to=1e9,
        plain=("gradient_x",),
        cost=0,
        kinks=("-2", "0"),
        max_ulp=TIGHT,
        source="timm, activations",
    ),
    Row(
        "elish",
        "(x if x >= 0 else expm1(x)) / (1 + exp(-x))",
        "Exponential linear unit times the logistic function.",
        kinks=("0",),
        larger_term="exp(min(x, 0)) / (1 + exp(-x))",
        source="Basirat and Roth (2018), arXiv:1808.00783",
    ),
    Row(
        "hard_elish",
        "(x if x >= 0 else expm1(x)) * max(0, min(1, (x + 1) / 2))",
        "Exponential linear unit times a line held between 0 and 1.",
        selects_zero=True,
        kinks=("-1", "0", "1"),
        larger_term="exp(min(x, 0)) * max(0, min(1, (x + 1) / 2))",
        source="Basirat and Roth (2018), arXiv:1808.00783",
    ),
    Row(
        "lisht",
        "x * tanh(x)",
        "The input times its hyperbolic tangent.",
        kinks=("0",),
        source="Roy et al. (2019), arXiv:1901.05894",
    ),
    Row(
        "tanhexp",
        "x * tanh(exp(x))",
        "The input times tanh(exp(x)).",
        usual_up_to=3.7,
        kinks=("0",),
        larger_term="tanh(exp(x))",
        aliases={"telu": {}},
        source="Liu and Di (2020), arXiv:2003.09855; Fernandez and Mali, TeLU (2024), arXiv:2412.20269",
    ),
    Row(
        "serf",
        "x * erf(log(1 + exp(x)))",
        "The input times erf(softplus(x)).",
        usual_up_to=9.0,
        kinks=("0",),
        larger_term="erf(log(1 + exp(x)))",
        source="Nag and Bhattacharyya (2021), arXiv:2108.09598",
    ),
    Row(
        "phish",
        "x * tanh(x * erfc(-x / sqrt(2)) / 2)",
        "The input times tanh(gelu(x)).",
        usual_up_to=12.0,
        cost=2,
        kinks=("0",),
        # tanh(g) + x cdf (1 - tanh(g)^2) cancels against this term of x g' (1 - tanh(g)^2), g' = cdf + x pdf
        larger_term="x * x * exp(-x * x / 2) / sqrt(2 * pi)",
        source="Naveen, Phish: A novel hyper-optimizable activation function (2022)",
    ),
    Row(
        "smish",
        "x * tanh(log(1 + 1 / (1 + exp(-x))))",
        "The input times tanh(log(1 + logistic(x))).",
        kinks=("0",),
        larger_term="tanh(log(1 + 1 / (1 + exp(-x))))",
        source="Wang, Ren and Wang, Electronics 11, 540 (2022)",
    ),
    Row(
        "logish",
        "x * log(1 + 1 / (1 + exp(-x)))",
        "The input times log(1 + logistic(x)).",
        kinks=("0",),
        larger_term="log(1 + 1 / (1 + exp(-x)))",
        source="Zhu et al., Logish, Neurocomputing (2021)",
    ),
    Row(
        "dish",
        "x / 2 * (x / sqrt(1 + x * x) + 1)",
        "The input times a sigmoid made of a square root.",
        usual_up_to=1e6,
        kinks=("0",),
        larger_term="(x / sqrt(1 + x * x) + 1) / 2",
        source="thinc, layer Dish",
    ),
    Row(
        "growing_cosine",
        "x * cos(x)",
        "The input times its cosine.",
        larger_term="max(fabs(cos(x)), fabs(x * sin(x)))",
        frequency="1",
        aliases={"gcu": {}},
        source="Noel et al. (2021), arXiv:2108.12943",
    ),
    Row(
        "snake",
        "x + sin(alpha * x) ** 2 / alpha",
        "The input plus a wave that makes it periodic, and never fall.",
        parameters={"alpha": 1.0},
        requires=("alpha != 0",),
        larger_term="1",
        frequency="2 * alpha",
        source="Ziyin, Hartwig and Ueda, NeurIPS (2020), arXiv:2006.08195",
    ),
    Row(
        "sinusoid",
        "sin(x)",
        "The sine, of every finite number.",
        frequency="1",
        max_ulp=TIGHT,
    ),
    Row(
        "cosine",
        "cos(x)",
        "The cosine, of every finite number.",
        frequency="1",
        max_ulp=TIGHT,
    ),
    Row(
        "sinc",
        "sin(x) / x if x != 0 else 1",
        "The sine over its argument, not normalised; 1 at 0.",
        larger_term="max(fabs(cos(x) / x), fabs(sin(x) / x / x)) if fabs(x) > 4 else 0",
        frequency="1",
    ),
    Row(
        "gaussian",
        "exp(-x * x)",
        "The bell curve.",
        usual_up_to=9.0,
        kinks=("0",),
        max_ulp=TIGHT,
    ),
    Row(
        "exponential",
        "exp(x)",
        "The exponential function.",
        from_output="True",
        max_ulp=TIGHT,
    ),
    Row(
        "soft_exponential",
        "-log(1 - alpha * (x + alpha)) / alpha if alpha < 0 else"
        " (x if alpha == 0 else expm1(alpha * x) / alpha + alpha)",
        "From a logarithm over the identity to an exponential; NaN where the logarithm has no value.",
        parameters={"alpha": 0.5},
        usual_up_to=0.0,  # its kernel is a choice of three, by the parameter, and gains nothing
        cost=2,
        kinks=("0",),
        larger_summand="alpha",
        source="Godfrey and Gashler (2016), arXiv:1602.01321",
    ),
    Row(
        "logcosh",
        "log(cosh(x))",
        "The logarithm of the hyperbolic cosine: a parabola near 0, the size of the input far out.",
        kinks=("0",),
        max_ulp=TIGHT,
        source="Flux, loss and activation functions",
    ),
    Row(
        "absolute",
        "fabs(x)",
        "The size of the input; gradient 0 at 0.",
        plain=PASSES,
        cost=0,
        kinks=("0",),
        selects_zero=True,
        max_ulp=TIGHT,
    ),
    Row(
        "square",
        "x * x",
        "The square of the input.",
        usual_up_to=1e9,
        cost=0,
        max_ulp=TIGHT,
    ),
)


def spelling(name: str) -> str:
    """A name as it is looked up: without regard to case, ``_``, ``-`` and blanks."""
    return re.sub(r"[\s_-]", "", name).lower()


def names() -> Iterator[tuple[str, Row, Mapping[str, float]]]:
    """Every name under which an activation can be asked for, with its row and the parameters it fixes.

    Names of rows come before aliases, and aliases before NumPyNet's class names: where two agree in
    spelling, the earlier one holds.
    """
    for row in ROWS:
        yield row.name, row, {}
    for row in ROWS:
        for alias, fixed in row.aliases.items():
            yield alias, row, fixed
    for row in ROWS:
        for alias, fixed in row.numpynet.items():
            yield alias, row, fixed


def camel_case(name: str) -> str:
    """The class name of a row: ``hard_swish`` becomes ``HardSwish``."""
    return "".join(word.capitalize() for word in name.split("_"))


def classes() -> dict[str, tuple[Row, Mapping[str, float]]]:
    """The classes of `actkernels.activations`, each with its row and the parameters it fixes.

    NumPyNet's classes come last, and hold where a row's is called the same.
    """
    ours: dict[str, tuple[Row, Mapping[str, float]]] = {camel_case(row.name): (row, {}) for row in ROWS}
    return ours | {name: (row, fixed) for row in ROWS for name, fixed in row.numpynet.items()}
