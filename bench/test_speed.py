"""Speed of every row, beside the plain NumPy expression of the same definition.

    pytest bench --benchmark-enable                                # everything, which takes a while
    pytest bench --benchmark-enable -k "small and gelu" --benchmark-group-by=group

Inputs are fresh for each round: an activation that ran in place has changed its input.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

import actkernels as ak
from actkernels import reference

COMPUTED = ["float32", "float64"]
SHAPES = {"small": (5, 100, 100, 3), "large": (64, 112, 112, 32)}
ROUNDS = {"small": 30, "large": 3}


@functools.cache
def normal(size: str, dtype: str, seed: int) -> np.ndarray:
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
    array = np.random.default_rng(seed).standard_normal(SHAPES[size]).astype(dtype)
    array.flags.writeable = False
    return array


@pytest.fixture(params=SHAPES)
def size(request):
    return request.param


@pytest.fixture(params=["float16", "bfloat16", *COMPUTED])
def dtype(request):
    return request.param


in_numpy = pytest.mark.parametrize("dtype", COMPUTED)  # which lacks functions for the others


@pytest.fixture(params=ak.ACTIVATIONS.values(), ids=lambda activation: activation.name)
def activation(request):
    return request.param


@pytest.fixture
def measure(benchmark, activation, size, dtype):
    def run(what, function, setup):
        benchmark.group = f"{activation.name} {what} {size} {dtype}"
        benchmark.pedantic(function, setup=lambda: (setup(), {}), rounds=ROUNDS[size], warmup_rounds=1)

    return run


@pytest.fixture
def plain(activation):
    forward, gradient = reference.plain_numpy(activation.definition)
    params = dict(activation.params)
    with np.errstate(all="ignore"):
        yield (lambda x: forward(x, **params)), (lambda x: gradient(x, **params))


def saved(activation, x):
    return {"y": activation(x)} if activation.saves == "output" else {"x": x}


def test_function_forward(measure, activation, size, dtype):
    x = normal(size, dtype, 1)
    out = np.empty_like(x)
    measure("forward", lambda x: activation(x, out=out), lambda: (x,))


@in_numpy
def test_function_forward_in_numpy(measure, plain, size, dtype):
    x = normal(size, dtype, 1)
    measure("forward", plain[0], lambda: (x,))


def test_function_backward(measure, activation, size, dtype):
    x, delta = normal(size, dtype, 1), normal(size, dtype, 2).copy()
    keep = saved(activation, x)
    measure(
        "backward",
        lambda delta: activation.backward(delta, out=delta, **keep),
        lambda: (np.copyto(delta, normal(size, dtype, 2)) or delta,),
    )


@in_numpy
def test_function_backward_in_numpy(measure, plain, size, dtype):
    x, delta = normal(size, dtype, 1), normal(size, dtype, 2)
    measure("backward", lambda delta: delta * plain[1](x), lambda: (delta,))


def test_layer_forward(measure, activation, size, dtype):
    x = normal(size, dtype, 1)
    layer = ak.Activation_layer(activation=activation)
    measure("layer forward", layer.forward, lambda: (x,))


@in_numpy
def test_layer_forward_in_numpy(measure, plain, size, dtype):
    x = normal(size, dtype, 1)
    measure("layer forward", lambda x: (plain[0](x), np.zeros_like(x)), lambda: (x,))


def test_layer_backward(measure, activation, size, dtype):
    x, own, delta = normal(size, dtype, 1), normal(size, dtype, 2).copy(), np.empty(SHAPES[size], dtype)
    layer = ak.Activation_layer(activation=activation)
    layer.forward(x)

    def fresh():
        np.copyto(own, normal(size, dtype, 2))
        layer.delta = own
        return (delta,)

    measure("layer backward", layer.backward, fresh)


@in_numpy
def test_layer_backward_in_numpy(measure, plain, size, dtype):
    x, own, delta = normal(size, dtype, 1), normal(size, dtype, 2).copy(), np.empty(SHAPES[size], dtype)

    def backward(own):
        own *= plain[1](x)
        delta[:] = own

    measure("layer backward", backward, lambda: (np.copyto(own, normal(size, dtype, 2)) or own,))
