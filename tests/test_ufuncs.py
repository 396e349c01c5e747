"""The ufuncs are NumPy's own kind: they pickle, promote, broadcast and name themselves."""

import copy
import importlib
import pickle
import pydoc

import numpy as np
import pytest

import actkernels as ak
from actkernels.catalogue import camel_case, names, spelling

# what the arrays are -> what comes out
PROMOTION = [
    (["f4"], "f4"),
    (["f8"], "f8"),
    (["i4"], "f8"),
    (["u1"], "f8"),
    (["?"], "f8"),
    ([">f4"], "f4"),
    ([">f8"], "f8"),
    (["f4", "f4"], "f4"),
    (["f4", "f8"], "f8"),
    (["f8", "f4"], "f8"),
    (["f4", "i8"], "f8"),
    (["i2", "f4"], "f8"),
    (["?", "f4"], "f8"),
    (["i4", "i4"], "f8"),
    (["f2"], "f2"),
    ([">f2"], "f2"),
    (["f2", "f2"], "f2"),
    (["f2", "f4"], "f4"),
    (["f4", "f2"], "f4"),
    (["f2", "f8"], "f8"),
    (["f2", "i1"], "f8"),
    (["?", "f2"], "f8"),
    (["bfloat16"], "bfloat16"),
    (["bfloat16", "bfloat16"], "bfloat16"),
    (["bfloat16", "f4"], "f4"),
    (["f4", "bfloat16"], "f4"),
    (["bfloat16", "f2"], "f4"),  # neither holds all numbers of the other
    (["f2", "bfloat16"], "f4"),
    (["bfloat16", "f8"], "f8"),
    (["bfloat16", "u1"], "f8"),
]


def ufuncs_of(row):
    for operation in ("forward", "backward_x", "backward_y")[: 3 if row.has_gradient_y else 2]:
        yield getattr(ak.ufuncs, row.name if operation == "forward" else f"{row.name}_{operation}")


def test_names_are_importable(row):
    for ufunc in ufuncs_of(row):
        assert isinstance(ufunc, np.ufunc)
        assert getattr(importlib.import_module("actkernels.ufuncs"), ufunc.__name__) is ufunc
        assert ufunc.__name__ in ak.ufuncs.__all__
        assert ufunc.__doc__.startswith(f"{ufunc.__name__}(")
        assert ufunc.nout == 1
    assert ak.ACTIVATIONS[row.name].ufunc is next(ufuncs_of(row))


def test_nothing_else_is_a_ufunc():
    from actkernels.catalogue import ROWS

    assert len(ak.ufuncs.__all__) == sum(len(list(ufuncs_of(row))) for row in ROWS)
    assert len(set(ak.ufuncs.__all__)) == len(ak.ufuncs.__all__)


def test_pickling(row, params):
    activation = ak.ACTIVATIONS[row.name]
    changed = activation.with_params(**params)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for ufunc in ufuncs_of(row):
            assert pickle.loads(pickle.dumps(ufunc, protocol)) is ufunc
        assert pickle.loads(pickle.dumps(activation, protocol)) is activation
        assert pickle.loads(pickle.dumps(changed, protocol)) == changed


def test_copying(row):
    activation = ak.ACTIVATIONS[row.name]
    assert copy.copy(activation) is activation
    assert copy.deepcopy({"activation": activation})["activation"] is activation


@pytest.mark.parametrize("bfloat16", [False, True], ids=["NumPy", "bfloat16"])
def test_promotion(row, bfloat16):
    if bfloat16:
        pytest.importorskip("ml_dtypes", reason="ml_dtypes, which brings bfloat16, is not installed")
    for ufunc in ufuncs_of(row):
        arrays = ufunc.nin - len(row.parameters)
        for given, expected in PROMOTION:
            if arrays == len(given) and ("bfloat16" in given) == bfloat16:
                result = ufunc(*(np.ones(3, dtype) for dtype in given), *row.parameters.values())
                assert result.dtype == np.dtype(expected), given


def test_python_numbers_follow_the_arrays(row, dtype):
    for ufunc in ufuncs_of(row):
        for value in (1, 0.5, True):
            params = row.parameters.values()
            assert ufunc(value, *([1.0] * (ufunc.nin - len(params) - 1)), *params).dtype == np.float64
        if ufunc.nin - len(row.parameters) == 2:
            assert ufunc(0.5, np.ones(3, dtype), *row.parameters.values()).dtype == dtype
            assert ufunc(np.ones(3, dtype), 1, *row.parameters.values()).dtype == dtype
            strong = ufunc(np.float64(0.5), np.ones(3, dtype), *row.parameters.values())
            assert strong.dtype == np.float64


