"""The backend for thinc does what thinc's own does, for every layout, and is found by its name."""

import doctest
import importlib.util
import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest

import actkernels as ak

api = pytest.importorskip("thinc.api", reason="thinc is not installed")

from actkernels.integrations import thinc as module
from actkernels.integrations.thinc import ActkernelsOps

OURS, THEIRS = ActkernelsOps(), api.NumpyOps()

FROM_X = ("dish", "gelu", "gelu_approx", "hard_swish_mobilenet", "hard_swish", "mish")
CLIPPED = ("clipped_linear", "relu_k", "hard_sigmoid", "hard_tanh")
FORWARD = (*FROM_X, *CLIPPED, "relu", "sigmoid", "swish")
DERIVATIVES = ("dsigmoid", "dtanh")

pytestmark = pytest.mark.computed


def operands(rng, name, dtype, shape=(13, 10)):
    """What a method takes, the first being what it works on in place: contiguous arrays, away from kinks."""
    x = rng.normal(scale=3, size=shape).astype(dtype)
    if name in DERIVATIVES:
        return [rng.uniform(size=shape).astype(dtype)]
    if name in FORWARD:
        return [x]
    delta, forward = rng.normal(size=shape).astype(dtype), name.removeprefix("backprop_")
    y = getattr(THEIRS, forward)(x)
    return [delta, *{"relu": [y], "sigmoid": [y], "swish": [x, y]}.get(forward, [x])]


METHODS = [*FORWARD, *DERIVATIVES, *(f"backprop_{name}" for name in FORWARD)]
every_method = pytest.mark.parametrize("name", METHODS)


def test_docstrings():
    assert not doctest.testmod(module).failed


# ---- how it is found ------------------------------------------------------------------------------------------


def test_thinc_finds_it_by_its_entry_point():
    """In a process that has not imported it."""
    try:
        metadata.version("actkernels")
    except metadata.PackageNotFoundError:
        pytest.skip("the package is not installed, so it has no entry points")
    code = "from thinc.api import get_ops, registry; assert get_ops('actkernels').name == 'actkernels', registry"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_it_is_chosen_for_a_block():
    before = api.get_current_ops()
    with api.use_ops("actkernels"):
        assert isinstance(api.get_current_ops(), ActkernelsOps)
        assert isinstance(api.Gelu(2, 3).ops, ActkernelsOps)
    assert api.get_current_ops() is before
    assert type(api.get_ops("numpy")) is api.NumpyOps


def test_signatures_are_those_of_thinc():
    tests = pytest.importorskip("thinc.tests.backends.test_ops", reason="thinc's tests cannot be imported")
    tests.test_ops_consistency(ActkernelsOps)


def test_without_thinc_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "thinc.api", None)
    spec = importlib.util.find_spec("actkernels.integrations.thinc")
    with pytest.raises(ImportError, match=r"pip install 'actkernels\[thinc\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


# ---- what the methods do --------------------------------------------------------------------------------------


@every_method
def test_values_are_those_of_thinc(rng, name, dtype):
    given = operands(rng, name, dtype)
    theirs = getattr(THEIRS, name)(*(array.copy() for array in given))
    result = getattr(OURS, name)(*given)
    assert result.dtype == theirs.dtype == dtype
    # what thinc approximates (erf) or rounds (constants of gelu_approx)
    np.testing.assert_allclose(result, theirs, rtol=3e-6, atol=2e-6)


@every_method
def test_a_new_array_leaves_the_others_alone(rng, name, dtype):
    given = operands(rng, name, dtype)
    before = [array.copy() for array in given]
    result = getattr(OURS, name)(*given)
    assert not any(np.shares_memory(result, array) for array in given)
    for array, old in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, old)


@every_method
def test_in_place_writes_to_the_first_alone(rng, name, dtype):
    given = operands(rng, name, dtype)
    expected = getattr(OURS, name)(*given)
    before = [array.copy() for array in given]
    assert getattr(OURS, name)(*given, inplace=True) is given[0]
    np.testing.assert_array_equal(given[0], expected)
    for array, old in zip(given[1:], before[1:], strict=True):
        np.testing.assert_array_equal(array, old)


