"""The activation layer: shapes, dtypes, what is written and what is left alone."""

import copy
import inspect
import pickle
import re

import numpy as np
import pytest

import actkernels as ak
from actkernels import Activation_layer, NotFittedError
from actkernels.catalogue import camel_case

SHAPES = [(5, 10, 12, 3), (1, 4, 4, 1), (7,), (6, 4), (2, 3, 4, 5, 6), (0, 4, 4, 3)]


@pytest.fixture
def activation(row):
    return ak.ACTIVATIONS[row.name]


@pytest.fixture
def inpt(rng, dtype):
    return rng.normal(scale=2, size=(3, 5, 4, 2)).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "x".join(map(str, shape)))
def test_forward_and_backward(activation, dtype, shape, rng, same_bits):
    x = rng.normal(scale=2, size=shape).astype(dtype)
    original, incoming = x.copy(), rng.normal(size=shape).astype(dtype)
    layer = Activation_layer(input_shape=shape, activation=activation)
    assert layer.forward(x) is layer
    same_bits(layer.output, activation(original))
    same_bits(x, original)
    same_bits(layer.delta, np.zeros(shape, dtype))
    layer.delta[...] = incoming
    output, delta = layer.output.copy(), np.full(shape, np.nan, dtype)
    own = layer.delta
    assert layer.backward(delta) is layer
    source = {"y": output} if activation.saves == "output" else {"x": original}
    same_bits(delta, activation.backward(incoming, **source))
    same_bits(layer.delta, delta)
    assert layer.delta is own
    same_bits(layer.output, output)
    assert not np.shares_memory(layer.delta, delta)


def test_in_place_forward(activation, dtype, inpt, same_bits):
    original = inpt.copy()
    layer = Activation_layer(activation=activation).forward(inpt=inpt, copy=False)
    assert layer.output is inpt
    same_bits(inpt, activation(original))
    output, delta = inpt.copy(), np.empty_like(inpt)
    layer.delta[...] = 1
    layer.backward(delta, copy=False)
    source = {"y": output} if activation.saves == "output" else {"x": original}
    same_bits(delta, activation.gradient(**source))
    same_bits(inpt, output)  # what NumPyNet overwrites


def test_in_place_needs_an_array_it_can_write(activation):
    read_only = np.ones((2, 3))
    read_only.setflags(write=False)
    layer = Activation_layer(activation=activation)
    for unfit, problem in [
        (read_only, "read-only"),
        (np.ones((2, 3), np.int32), "of dtype int32"),
        (np.ones((2, 3), bool), "of dtype bool"),
        ([[1.0, 2.0]], "a list, not an array"),
    ]:
        with pytest.raises(ValueError, match=f"forward with copy=False .* {problem}.*; pass copy=True"):
            layer.forward(unfit, copy=False)
        assert layer.output is None
    assert (read_only == 1).all()


def test_a_failed_forward_leaves_the_layer_as_it_was(activation, inpt):
    layer = Activation_layer(input_shape=inpt.shape, activation=activation).forward(inpt)
    output, delta = layer.output, layer.delta
    read_only = inpt.copy()
    read_only.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        layer.forward(read_only, copy=False)
    with pytest.raises(ValueError, match="shape"):
        layer.forward(inpt[:, 1:])
    with pytest.raises(TypeError, match="complex128"):
        layer.forward(inpt.astype(complex))
    assert layer.output is output
    assert layer.delta is delta


@pytest.mark.parametrize("kind", ["u1", "i8", "?"])
def test_integers_become_float64(activation, kind):
    layer = Activation_layer(activation=activation).forward(np.array([[0, 1], [1, 0]]).astype(kind))
    assert layer.output.dtype == layer.delta.dtype == np.float64


def test_lists_are_accepted(activation):
    layer = Activation_layer(activation=activation).forward([[0.5, -1.0]])
    assert layer.output.shape == (1, 2)
    layer.delta = [[1.0, 2.0]]
    delta = np.empty((1, 2))
    layer.backward(delta)
    np.testing.assert_allclose(delta, activation.backward([[1.0, 2.0]], x=[[0.5, -1.0]]), rtol=1e-14)


def test_backward_before_forward(activation):
    layer = Activation_layer(activation=activation)
    with pytest.raises(NotFittedError, match="call forward"):
        layer.backward(np.ones(3))
    with pytest.raises(ValueError, match="call forward"):
        layer.backward(np.ones(3))
    assert layer.output is None
    assert layer.delta is None


def test_backward_checks_before_it_writes(activation, inpt, same_bits):
    layer = Activation_layer(activation=activation).forward(inpt)
    layer.delta[...] = 3
    read_only = np.empty_like(inpt)
    read_only.setflags(write=False)
    shape, other = re.escape(str(inpt.shape)), re.escape(str(inpt[1:].shape))
    for unfit, error, message in [
        (np.empty_like(inpt[1:]), ValueError, f"{other}.*{shape}"),
        (read_only, ValueError, "read-only"),
        (np.zeros(inpt.shape, int), TypeError, "int64"),
        ([1.0], TypeError, "list"),
        (None, TypeError, "NoneType"),
    ]:
        with pytest.raises(error, match=message):
            layer.backward(unfit)
        same_bits(layer.delta, np.full_like(inpt, 3))
    layer.delta = np.ones((2, 2))
    with pytest.raises(ValueError, match=rf"\(2, 2\).*{shape}"):
        layer.backward(np.empty_like(inpt))


