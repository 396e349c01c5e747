"""Points at which other libraries, or the formula as it is usually written, go wrong.

Each is held against the definition, in ULP: an absolute tolerance hid most of these for years. What the libraries of
today give at some of them is measured by ``bench/conventions.py`` and shown in ``docs/conventions.md``.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

import actkernels as ak
from actkernels import reference

INF = math.inf
LANES = 71  # beyond four vectors of sixteen


@dataclass(frozen=True)
class Case:
    """Inputs at which something else is wrong; those that a type does not have are left out for it.

    `zero` is the sign that a result of 0 must have, `definition` replaces that of the row.
    """

    name: str
    row: str
    x: tuple[float, ...]
    elsewhere: str
    operation: str = "forward"
    params: dict[str, float] = field(default_factory=dict)
    zero: float | None = None
    definition: str = ""


GRADIENT = "backward_x"
CASES = [
    Case(
        "tail", "gelu", (-3.0, -5.5, -6.0, -14.0, -14.3, -37.0, -38.0), "1 + erf(x / sqrt 2) cancels: 57 % off, then -0"
    ),
    Case("tail", "gelu_tanh", (-3.0, -5.0, -8.0, -10.0, -21.0), "1 + tanh(u) cancels: 30 % off, then -0", zero=-0.0),
    Case("near_0", "elu", (-1e-8, -1e-30), "exp(x) - 1 is 0"),
    Case("near_0", "selu", (-1e-8, -1e-30), "exp(x) - 1 is 0"),
    Case("near_0", "celu", (-1e-8, -1e-30), "exp(x) - 1 is 0"),
    Case("near_0_alpha", "celu", (-1e-8, -1e-30), "exp(x / alpha) - 1 is 0", params={"alpha": 2.0}),
    Case("large", "elu", (1000.0, 1e30), "0 * inf is NaN where branches are multiplied by masks"),
    Case("large", "selu", (1000.0, 1e30), "0 * inf is NaN where branches are multiplied by masks"),
    Case("large", "celu", (1000.0, 1e30), "0 * inf is NaN where branches are multiplied by masks"),
    Case("large_gradient", "elu", (1000.0, 1e30), "0 * inf is NaN", GRADIENT),
    Case("large_gradient", "selu", (1000.0, 1e30), "0 * inf is NaN", GRADIENT),
    Case(
        "tail", "logistic", (-15.0, -18.0, -89.0, -103.0, -740.0), "17 % off, then 0, as of -18 or of -88.8", zero=0.0
    ),
    Case("tail", "silu", (-18.0, -90.0, -100.0, -750.0), "0 from where exp(-x) overflows", zero=-0.0),
    Case("at_infinity", "silu", (-INF, INF), "-inf / inf is NaN"),
    Case("large", "softplus", (1000.0, 1e30), "log(1 + inf)"),
    Case(
        "no_threshold", "softplus", (15.0, 19.999, 20.001, 25.0, 36.0), "x as of 20, which is 5.8e5 ULP off in float64"
    ),
    Case("tail", "softplus", (-20.0, -40.0, -100.0, -740.0), "log(1 + exp(x)) is 0 once exp(x) is below epsilon"),
    Case("large", "mish", (25.0, 50.0, 1000.0, 1e30), "inf / inf by powers of exp(x)"),
    Case("large_gradient", "mish", (25.0, 50.0, 1000.0, 1e30), "exp(4 x) / exp(4 x) is NaN", GRADIENT),
    Case("near_0", "tanh", (1e-8, -1e-8, 1e-30, 1e-310), "(e - 1) / (e + 1) is 0"),
    Case("near_0", "loggy", (1e-8, -1e-8, 1e-30), "2 / (1 + exp(-x)) - 1 is 0"),
    Case("near_0", "tanhshrink", (1e-3, -1e-3, 1e-8), "x - tanh(x) is 5 % off in float32"),
    Case("tail", "log_sigmoid", (-200.0, -1000.0, -1e30), "log(0) is -inf"),
    Case("tail_gradient", "log_sigmoid", (-200.0, -1000.0, -1e30), "0 / 0 is NaN", GRADIENT),
    Case("at_infinity", "softsign", (-INF, INF), "inf / inf is NaN"),
    Case("at_infinity_gradient", "softsign", (-INF, INF), "inf / inf is NaN", GRADIENT),
    Case("at_infinity", "elliot", (-INF, INF), "inf / inf is NaN"),
    Case("at_infinity_gradient", "elliot", (-INF, INF), "inf / inf is NaN", GRADIENT),
    Case("at_infinity", "symm_elliot", (-INF, INF), "inf / inf is NaN"),
    Case("at_infinity_gradient", "symm_elliot", (-INF, INF), "inf / inf is NaN", GRADIENT),
    *(
        Case("at_infinity", gate, (-INF,), "-inf * 0 is NaN, or +0", zero=-0.0)
        for gate in (
            "hard_swish",
            "gelu",
            "gelu_tanh",
            "mish",
            "hard_mish",
            "elish",
            "hard_elish",
            "tanhexp",
            "serf",
            "smish",
            "logish",
            "dish",
        )
    ),
    Case("large", "relu6", (1e8, 1e30), "relu(x) - relu(x - 6) is 8 or 0"),
    Case("minus_0", "relu", (-0.0,), "-0.0, depending on the device", zero=0.0),
    Case("alpha_above_1", "leaky_relu", (-3.0, 3.0), "max(x, alpha * x)", params={"alpha": 2.0}),
    Case("alpha_below_0", "leaky_relu", (-3.0, 3.0), "max(x, alpha * x)", params={"alpha": -0.5}),
    *(
        Case("large", row, (1e30, -1e30, 1e200, -1e200), "x * x overflows: 0, inf or NaN")
        for row in ("isru", "isrlu", "squareplus", "bent_identity", "dish", "arsinh")
    ),
    *(
        Case("large_gradient", row, (1e30, -1e30, 1e200, -1e200), "x * x overflows", GRADIENT)
        for row in ("isru", "isrlu", "squareplus", "bent_identity", "dish", "arsinh")
    ),
    Case("cancellation", "arsinh", (-1e3, -1e6, -1e12), "log(x + sqrt(x * x + 1)) is -inf"),
    Case("cancellation", "squareplus", (-1e4, -1e8), "x + sqrt(x * x + b) is 0"),
    Case("cancellation", "dish", (-1e4, -1e8), "1 + x / sqrt(1 + x * x) is 0"),
    *(
        Case("large", wave, (1e5, -1e10, 1e22, 1e38, 1e300), "bits of the argument are lost: any number")
        for wave in ("sinusoid", "cosine")
    ),
    Case("large", "soft_clipping", (-1000.0, 1000.0), "inf / inf is NaN"),
    Case("large", "smht", (-1000.0, 1000.0), "inf / inf is NaN"),
    Case("at_kinks_gradient", "hard_swish", (-3.0, 3.0), "0 or 1, depending on the position in the array", GRADIENT),
    Case("at_0_gradient", "elu", (0.0, -0.0), "the other branch", GRADIENT),
    Case("at_0_gradient", "selu", (0.0, -0.0), "1.0507, the other branch", GRADIENT),
    Case("at_0_gradient", "celu", (0.0, -0.0), "the other branch", GRADIENT),
    Case("at_0_gradient", "leaky_relu", (0.0, -0.0), "1, the other branch", GRADIENT, {"alpha": 0.25}),
    Case("at_0_gradient", "absolute", (0.0, -0.0), "sign bits decide, or NaN", GRADIENT),
    Case("at_lambd", "softshrink", (0.5, -0.5), "lambd, the other branch", params={"lambd": 0.5}),
    Case("at_lambd_gradient", "softshrink", (0.5, -0.5), "1, the other branch", GRADIENT),
    Case("at_lambd_gradient", "hardshrink", (0.5, -0.5), "1, the other branch", GRADIENT),
    Case("at_ends_gradient", "relu6", (0.0, 6.0), "1, the other branch", GRADIENT),
    Case("at_ends_gradient", "hard_tanh", (-1.0, 1.0), "1, the other branch", GRADIENT),
    Case(
        "at_ends_gradient",
        "hard_sigmoid",
        (-3.0, 3.0),
        "1 / 6, the other branch, or what the rounding of 1 / 6 left",
        GRADIENT,
        definition="min(max(x / 6 + 0.5, 0), 1)",  # whose ends are numbers; with a rounded slope they are not
    ),
]


def exact_value(definition, operation, x, params):
    """What ought to come out; a float, with the sign of a zero, at infinity."""
    value, gradient = (
        reference.limit(definition, 1 if x > 0 else -1, params)
        if math.isinf(x)
        else reference.evaluate(definition, x, params)
    )
    return gradient if operation == GRADIENT else value


def representable(x, dtype):
    return np.array([value for value in x if math.isinf(value) or abs(value) <= float(np.finfo(dtype).max)], dtype)


@pytest.mark.computed
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{case.name}")
def test_right_where_others_go_wrong(case, dtype, isa, make_operation):
    row = ak.ACTIVATIONS[case.row]
    run = make_operation(row, case.operation, case.params)
    bound = row.max_ulp.gradient if case.operation == GRADIENT else getattr(row.max_ulp, dtype.__name__)
    for x in representable(case.x, dtype):
        result = run(*run.operands(np.full(LANES, x)))
        exact = exact_value(case.definition or row.definition, case.operation, float(x), {**row.params, **case.params})
        where = f"x = {float(x).hex()}, where elsewhere {case.elsewhere}: {result[0]!r} instead of {float(exact)!r}"
        if math.isfinite(exact):
            assert reference.ulp_error(result[0], exact, dtype) <= bound, where
        else:
            assert result[0] == exact, where
        if result[0] == 0 and case.zero is not None:
            assert np.signbit(result[0]) == np.signbit(case.zero), where
        assert len(set(result.view(f"u{result.itemsize}"))) == 1, f"lanes differ at {where}"