LAYOUTS = {
    "columns": lambda wide: wide[:13, :20:2],
    "rows": lambda wide: wide[::2, :10],
    "transposed": lambda wide: wide[:10, :13].T,
    "backwards": lambda wide: wide[12::-1, 9::-1],
    "Fortran": lambda wide: wide[:10, :13].copy().T,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@every_method
def test_layouts_do_not_matter(rng, name, layout, dtype):
    """Nor to what lies between the elements: thinc's own relu and mish, in place, corrupt it."""
    given = operands(rng, name, dtype)
    expected = getattr(OURS, name)(*given)
    wide = [np.full((26, 26), 77, dtype) for _ in given]
    views = [LAYOUTS[layout](array) for array in wide]
    for view, array in zip(views, given, strict=True):
        view[...] = array
    np.testing.assert_array_equal(getattr(OURS, name)(*views), expected)
    getattr(OURS, name)(*views, inplace=True)
    np.testing.assert_array_equal(views[0], expected)
    if np.shares_memory(views[0], wide[0]):
        views[0][...] = 77
        assert (wide[0] == 77).all()


@pytest.mark.parametrize("name", [name for name in METHODS if name.startswith("backprop_")])
def test_shapes_that_do_not_fit_are_refused(rng, name, dtype):
    given = operands(rng, name, dtype, (10,))
    for i in range(len(given)):
        wrong = [array[:5] if j == i else array for j, array in enumerate(given)]
        with pytest.raises(ValueError, match="shapes"):
            getattr(OURS, name)(*wrong)


@every_method
def test_half_precision_is_kept(rng, name):
    given = [array.astype(np.float16) for array in operands(rng, name, np.float32)]
    result = getattr(OURS, name)(*given)
    assert result.dtype == np.float16
    wide = getattr(OURS, name)(*(array.astype(np.float64) for array in given))
    np.testing.assert_allclose(result.astype(float), wide, rtol=5e-3, atol=5e-3)


@pytest.mark.parametrize("other", [np.int64, np.longdouble])
@pytest.mark.parametrize("name", ["relu", "clipped_linear", "sigmoid", "swish"])
def test_types_that_we_do_not_compute_are_theirs(name, other):
    x = np.array([[-2, 0, 3]], other)
    result, theirs = getattr(OURS, name)(x), getattr(THEIRS, name)(x)
    assert result.dtype == theirs.dtype
    np.testing.assert_array_equal(result, theirs)


@pytest.mark.parametrize(
    "line", [{"slope": 0.0, "offset": 0.25}, {"max_val": np.inf}, {"min_val": 1.0, "max_val": -1.0}], ids=str
)
def test_lines_that_we_do_not_compute_are_theirs(rng, line, dtype):
    (x,) = operands(rng, "clipped_linear", dtype)
    np.testing.assert_array_equal(OURS.clipped_linear(x, **line), THEIRS.clipped_linear(x, **line))
    if line.get("slope") != 0:
        result = OURS.backprop_clipped_linear(x, x, **line)
        np.testing.assert_array_equal(result, THEIRS.backprop_clipped_linear(x, x, **line))


def test_lines_have_parameters(rng, dtype):
    (x,) = operands(rng, "clipped_linear", dtype)
    line = {"slope": 0.3, "offset": -0.1, "min_val": -0.7, "max_val": 0.9}
    np.testing.assert_allclose(OURS.clipped_linear(x, **line), THEIRS.clipped_linear(x, **line), rtol=1e-6, atol=1e-7)
    result = OURS.backprop_clipped_linear(x, x, **line)
    np.testing.assert_allclose(result, THEIRS.backprop_clipped_linear(x, x, **line), rtol=1e-6)
    np.testing.assert_array_equal(OURS.relu_k(x, 2.0), np.clip(x, 0, 2))
    np.testing.assert_array_equal(OURS.backprop_relu_k(x, x, 2.0), np.where((x > 0) & (x < 2), x, 0))


@pytest.mark.parametrize("inplace", [False, True])
def test_mish_has_a_threshold(rng, inplace, dtype):
    x = np.append(rng.normal(scale=4, size=50), [1.5, 2.0, 3.0, np.nan]).astype(dtype)
    delta = rng.normal(size=x.shape).astype(dtype)
    below = np.less(x, 1.5)
    result = OURS.mish(x.copy(), threshold=1.5, inplace=inplace)
    np.testing.assert_array_equal(result, np.where(below, ak.mish(x), x))
    result = OURS.backprop_mish(delta.copy(), x, threshold=1.5, inplace=inplace)
    np.testing.assert_array_equal(result, np.where(below, ak.mish.backward(delta, x=x), delta))


def test_mish_is_within_its_bound_of_x_from_twenty_on(dtype):
    """Which is why the usual threshold needs no comparison."""
    x = np.linspace(20, 100, 1000, dtype=dtype)
    np.testing.assert_array_max_ulp(OURS.mish(x), x, 2)
    np.testing.assert_array_max_ulp(OURS.backprop_mish(np.ones_like(x), x), np.ones_like(x), 1)


def test_erf(rng, dtype):
    x = rng.normal(size=100).astype(dtype)
    np.testing.assert_array_equal(OURS.erf(x), ak.erf(x))
    np.testing.assert_allclose(THEIRS.erf(x), OURS.erf(x), atol=1e-6)


# ---- what docs/thinc.md says of differences -------------------------------------------------------------------


def test_sigmoid_is_clipped_as_in_thinc(dtype):
    x = np.array([-1e30, -50, -20, 20, 50, np.inf], dtype)
    np.testing.assert_array_equal(OURS.sigmoid(x), ak.logistic(np.clip(x, -20, 20)))
    np.testing.assert_allclose(OURS.sigmoid(x), THEIRS.sigmoid(x), rtol=1e-6)


def test_swish_falls_to_zero(dtype):
    x = np.array([-1e3, -100, -30], dtype)
    assert (THEIRS.swish(x) < -1e-8).all()
    np.testing.assert_array_equal(OURS.swish(x), ak.silu(x))
    np.testing.assert_array_equal(OURS.backprop_swish(x, x, OURS.swish(x)), ak.silu.backward(x, x=x))


@pytest.mark.parametrize(("name", "kink"), [("hard_swish", 2.5), ("hard_swish_mobilenet", 3.0)])
def test_hard_swish_at_its_kinks(name, kink, dtype):
    x, ones = np.array([-kink, kink], dtype), np.ones(2, dtype)
    np.testing.assert_allclose(getattr(THEIRS, f"backprop_{name}")(ones, x), [-0.5, 1.5])
    np.testing.assert_array_equal(getattr(OURS, f"backprop_{name}")(ones, x), [0, 1])


def test_falling_lines_have_a_gradient(dtype):
    x = np.array([-0.5, 0.5, 1.5], dtype)
    assert not THEIRS.backprop_clipped_linear(x, x, slope=-1.0, offset=1.0).any()
    np.testing.assert_array_equal(OURS.backprop_clipped_linear(x, x, slope=-1.0, offset=1.0), [0, -0.5, 0])


@pytest.mark.parametrize("name", ["hard_sigmoid", "hard_tanh"])
def test_thinc_forgets_that_it_works_in_place(rng, name, dtype):
    delta, x = operands(rng, f"backprop_{name}", dtype)
    assert getattr(THEIRS, f"backprop_{name}")(delta, x, inplace=True) is not delta
    assert getattr(OURS, f"backprop_{name}")(delta, x, inplace=True) is delta


def test_thinc_destroys_the_output_of_sigmoid(rng, dtype):
    delta, y = operands(rng, "backprop_sigmoid", dtype)
    assert THEIRS.backprop_sigmoid(delta.copy(), y.copy(), inplace=True).base is None
    old = y.copy()
    assert THEIRS.backprop_sigmoid(delta, y, inplace=True) is y
    assert OURS.backprop_sigmoid(delta, old, inplace=True) is delta


def test_selected_zeros_block(dtype):
    """A NaN delta where relu or a line is flat."""
    nan, flat = np.full(2, np.nan, dtype), np.array([-1, 9], dtype)
    np.testing.assert_array_equal(OURS.backprop_relu(nan, np.zeros(2, dtype)), [0, 0])
    np.testing.assert_array_equal(OURS.backprop_clipped_linear(nan, flat), [0, 0])
    assert np.isnan(THEIRS.backprop_clipped_linear(nan, flat)).all()


# ---- models ---------------------------------------------------------------------------------------------------

LAYERS = (
    "ClippedLinear",
    "Dish",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "HardSwishMobilenet",
    "HardTanh",
    "Mish",
    "Relu",
    "ReluK",
    "Sigmoid",
    "Swish",
)


@pytest.mark.parametrize("layer", LAYERS)
def test_models_train_alike(layer):
    x = np.random.default_rng(3).normal(size=(20, 4)).astype(np.float32)  # as wide as the layer, which Dish needs
    y = np.sin(x[:, :1])

    def train(ops):
        api.fix_random_seed(1)
        with api.use_ops(ops):
            model = api.chain(getattr(api, layer)(nO=4), api.Linear(nO=1)).initialize(X=x, Y=y)
            optimizer = api.SGD(0.05)
            for _ in range(5):
                result, backprop = model.begin_update(x)
                backprop((result - y) / len(x))
                model.finish_update(optimizer)
            assert model.ops.name == ops
            return model.predict(x)

    np.testing.assert_allclose(train("actkernels"), train("numpy"), rtol=1e-4, atol=1e-5)
