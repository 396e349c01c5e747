"""The network of the articles, by hand: X -> W.X -> ReLU -> half the squared distance from the truth."""

import numpy as np
import pytest

import actkernels as ak

X = [1.0, 2.0, -1.0]
W = [[1.0, 0.5, -1.0], [-2.0, 0.25, 0.5], [0.5, 1.0, 2.5], [1.0, -0.5, 0.0]]
TRUTH = [1.0, 1.0, 0.5, -1.0]
# worked out by hand
WEIGHTED = [3.0, -2.0, 0.0, 0.0]
OUTPUT = [3.0, 0.0, 0.0, 0.0]
DISTANCE = [2.0, -1.0, -0.5, 1.0]
LOSS = 3.125
AT_ZERO_IT_IS_0 = {"weighted": [2.0, 0.0, 0.0, 0.0], "input": [2.0, 1.0, -2.0]}
AT_ZERO_IT_IS_1 = {"weighted": [2.0, 0.0, -0.5, 1.0], "input": [2.75, 0.0, -3.25]}


@pytest.fixture
def network(dtype):
    return np.array(X, dtype), np.array(W, dtype), np.array(TRUTH, dtype)


@pytest.mark.parametrize(
    ("activation", "expected"), [(ak.relu, AT_ZERO_IT_IS_0), (ak.relu_closed, AT_ZERO_IT_IS_1)], ids=str
)
def test_forward_and_back(network, isa, activation, expected):
    x, w, truth = network
    weighted = w @ x
    assert weighted.tolist() == WEIGHTED
    y = activation(weighted)
    assert y.tolist() == OUTPUT
    delta = y - truth
    assert delta.tolist() == DISTANCE
    assert 0.5 * (delta**2).sum() == LOSS
    activation.backward(delta, x=weighted, out=delta)
    assert delta.tolist() == expected["weighted"]
    assert (w.T @ delta).tolist() == expected["input"]
    assert np.outer(delta, x).tolist() == [[d * value for value in X] for d in expected["weighted"]]


def test_with_the_layer(network, isa):
    x, w, truth = network
    layer = ak.Activation_layer(activation="relu").forward(w @ x)
    layer.delta[...] = layer.output - truth
    delta = np.empty_like(layer.output)
    layer.backward(delta)
    assert delta.tolist() == AT_ZERO_IT_IS_0["weighted"]
    assert (w.T @ delta).tolist() == AT_ZERO_IT_IS_0["input"]


def loss(activation, x, w, truth, **params):
    return 0.5 * ((activation(w @ x, **params) - truth) ** 2).sum()


def test_central_differences(row, rng, isa, params, make_operation, kinks):
    """Every row's backward pass is the slope of the loss, away from the kinks."""
    activation = make_operation(row, "forward").activation
    x, w, truth = rng.normal(size=5), rng.normal(size=(40, 5)), rng.normal(size=40)
    far = [np.abs(w @ x - kink) > 1e-3 for kink in kinks(row, params)]
    far = np.all(far, axis=0) if far else np.full(40, True)
    w, truth = w[far], truth[far]
    weighted = w @ x
    delta = activation.backward(activation(weighted, **params) - truth, x=weighted, **params)
    step = 1e-6
    for i, found in enumerate(w.T @ delta):
        direction = step * np.eye(5)[i]
        after, before = (loss(activation, x + s * direction, w, truth, **params) for s in (1, -1))
        slope = (after - before) / (2 * step)
        assert found == pytest.approx(slope, rel=1e-5, abs=1e-6 * max(1, abs(after)))
