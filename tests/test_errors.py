"""What is refused is refused at once, with the reason, and before anything is written."""

import re
import subprocess
import sys

import numpy as np
import pytest

import actkernels as ak

REFUSED = [
    np.ones(3, complex),
    np.ones(3, np.complex64),
    np.array([1, 2.5, None], object),
    np.array(["1", "2"]),
    np.array([b"1"]),
    np.array(["2020-01-01"], "datetime64[D]"),
    np.array([3], "timedelta64[s]"),
    np.zeros(3, "V4"),
    np.zeros(3, [("a", "f4")]),
]
if np.dtype(np.longdouble) != np.float64:
    REFUSED.append(np.ones(3, np.longdouble))


def test_dtype_is_named_and_so_are_the_accepted_ones(row, operation, make_operation):
    run = make_operation(row, operation)
    count = 1 if run.forward else 2
    for array in REFUSED:
        name = array.dtype.type.__name__.rstrip("_")
        for position in range(count):
            operands = [np.ones(array.shape)] * count
            operands[position] = array
            with pytest.raises(TypeError) as caught:
                run(*operands)
            for part in (row.name, name, "float16", "bfloat16", "float32", "float64", "integers"):
                assert part in str(caught.value)


def wrong_outs(dtype):
    read_only = np.full((4, 5), 7, dtype)
    read_only.setflags(write=False)
    return [
        (np.full((5, 4), 7, dtype), "shape"),
        (np.full((1, 5), 7, dtype), "shape"),
        (np.full(5, 7, dtype), "shape"),
        (np.full((4, 5), 7, np.int64), "int64"),
        (np.ones((4, 5), bool), "bool"),
        (read_only, "read-only"),
    ]


def test_out_that_does_not_fit(row, dtype, operation, make_operation):
    run = make_operation(row, operation)
    operands = run.operands(np.linspace(-2, 2, 20, dtype=dtype).reshape(4, 5))
    copies = [operand.copy() for operand in operands]
    for out, complaint in wrong_outs(dtype):
        before = out.copy()
        with pytest.raises((TypeError, ValueError), match=complaint) as caught:
            run(*operands, out=out)
        assert row.name in str(caught.value)
        assert "out" in str(caught.value)
        np.testing.assert_array_equal(out, before)
        for operand, copy in zip(operands, copies, strict=True):
            np.testing.assert_array_equal(operand, copy)


def test_out_that_would_lose_digits(row, operation, make_operation):
    run = make_operation(row, operation)
    out = np.full(3, 7, np.int32)
    with pytest.raises(TypeError):
        run(*run.operands(np.ones(3)), out=out)
    assert (out == 7).all()
    with pytest.raises(TypeError, match=rf"{row.name}: out is an array, not list \[0, 0, 0\]"):
        run(*run.operands(np.ones(3)), out=[0, 0, 0])


def test_an_activation_in_the_shapes_place_is_named():
    for given in ("relu", ak.relu):
        with pytest.raises(TypeError, match=f"input_shape is a tuple of int, not {given!r}; say activation={given!r}"):
            ak.Activation_layer(given)
    with pytest.raises(TypeError, match=r"input_shape is a tuple of int, not 5$"):
        ak.Activation_layer(5, "relu")


def test_other_shapes_are_named():
    with pytest.raises(ValueError, match=r"gelu: .*: x \(3,\), where \(2,\)$"):
        ak.gelu(np.ones(3), where=[True, False])
    with pytest.raises(ValueError, match=r"gelu: .*: x \(3,\), out \(\)$"):
        ak.gelu.gradient(x=np.ones(3), out=np.empty(()))


def test_missing_arguments_are_those_of_what_was_called():
    with pytest.raises(TypeError, match=r"^Activation.__call__\(\) missing 1 .*: 'x'"):
        ak.gelu()
    with pytest.raises(TypeError, match=r"^Activation.backward\(\) missing 1 .*: 'delta'"):
        ak.gelu.backward(x=np.ones(3))
    with pytest.raises(TypeError, match=r"^Activation.backward\(\) takes 2 positional"):
        ak.gelu.backward(np.ones(3), np.ones(3))