@pytest.mark.parametrize("order", ["C", "F", "strided", "swapped", "other_dtype"])
def test_backward_into_any_layout(activation, inpt, order, same_bits):
    layer = Activation_layer(activation=activation).forward(inpt)
    layer.delta[...] = 2
    other = np.float64 if inpt.dtype != np.float64 else np.float16
    delta = {
        "C": np.empty_like(inpt),
        "F": np.empty_like(inpt, order="F"),
        "strided": np.empty((*inpt.shape[:-1], 6), inpt.dtype)[..., ::3],
        "swapped": np.empty(inpt.shape, inpt.dtype.newbyteorder()),
        "other_dtype": np.empty(inpt.shape, other),
    }[order]
    layer.backward(delta)
    expected = activation.backward(np.full_like(inpt, 2), x=inpt)
    if activation.saves == "output":
        expected = activation.backward(np.full_like(inpt, 2), y=activation(inpt))
    same_bits(layer.delta, expected)
    same_bits(np.asarray(delta, delta.dtype.newbyteorder("=")), expected.astype(delta.dtype.newbyteorder("=")))


def test_delta_may_be_the_layers_own(activation, inpt, same_bits):
    layer = Activation_layer(activation=activation).forward(inpt)
    layer.delta[...] = 2
    layer.backward(layer.delta)
    twin = Activation_layer(activation=activation).forward(inpt)
    twin.delta[...] = 2
    twin.backward(np.empty_like(inpt))
    same_bits(layer.delta, twin.delta)


def test_a_delta_of_another_type_keeps_it(activation, inpt, same_bits):
    """A delta that somebody put there is theirs: its type stays."""
    layer = Activation_layer(activation=activation).forward(inpt)
    layer.delta = np.ones(inpt.shape, np.float64)
    own, delta = layer.delta, np.empty(inpt.shape, np.float64)
    layer.backward(delta)
    assert layer.delta is own
    source = {"y": layer.output} if activation.saves == "output" else {"x": inpt}
    same_bits(delta, activation.gradient(**{name: array.astype(float) for name, array in source.items()}))


def test_the_batch_is_free_the_rest_is_not(inpt):
    layer = Activation_layer(input_shape=inpt.shape, activation="relu")
    assert layer.forward(inpt[:1]).output.shape == inpt[:1].shape
    assert layer.out_shape == inpt[:1].shape
    with pytest.raises(ValueError, match=re.escape(str(inpt[:, 1:].shape)) + ".*" + re.escape(str(inpt.shape))):
        layer.forward(inpt[:, 1:])


def test_without_a_shape_the_first_input_gives_it(inpt):
    layer = Activation_layer(activation="relu")
    assert layer.out_shape is None
    assert layer.forward(inpt).out_shape == inpt.shape


def test_results_outlive_the_next_call(activation, inpt, same_bits):
    """The layer uses its memory again, but never under somebody's hands."""
    layer = Activation_layer(activation=activation)
    kept = []
    for step in range(4):
        layer.forward(inpt + inpt.dtype.type(step))
        layer.delta[...] = step
        kept.append((layer.output, layer.output[1:], layer.delta, layer.output.copy(), layer.delta.copy()))
    for output, view, delta, output_then, delta_then in kept:
        same_bits(output, output_then)
        same_bits(view, output_then[1:])
        same_bits(delta, delta_then)
    held = layer.forward(inpt).output[0]  # a view alone keeps its array
    then = held.copy()
    layer.forward(-inpt)
    same_bits(held, then)


def test_memory_is_used_again_when_nobody_holds_it(inpt):
    layer = Activation_layer(activation="tanh").forward(inpt)
    address = layer.output.ctypes.data
    assert layer.forward(inpt).output.ctypes.data == address
    assert not layer.delta.any()
    layer.delta[...] = 1
    address = layer.delta.ctypes.data
    layer.forward(inpt)
    assert layer.delta.ctypes.data == address
    assert not layer.delta.any()


def test_repeated_backward_multiplies_again(inpt, same_bits):
    layer = Activation_layer(activation="tanh").forward(inpt)
    layer.delta[...] = 1
    delta = np.empty_like(inpt)
    layer.backward(delta)
    once = delta.copy()
    layer.backward(delta)
    same_bits(delta, ak.tanh.backward(once, y=layer.output))


