"""scikit-learn's perceptrons compute with our activations, and are as they were afterwards."""

import doctest
import importlib.util
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import actkernels as ak

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn import neural_network
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import _base
from sklearn.utils.estimator_checks import parametrize_with_checks

from actkernels.integrations import sklearn as ours

THEIRS = dict(_base.ACTIVATIONS), dict(_base.DERIVATIVES)
NAMES = ("tanh", "logistic", "relu")

unfinished = pytest.mark.filterwarnings("ignore", category=ConvergenceWarning)


@pytest.fixture(autouse=True)
def nothing_left_behind():
    yield
    ours.unpatch()
    assert not ours.is_patched()
    assert (_base.ACTIVATIONS, _base.DERIVATIVES) == THEIRS


def replaced():
    """The names whose functions are not scikit-learn's."""
    return {
        name
        for entries, theirs in zip((_base.ACTIVATIONS, _base.DERIVATIVES), THEIRS, strict=True)
        for name in entries
        if entries[name] is not theirs[name]
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # an old scikit-learn beside a new SciPy
def test_docstrings():
    assert not doctest.testmod(ours).failed


# ---- replacing and restoring ----------------------------------------------------------------------------------


def test_a_block_replaces_and_restores():
    with ours.patched():
        assert replaced() == set(NAMES)
        assert _base.ACTIVATIONS is neural_network._multilayer_perceptron.ACTIVATIONS
    assert not replaced()


def test_an_exception_restores():
    with pytest.raises(ZeroDivisionError), ours.patched():
        raise ZeroDivisionError
    assert not replaced()


def test_blocks_nest():
    with ours.patched():
        with ours.patched():
            functions = dict(_base.ACTIVATIONS)
        assert functions == _base.ACTIVATIONS
        assert replaced()
    assert not replaced()


def test_patch_is_a_switch():
    ours.patch()
    ours.patch()
    with ours.patched():
        pass
    assert replaced()
    ours.unpatch()
    assert not replaced()
    ours.unpatch()


def test_unpatch_waits_for_the_block():
    with ours.patched():
        ours.patch()
        ours.unpatch()
        assert replaced()
    assert not replaced()


def test_functions_of_others_stay(monkeypatch):
    def third(x):
        pass

    monkeypatch.setitem(_base.ACTIVATIONS, "tanh", THEIRS[0]["tanh"])  # which puts it back
    with ours.patched():
        _base.ACTIVATIONS["tanh"] = third
    assert _base.ACTIVATIONS["tanh"] is third
    assert replaced() == {"tanh"}
    monkeypatch.undo()


@pytest.mark.parametrize("version", ["1.4.2", "1.10.0", "2.0.dev0"])
def test_other_versions_are_refused(monkeypatch, version):
    monkeypatch.setattr(sklearn, "__version__", version)
    spec = importlib.util.find_spec("actkernels.integrations.sklearn")
    with pytest.raises(ImportError, match=rf"tested with versions 1\.5 to 1\.9; this is {version}"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    spec = importlib.util.find_spec("actkernels.integrations.sklearn")
    with pytest.raises(ImportError, match=r"pip install 'actkernels\[sklearn\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_the_package_does_not_import_it():
    code = "import sys, actkernels; assert not {'sklearn', 'scipy', 'actkernels.integrations'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# ---- the functions --------------------------------------------------------------------------------------------


@pytest.mark.computed
@pytest.mark.parametrize("name", NAMES)
def test_functions_work_in_place(rng, name, dtype):
    rows = rng.normal(scale=3, size=(7, 2, 50)).astype(dtype)
    x = rows[:, 0]  # as slices lie
    expected, outside = ak.get(name)(x), rows[:, 1].copy()
    delta = rng.normal(size=x.shape).astype(dtype)
    result = ak.get(name).backward(delta, y=expected)
    with ours.patched():
        assert _base.ACTIVATIONS[name](x) is None
        assert _base.DERIVATIVES[name](x, delta) is None
    np.testing.assert_array_equal(x, expected)
    np.testing.assert_array_equal(delta, result)
    np.testing.assert_array_equal(rows[:, 1], outside)


@pytest.mark.computed
@pytest.mark.parametrize("name", NAMES)
def test_functions_agree_with_theirs(rng, name, dtype):
    x = rng.normal(scale=4, size=(30, 40)).astype(dtype)
    z, delta = x.copy(), rng.normal(size=x.shape).astype(dtype)
    theirs_z, theirs_delta = x.copy(), delta.copy()
    THEIRS[0][name](theirs_z)
    THEIRS[1][name](theirs_z, theirs_delta)
    with ours.patched():
        _base.ACTIVATIONS[name](z)
        _base.DERIVATIVES[name](theirs_z, delta)
    np.testing.assert_allclose(z, theirs_z, rtol=8 * np.finfo(dtype).eps)
    np.testing.assert_allclose(delta, theirs_delta, rtol=1e-5, atol=8 * np.finfo(dtype).eps)


def test_relu_selects(same_bits):
    """A delta is left out where Z is 0, NaN included, and kept to the last bit where it is not."""
    z = np.array([0.0, 0.0, 0.0, -0.0, 2.0, 2.0, 1e-310, 3.0])
    delta = np.array([1.0, np.nan, -np.inf, np.nan, np.nan, np.inf, 0.1, 1e-310])
    theirs = delta.copy()
    THEIRS[1]["relu"](z, theirs)
    with ours.patched():
        _base.DERIVATIVES["relu"](z, delta)
    same_bits(delta, theirs)


@pytest.mark.parametrize("other", [np.int64, np.longdouble])
def test_types_that_we_do_not_compute_are_theirs(other):
    x = np.array([[-2, 0, 3]], other)
    with ours.patched():
        _base.ACTIVATIONS["relu"](x)
        delta = np.full_like(x, 5)
        _base.DERIVATIVES["relu"](x, delta)
    assert x.tolist() == [[0, 0, 3]]
    assert delta.tolist() == [[0, 0, 5]]


@unfinished
@pytest.mark.computed
@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("name", ["identity", *NAMES])
def test_training_is_the_same(name, solver, dtype):
    x, y = load_iris(return_X_y=True)
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype(dtype)

    def fit():
        return neural_network.MLPClassifier((20, 10), name, solver=solver, max_iter=20, random_state=1).fit(x, y)

    theirs = fit()
    with ours.patched():
        model = fit()
    tolerance = 1e-3 if dtype is np.float32 else 1e-10
    np.testing.assert_allclose(model.loss_curve_, theirs.loss_curve_, rtol=tolerance)
    np.testing.assert_allclose(model.predict_proba(x), theirs.predict_proba(x), atol=tolerance)
    if name == "relu":
        np.testing.assert_array_equal(model.loss_curve_, theirs.loss_curve_)


# ---- estimators with any activation ---------------------------------------------------------------------------

INPUTS = np.random.default_rng(5).normal(size=(12, 3))


def regressor(activation, **keywords):
    return ours.MLPRegressor(
        hidden_layer_sizes=(6, 5), activation=activation, max_iter=5, random_state=3, solver="sgd", **keywords
    )


@unfinished
def test_every_activation_trains(row):
    """One step along the gradient that the estimator computes changes the loss by what it says."""
    activation = ak.ACTIVATIONS[row.name]
    x, y = INPUTS, np.sin(INPUTS[:, :1])
    model = regressor(row.name)
    model._random_state = np.random.RandomState(3)
    model._initialize(y, [3, 6, 5, 1], np.float64)
    coefs, intercepts = [c.copy() for c in model.coefs_], [i.copy() for i in model.intercepts_]
    empty = [None] * 3
    loss, coef_grads, intercept_grads = model._backprop(x, y, *extra(), [x, *empty], empty[:], empty[:], empty[:])

    # the same by hand
    pre, layers = [], [x]
    for coef, intercept in zip(coefs, intercepts, strict=True):
        pre.append(layers[-1] @ coef + intercept)
        layers.append(activation(pre[-1]) if len(layers) < 3 else pre[-1])
    delta = layers[-1] - y
    assert loss == pytest.approx((delta**2).mean() / 2 + model.alpha / 2 / 12 * sum((c**2).sum() for c in coefs))
    for i in (2, 1, 0):
        np.testing.assert_allclose(intercept_grads[i], delta.sum(axis=0) / 12, rtol=1e-9, atol=1e-12)
        expected = (layers[i].T @ delta + model.alpha * coefs[i]) / 12
        np.testing.assert_allclose(coef_grads[i], expected, rtol=1e-9, atol=1e-12)
        if i:
            delta = (delta @ coefs[i].T) * activation.gradient(x=pre[i - 1])


def extra():
    """The sample weights, which `_backprop` takes from scikit-learn 1.7 on."""
    return (None,) if "sample_weight" in neural_network.MLPRegressor._backprop.__code__.co_varnames else ()


@pytest.mark.parametrize("name", ["identity", *NAMES])
@unfinished
def test_standard_activations_train_as_under_the_patch(name):
    x, y = INPUTS, np.sin(INPUTS[:, 0])
    with ours.patched():
        patched = clone(regressor(name)).fit(x, y)
        theirs = neural_network.MLPRegressor(**regressor(name).get_params()).fit(x, y)
    model = regressor(name).fit(x, y)
    np.testing.assert_array_equal(model.predict(x), patched.predict(x))
    with ours.patched():
        np.testing.assert_array_equal(model.predict(x), theirs.predict(x))


@unfinished
def test_parameters_count():
    x, y = INPUTS, np.sin(INPUTS[:, 0])
    flat, steep = (regressor(ak.elu.with_params(alpha=alpha)).fit(x, y) for alpha in (0.1, 2.0))
    assert flat.loss_ != steep.loss_
    assert regressor("elu").fit(x, y).loss_ == regressor(ak.elu).fit(x, y).loss_


@unfinished
@pytest.mark.parametrize("activation", ["Swish", "leaky-relu", ak.gelu, ak.celu.with_params(alpha=0.5)], ids=str)
def test_estimators_are_cloned_and_pickled(activation):
    x, y = INPUTS, np.sin(INPUTS[:, 0])
    model = clone(regressor(activation)).fit(x, y)
    again = pickle.loads(pickle.dumps(model))
    assert again.get_params() == model.get_params()
    np.testing.assert_array_equal(again.predict(x), model.predict(x))


@unfinished
def test_threads_do_not_meet():
    x, y = INPUTS.repeat(30, axis=0), np.sin(INPUTS[:, 0]).repeat(30)
    models = [regressor(name) for name in ("gelu", "mish", "tanh", "silu") for _ in range(3)]
    alone = [clone(model).fit(x, y).loss_ for model in models]
    with ThreadPoolExecutor(4) as pool:
        assert [model.loss_ for model in pool.map(lambda model: model.fit(x, y), models)] == alone


@unfinished
def test_nothing_is_kept_after_training(monkeypatch):
    kept = []
    monkeypatch.setattr(ours, "_inputs", Watched(ours._inputs, kept))
    model = regressor("gelu").fit(INPUTS, np.sin(INPUTS[:, 0]))
    assert kept
    assert not any(kept)  # the derivatives took all there was
    del kept[:]
    model.predict(INPUTS)
    assert not kept
    assert ours._inputs.get() is None


class Watched:
    """A context variable whose values are remembered."""

    def __init__(self, variable, kept):
        self.variable, self.kept = variable, kept
        self.get, self.reset = variable.get, variable.reset

    def set(self, value):
        self.kept.append(value)
        return self.variable.set(value)


def test_an_unknown_name_is_refused_before_training():
    with pytest.raises(ValueError, match="no activation 'geluu'; did you mean 'gelu'"):
        regressor("geluu").fit(INPUTS, INPUTS[:, 0])
    with pytest.raises(ValueError, match="The 'activation' parameter of MLPRegressor must be"):
        regressor(3).fit(INPUTS, INPUTS[:, 0])
    with pytest.raises(ValueError, match="The 'solver' parameter"):
        regressor("gelu").set_params(solver="newton").fit(INPUTS, INPUTS[:, 0])


CHECKS = parametrize_with_checks([ours.MLPClassifier(activation="gelu"), ours.MLPRegressor(activation="gelu")])


@unfinished
@pytest.mark.parametrize(CHECKS.args[0], list(CHECKS.args[1]), **CHECKS.kwargs)  # older ones hand pytest a generator
def test_scikit_learns_checks_of_estimators(estimator, check):
    if estimator.max_iter > 20:
        estimator.set_params(max_iter=20)
    check(estimator)