def test_out_may_not_be_integer_in_place(row, make_operation):
    run = make_operation(row, "forward")
    pixels = np.arange(6, dtype=np.uint8)
    with pytest.raises(TypeError):
        run(pixels, out=pixels)
    assert pixels.tolist() == [0, 1, 2, 3, 4, 5]


def test_shapes_that_do_not_go_together(row, operation, make_operation):
    run = make_operation(row, operation)
    if run.forward:
        return
    with pytest.raises(ValueError, match=rf"{row.name}: .*: delta \(3,\), [xy] \(4,\)$"):
        run(np.ones(3), np.ones(4))


def test_neither_or_both_of_x_and_y(row, make_operation):
    activation = make_operation(row, "forward").activation
    array = np.ones(3)
    for call in (activation.gradient, lambda **keywords: activation.backward(array, **keywords)):
        with pytest.raises(TypeError, match=f"{row.name}: .*neither was given"):
            call()
        with pytest.raises(TypeError, match=f"{row.name}: .*not both"):
            call(x=array, y=array)


def test_gradient_from_an_output_that_does_not_tell(row, make_operation):
    activation = make_operation(row, "forward").activation
    if row.has_gradient_y:
        return
    delta = np.full(3, 7.0)
    with pytest.raises(ValueError, match=f"{row.name}: the gradient is no function of the output: pass x="):
        activation.backward(delta, y=np.ones(3), out=delta)
    assert (delta == 7).all()


def test_parameters_are_checked(row, make_operation):
    activation = make_operation(row, "forward").activation
    x, out = np.ones(3), np.full(3, 7.0)
    known = ", ".join(row.parameters) or "none"
    with pytest.raises(TypeError, match=f"{row.name} has no parameter 'temperature'; its parameters are: {known}"):
        activation(x, out=out, temperature=1)
    for name in row.parameters:
        for value in (np.nan, np.inf, -np.inf):
            with pytest.raises(ValueError, match=f"{row.name}: {name} must be a finite number, not"):
                activation(x, out=out, **{name: value})
        for value in ("steep", "1", None, [1, 2], 1j):
            with pytest.raises(TypeError, match=f"{row.name}: {name} must be a finite number, not"):
                activation(x, out=out, **{name: value})
            with pytest.raises(TypeError, match=f"{row.name}: {name} must be"):
                activation.with_params(**{name: value})
    assert (out == 7).all()


def broken(condition, parameters):
    """Parameters that violate a condition, found by trying simple numbers."""
    names = [name for name in parameters if re.search(rf"\b{name}\b", condition)]
    for value in (0.0, -1.0, 1.0, 2.0, 5.0, -5.0):
        for name in names:
            changed = {**parameters, name: value}
            if not eval(condition, {}, changed):
                return {name: value}
    raise AssertionError(f"nothing breaks {condition}")


def test_conditions_on_parameters_are_named(row, make_operation):
    activation = make_operation(row, "forward").activation
    for condition in row.requires:
        with pytest.raises(ValueError, match=re.escape(f"{row.name}: {condition} is required, not ")) as caught:
            activation(np.ones(3), **broken(condition, row.parameters))
        assert next(iter(broken(condition, row.parameters))) in str(caught.value)


def test_conditions_hold_for_what_the_table_says(row):
    for fixed in [{}, *row.aliases.values(), *row.numpynet.values()]:
        params = {**row.parameters, **fixed}
        assert params.keys() == row.parameters.keys()
        assert all(eval(condition, {}, params) for condition in row.requires)


@pytest.mark.parametrize(("name", "hint"), [("geluu", "'gelu'"), ("Sigmoyd", "'sigmoid'"), ("qqqq", "ACTIVATIONS")])
def test_unknown_names_suggest_the_nearest(name, hint):
    with pytest.raises(ValueError, match=f"no activation {name!r}; .*{hint}"):
        ak.get(name)