@pytest.mark.parametrize("spelling", ["name", "camel", "class", "instance", "activation"])
def test_ways_to_name_an_activation(row, spelling):
    cls = getattr(ak.activations, camel_case(row.name))
    given = {
        "name": row.name,
        "camel": camel_case(row.name),
        "class": cls,
        "instance": cls(),
        "activation": ak.ACTIVATIONS[row.name],
    }[spelling]
    assert Activation_layer(activation=given).kernel == ak.ACTIVATIONS[row.name]


def test_parameters_reach_the_layer(row, params, rng, same_bits):
    x = rng.normal(size=(4, 5))
    cls = getattr(ak.activations, camel_case(row.name))
    layer = Activation_layer(activation=cls(**params)).forward(x)
    same_bits(layer.output, ak.ACTIVATIONS[row.name](x, **params))
    layer.delta[...] = 1
    layer.backward(delta := np.empty((4, 5)))
    source = {"y": layer.output} if layer.kernel.saves == "output" else {"x": x}
    same_bits(delta, ak.ACTIVATIONS[row.name].gradient(**source, **params))


def test_no_activation():
    with pytest.raises(TypeError, match="an activation is given by its name"):
        Activation_layer()
    with pytest.raises(ValueError, match="no activation 'rellu'; did you mean"):
        Activation_layer(activation="rellu")


def test_connecting():
    first = Activation_layer(input_shape=(1, 2, 3, 4), activation="relu")
    second = Activation_layer(activation="tanh")
    assert second(first) is second
    assert second.input_shape == second.out_shape == (1, 2, 3, 4)
    with pytest.raises(ValueError, match="not known yet"):
        second(Activation_layer(activation="relu"))


def test_printing():
    layer = Activation_layer(input_shape=(5, 100, 100, 3), activation="relu")
    assert str(layer) == "activ                     5 x 100 x 100 x   3   ->     5 x 100 x 100 x   3"
    assert repr(layer) == "Activation_layer(input_shape=(5, 100, 100, 3), activation=relu)"
    assert "?" in str(Activation_layer(activation="relu"))
    assert "7" in str(Activation_layer(input_shape=(7,), activation="relu"))


def test_methods_are_plain_functions_with_numpynets_names():
    """Other code reads their `__code__`."""
    for method, arguments in [("forward", ("self", "inpt", "copy")), ("backward", ("self", "delta", "copy"))]:
        function = getattr(Activation_layer, method)
        assert inspect.isfunction(function)
        assert function.__code__.co_varnames[: function.__code__.co_argcount] == arguments
    assert inspect.signature(Activation_layer.forward).parameters["copy"].default is True
    assert inspect.signature(Activation_layer.backward).parameters["copy"].default is False


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copies_work_on_their_own(activation, inpt, duplicate, same_bits):
    layer = Activation_layer(activation=activation).forward(inpt)
    layer.delta[...] = 1
    twin = duplicate(layer)
    output = layer.output.copy()
    twin.forward(-inpt)
    same_bits(layer.output, output)
    delta, expected = np.empty_like(inpt), np.empty_like(inpt)
    layer.backward(delta)
    fresh = Activation_layer(activation=activation).forward(inpt)
    fresh.delta[...] = 1
    fresh.backward(expected)
    same_bits(delta, expected)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(inpt, protocol, same_bits):
    layer = Activation_layer(activation=ak.activations.LeakyRelu(alpha=0.3)).forward(inpt)
    twin = pickle.loads(pickle.dumps(layer, protocol))
    same_bits(twin.output, layer.output)
    same_bits(twin.forward(inpt).output, layer.output)


# ---- the classes ----------------------------------------------------------------------------------------------


def test_classes_activate_and_give_gradients(row, dtype, rng, params, same_bits):
    cls = getattr(ak.activations, camel_case(row.name))
    activation = ak.ACTIVATIONS[row.name].with_params(**params)
    x = rng.normal(size=20).astype(dtype)
    original = x.copy()
    y = cls(**params).activate(x, copy=True)
    same_bits(x, original)
    same_bits(y, activation(x))
    same_bits(cls.activate(x, copy=True), ak.ACTIVATIONS[row.name](x))
    if activation.saves == "output":
        expected = activation.gradient(y=y)
        same_bits(cls(**params).gradient(y, copy=True), expected)
        same_bits(y, activation(x))
        assert cls(**params).gradient(y) is y
        same_bits(y, expected)
    else:
        with pytest.raises(ValueError, match="pass x="):
            cls(**params).gradient(y)
        same_bits(y, activation(x))
    assert cls(**params).activate(x) is x
    same_bits(x, activation(original))


def test_classes_name_themselves(row):
    cls = getattr(ak.activations, camel_case(row.name))
    assert isinstance(cls(), ak.activations.Activations)
    assert str(cls()) == f"{cls().name} activation function"
    assert repr(cls()).startswith(f"{cls.__name__}(")
    assert cls.__name__ in ak.activations.__all__
    assert cls.__doc__.startswith(row.doc)
    assert pickle.loads(pickle.dumps(cls)) is cls
    with pytest.raises(TypeError, match="has no parameter 'temperature'"):
        cls(temperature=1.0)
