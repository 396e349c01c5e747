"""NumPyNet code runs with its imports changed; each difference that docs/numpynet.md lists is shown here.

`THEIRS` are NumPyNet's formulas, main branch of February 2024, written anew as expressions: of the input for the
function, of the output for the gradient, right or wrong as they are.
"""

import numpy as np
import pytest

from actkernels import Activation_layer, activations

X = np.array([-9.0, -4.5, -3.0, -2.0, -1.5, -1.0, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 2.75, 3.0, 4.5, 9.0])


def lhtan(x):
    return np.where(x < 0, 1e-3 * x, np.where(x > 1, 1 + 1e-3 * (x - 1), x))


def plse(x):
    return np.where(x < -4, 0.01 * (x + 4), np.where(x > 4, 1 + 0.01 * (x - 4), 0.5 + x / 8))


def stair(x):
    whole = np.floor(x)
    return np.where(whole % 2 == 0, np.floor(x / 2), x - whole + np.floor(x / 2))


THEIRS = {
    "Linear": (lambda x: x, np.ones_like),
    "Relu": (lambda x: np.maximum(x, 0), lambda y: np.where(y > 0, 1.0, 0.0)),
    "Relie": (lambda x: np.where(x > 0, x, 0.01 * x), lambda y: np.where(y > 0, 1, 0.01)),
    "Leaky": (lambda x: np.where(x > 0, x, 0.1 * x), lambda y: np.where(y > 0, 1, 0.1)),
    "Ramp": (lambda x: np.maximum(x, 0) + 0.1 * x, lambda y: 0.1 + (y > 0)),
    "Elu": (lambda x: np.where(x < 0, np.exp(x) - 1, x), lambda y: np.where(y < 0, y + 1, 1)),
    "Logistic": (lambda x: 1 / (1 + np.exp(-x)), lambda y: y * (1 - y)),
    "Loggy": (lambda x: 2 / (1 + np.exp(-x)) - 1, lambda y: (1 - y) * (1 + y) / 2),
    "Tanh": (np.tanh, lambda y: 1 - y**2),
    "Plse": (plse, lambda y: np.where((y < 0) | (y > 1), 0.01, 0.125)),
    "Lhtan": (lhtan, lambda y: np.where((y > 0) & (y < 1), 1, 1e-3)),
    # meant to be 0 at every integer, but the zeros that it writes are compared again
    "Stair": (stair, lambda y: np.where(y == 0, 0.0, 1.0)),
    "Hardtan": (lambda x: np.clip(0.2 * x + 0.5, 0, 1), lambda y: np.where(np.abs(y) < 2.5, 0.2, 0)),
    "Selu": (
        lambda x: np.where(x < 0, 1.0507 * 1.6732 * (np.exp(x) - 1), 1.0507 * x),
        lambda y: np.where(y < 0, y + 1.0507 * 1.6732, 1.0507),
    ),
    "Elliot": (lambda x: 0.5 * x / (1 + np.abs(x + 1)) + 0.5, lambda y: 0.5 / (1 + np.abs(y)) ** 2),
    "SymmElliot": (lambda x: x / (1 + np.abs(x)), lambda y: 1 / (1 + np.abs(y)) ** 2),
    "SoftPlus": (lambda x: np.log(1 + np.exp(x)), lambda y: np.exp(y) / (1 + np.exp(y))),
    "SoftSign": (lambda x: x / (1 + np.abs(x)), lambda y: 1 / (1 + np.abs(y)) ** 2),
}
# what is listed as a difference: with these the rest must agree
OTHER_FORWARD = {"Elliot", "Selu"}
OTHER_GRADIENT = {"Elliot", "Selu", "Hardtan", "Stair", "SoftPlus", "SoftSign", "SymmElliot"}


def ours(name, x):
    """Output and gradient of our layer."""
    layer = Activation_layer(activation=name).forward(np.array(x, float))
    layer.delta[...] = 1
    layer.backward(delta := np.empty_like(layer.output))
    return layer.output, delta


def theirs(name, x):
    """Output and gradient of theirs, the gradient from the output as in their layer."""
    forward, gradient = THEIRS[name]
    y = forward(np.array(x, float))
    return y, gradient(y)