@pytest.mark.parametrize("thing", [None, 3, np.ones(2), object(), int])
def test_what_names_no_activation(thing):
    with pytest.raises(TypeError, match="an activation is given by its name"):
        ak.get(thing)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("geluu", "; did you mean 'gelu'?"),
        ("Gelu", "; did you mean 'gelu', which get('Gelu') finds?"),
        ("swish", "; did you mean 'silu', which get('swish') finds?"),
        ("Leaky", "; did you mean 'leaky_relu(alpha=0.1)', which get('Leaky') finds?"),
        ("set_num_thread", "; did you mean 'set_num_threads'?"),
        ("qqqq", ""),
        ("_gelu", ""),
    ],
)
def test_unknown_attributes_suggest_the_nearest(name, hint):
    with pytest.raises(AttributeError) as caught:
        getattr(ak, name)
    assert str(caught.value) == f"module 'actkernels' has no attribute {name!r}{hint}"
    assert caught.value.name == name


def test_a_traceback_suggests_once():
    code = "import actkernels as ak; ak.geluu"
    error = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False).stderr
    assert error.lower().count("did you mean") == 1


def test_completion_lists_what_is_public():
    assert dir(ak) == sorted(ak.__all__)
    assert set(ak.ACTIVATIONS) < set(dir(ak))
    for module in (ak, ak.activations, ak.ufuncs):
        assert not [name for name in dir(module) if name.startswith("_") and name != "__version__"]
        assert all(hasattr(module, name) for name in dir(module))


@pytest.mark.parametrize(("wrong", "right"), [("alhpa", "alpha"), ("Alpha", "alpha"), ("dytpe", "dtype"), ("X", "x")])
def test_unknown_parameters_suggest_the_nearest(wrong, right):
    message = f"elu has no parameter '{wrong}'; did you mean '{right}'?"
    for call in (
        lambda: ak.elu(np.ones(2), **{wrong: 1}),
        lambda: ak.elu.backward(np.ones(2), x=np.ones(2), **{wrong: 1}),
        lambda: ak.elu.gradient(x=np.ones(2), **{wrong: 1}),
        lambda: ak.elu.with_params(**{wrong: 1}),
        lambda: ak.activations.Elu(**{wrong: 1}),
    ):
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value) == message


def test_layer_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"no activation 'Geluu'; did you mean 'gelu'\?"):
        ak.Activation_layer(activation="Geluu")


def test_a_delta_that_does_not_fit_in_place(row, dtype, make_operation):
    activation = make_operation(row, "forward").activation
    delta = np.full(3, 7, dtype)
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        activation.backward(delta, x=np.ones((2, 3), dtype), out=delta)
    assert (delta == 7).all()


class Foreign:
    """An array of a library that does not let NumPy take it."""

    def __array_ufunc__(self, *arguments, **keywords):
        return NotImplemented


@pytest.mark.parametrize(("library", "advice"), [("cupy", r"x\.get\(\)"), ("torch", r"integrations\.torch")])
def test_arrays_of_other_libraries(library, advice):
    foreign = type("ndarray", (Foreign,), {"__module__": f"{library}._core.core"})()
    for call in (
        lambda: ak.gelu(foreign),
        lambda: ak.leaky_relu(foreign, alpha=0.3),
        lambda: ak.gelu(np.ones(3), out=foreign),
        lambda: ak.gelu.backward(foreign, x=np.ones(3)),
        lambda: ak.gelu.gradient(x=foreign),
    ):
        with pytest.raises(TypeError, match=advice) as caught:
            call()
        assert caught.value.__cause__ is not None


def test_what_else_is_wrong_is_said_beside_arrays_of_other_libraries():
    readable = type("ndarray", (), {"__module__": "cupy", "__array__": lambda self, *_, **__: np.ones(3)})()
    with pytest.raises(TypeError, match="complex128 is not supported"):
        ak.gelu.backward(np.ones(3, complex), x=readable)


def test_jax_says_what_to_do():
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    x = jax.numpy.ones(3)
    assert isinstance(ak.gelu(x), np.ndarray)
    with pytest.raises(TypeError, match=r"call from there by jax\.pure_callback"):
        jax.jit(ak.gelu)(x)
    with pytest.raises(TypeError, match="give a NumPy array as out="):
        ak.gelu(np.ones(3), out=x)