def test_parameters_do_not_change_the_type(row):
    for ufunc in ufuncs_of(row):
        arrays = [np.ones(3, np.float32)] * (ufunc.nin - len(row.parameters))
        for make in (
            float,
            np.float16,
            np.float32,
            np.float64,
            lambda value: np.full(3, value),
            lambda value: np.array(value),
        ):
            assert ufunc(*arrays, *map(make, row.parameters.values())).dtype == np.float32


def test_parameters_broadcast(row, dtype, params, rng, same_bits):
    for ufunc in ufuncs_of(row):
        arrays = [rng.normal(size=(1, 50)).astype(dtype) for _ in range(ufunc.nin - len(params))]
        columns = [
            np.array([[default], [other]])
            for default, other in zip(row.parameters.values(), params.values(), strict=True)
        ]
        result = ufunc(*arrays, *columns)
        if not columns:
            continue
        assert result.shape == (2, 50)
        same_bits(result[:1], ufunc(*arrays, *row.parameters.values()))
        same_bits(result[1:], ufunc(*arrays, *params.values()))
        along = [np.tile(column.ravel(), 25) for column in columns]  # another value for each element
        alternating = ufunc(*arrays, *along)
        same_bits(alternating[:, ::2], result[:1, ::2])
        same_bits(alternating[:, 1::2], result[1:, 1::2])


def test_activation_equals_its_ufunc(row, dtype, params, rng, same_bits):
    x = rng.normal(scale=3, size=100).astype(dtype)
    activation = ak.ACTIVATIONS[row.name]
    same_bits(activation(x, **params), activation.ufunc(x, *params.values()))
    same_bits(activation.with_params(**params)(x), activation(x, **params))


@pytest.mark.parametrize("name", [name for name, _, _ in names()])
def test_every_name_is_found(name):
    row, fixed = next((row, fixed) for other, row, fixed in names() if spelling(other) == spelling(name))
    expected = ak.ACTIVATIONS[row.name].with_params(**fixed)
    for spelled in (name, name.upper(), name.replace("_", "-"), name.replace("_", ""), camel_case(name)):
        assert ak.get(spelled) == expected


def test_names_that_differ_only_in_spelling_mean_the_same():
    """`get` knows no case and no underscores: a name must not mean two things then."""
    meanings = {}
    for name, row, fixed in names():
        meaning = row.name, {**row.parameters, **fixed}
        assert meanings.setdefault(spelling(name), meaning) == meaning, name


def test_face_names(row):
    activation = ak.ACTIVATIONS[row.name]
    assert getattr(ak, row.name) is activation
    assert row.name in ak.__all__
    assert ak.get(activation) is activation
    assert ak.get(getattr(ak.activations, camel_case(row.name))) == activation
    assert ak.get(getattr(ak.activations, camel_case(row.name))()) == activation
    assert dict(activation.params) == dict(row.parameters)
    assert activation.definition == row.definition
    assert activation.doc == row.doc
    assert activation.max_ulp == row.max_ulp
    for alias in activation.aliases:
        assert ak.get(alias)._row is row


def test_equality_and_hash(row):
    activation = ak.ACTIVATIONS[row.name]
    assert activation == activation.with_params(**row.parameters)
    assert hash(activation) == hash(activation.with_params(**row.parameters))
    assert activation != row.name
    for name, value in row.parameters.items():
        assert activation != activation.with_params(**{name: value + 0.125})


def test_help_tells_what_an_activation_is(row):
    activation = ak.ACTIVATIONS[row.name]
    text = activation.__doc__
    assert text in pydoc.plain(pydoc.render_doc(activation)).replace("\n    ", "\n")
    saved = "y=y" if activation.saves == "output" else "x=x"
    bounds = "float32 {:g}, float64 {:g}, gradient from the input {:g}".format(*row.max_ulp)
    for said in (row.doc, f"f(x) = {row.definition}\n", f".backward(delta, {saved}", bounds, row.source, *row.requires):
        assert said in text
    for name, value in row.parameters.items():
        assert f"{name} : float, default {value!r}\n" in text
    for alias in activation.aliases:
        assert alias in text


def test_help_on_the_class_is_about_all():
    assert ak.Activation.__doc__.startswith("An activation function and its gradient.\n")
    assert "default 0.2\n" in ak.leaky_relu.with_params(alpha=0.2).__doc__