@pytest.mark.parametrize("name", THEIRS)
def test_what_is_not_listed_agrees(name):
    y, gradient = ours(name, X)
    other_y, other_gradient = theirs(name, X)
    if name not in OTHER_FORWARD:
        np.testing.assert_allclose(y, other_y, rtol=1e-13, atol=1e-15)
    if name not in OTHER_GRADIENT:
        np.testing.assert_allclose(gradient, other_gradient, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", THEIRS)
def test_every_class_is_here_and_says_its_name(name):
    spelled = {"Hardtan": "HardTan", "Lhtan": "LhTan"}.get(name, name)
    for thing in (getattr(activations, name), getattr(activations, name)()):
        assert thing.name == spelled
        assert Activation_layer(activation=thing).kernel == Activation_layer(activation=name).kernel
    assert str(getattr(activations, name)()) == f"{spelled} activation function"
    assert repr(getattr(activations, name)()).startswith(f"{name}(")


@pytest.mark.parametrize(
    "activation", [activations.Relu(), activations.Relu, "Relu"], ids=["instance", "class", "string"]
)
def test_the_example_of_its_documentation(activation):
    batch, w, h, c = (5, 100, 100, 3)
    inpt = np.random.default_rng(0).uniform(low=-1.0, high=1.0, size=(batch, w, h, c))
    before = inpt.copy()

    layer = Activation_layer(activation=activation)

    layer.forward(inpt=inpt, copy=False)
    out_img = layer.output
    assert out_img.shape == (batch, w, h, c)

    delta = np.random.default_rng(1).uniform(low=0.0, high=1.0, size=inpt.shape)
    layer.delta = np.random.default_rng(2).uniform(low=0.0, high=1.0, size=out_img.shape)
    incoming = layer.delta.copy()
    layer.backward(delta, copy=False)

    np.testing.assert_array_equal(out_img, np.maximum(before, 0))
    np.testing.assert_array_equal(delta, incoming * (before > 0))


# ---- the differences, one by one ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Relu", "Elu", "Relie", "Leaky", "Hardtan"])
def test_backward_leaves_the_output_alone(name):
    layer = Activation_layer(activation=name).forward(X)
    output = layer.output.copy()
    layer.delta[...] = 1
    layer.backward(np.empty_like(X), copy=False)
    np.testing.assert_array_equal(layer.output, output)
    assert not np.array_equal(output, theirs(name, X)[1])  # which is what NumPyNet leaves there


def test_delta_has_the_dtype_of_the_output(dtype):
    layer = Activation_layer(activation="Relu").forward(X.astype(dtype))
    assert layer.delta.dtype == layer.output.dtype == dtype  # there: float64


def test_integers():
    image = np.array([-2, 0, 3])
    assert Activation_layer(activation="Elu").forward(image).output[0] == pytest.approx(np.expm1(-2))
    theirs = image.copy()
    theirs[image < 0] = np.exp(-2.0) - 1  # an assignment into integers
    assert theirs[0] == 0


def test_an_input_that_cannot_be_overwritten_is_refused_first():
    for name in THEIRS:
        with pytest.raises(ValueError, match="pass copy=True"):
            Activation_layer(activation=name).forward(np.arange(4), copy=False)


def test_no_input_shape_is_needed():
    shape = None  # as theirs has it before the first forward
    with pytest.raises(TypeError):
        shape[1:]
    assert Activation_layer(activation="Relu").forward(X).out_shape == X.shape


@pytest.mark.parametrize(
    ("name", "x", "y", "there", "here"),
    [
        ("SoftPlus", 0.0, np.log(2), 2 / 3, 0.5),
        ("SoftSign", 1.0, 0.5, 4 / 9, 0.25),
        ("SymmElliot", 1.0, 0.5, 4 / 9, 0.25),
        ("SymmElliot", -3.0, -0.75, 16 / 49, 1 / 16),
        ("Elliot", 0.0, 0.5, 2 / 9, 0.5),
        ("Hardtan", 4.0, 1.0, 0.2, 0.0),
        ("Hardtan", 1.0, 0.7, 0.2, 0.2),
        ("Stair", 1.0, 0.0, 0.0, 1.0),
        ("Stair", 1.5, 0.5, 1.0, 1.0),
        ("Stair", 2.0, 1.0, 1.0, 0.0),
    ],
)
def test_gradients_of_the_output_taken_for_the_input(name, x, y, there, here):
    output, gradient = ours(name, [x])
    assert output[0] == pytest.approx(y)
    assert THEIRS[name][1](y) == pytest.approx(there)
    assert gradient[0] == pytest.approx(here)


@pytest.mark.parametrize(("x", "there", "here"), [(-1.0, 0.0, 0.25), (1.0, 2 / 3, 0.75), (0.0, 0.5, 0.5)])
def test_elliot_forward(x, there, here):
    assert theirs("Elliot", [x])[0][0] == pytest.approx(there)
    assert ours("Elliot", [x])[0][0] == pytest.approx(here)


def test_selu_has_all_digits():
    there, here = theirs("Selu", X)[0], ours("Selu", X)[0]
    np.testing.assert_allclose(there, here, rtol=5e-5)
    assert here[-1] == 9 * 1.0507009873554805
    assert there[-1] == 9 * 1.0507


def test_selu_far_out():
    with np.errstate(over="ignore", invalid="ignore"):
        x = np.array([1000.0])
        assert np.isnan((x >= 0) * 1.0507 * x + (x < 0) * 1.0507 * 1.6732 * (np.exp(x) - 1))[0]
    assert ours("Selu", [1000.0])[0][0] == pytest.approx(1050.7009873554805)


def test_softplus_far_out():
    with np.errstate(over="ignore"):
        assert THEIRS["SoftPlus"][0](1000.0) == np.inf
    assert ours("SoftPlus", [1000.0]) == (1000.0, 1.0)


def test_linear_copies_when_asked():
    assert THEIRS["Linear"][0](X) is X
    assert Activation_layer(activation="Linear").forward(X, copy=True).output is not X


@pytest.mark.parametrize("name", THEIRS)
def test_without_copy_everything_works_in_place(name):
    x = X.copy()
    assert getattr(activations, name).activate(x) is x
    np.testing.assert_array_equal(x, ours(name, X)[0])


@pytest.mark.parametrize("name", THEIRS)
def test_a_gradient_that_the_output_does_not_tell_is_refused(name):
    y = ours(name, X)[0].copy()
    if Activation_layer(activation=name).kernel.saves == "output":
        np.testing.assert_array_equal(getattr(activations, name).gradient(y, copy=True), ours(name, X)[1])
    else:
        with pytest.raises(ValueError, match="the gradient is no function of the output: pass x="):
            getattr(activations, name).gradient(y)


def test_printing_before_shapes_are_known():
    with pytest.raises(TypeError):
        _, _, _, _ = None  # theirs, before the shape is known
    assert str(Activation_layer(activation="Relu"))
    assert str(Activation_layer(input_shape=(2, 3), activation="Relu"))
