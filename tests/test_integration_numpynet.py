"""NumPyNet's layers compute with these activations for as long as the patch lasts.

The real package is used where it is installed, and a small one in its shape (stand_in/NumPyNet) always.
"""

import copy
import importlib
import importlib.util
import pickle
import re
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak
from actkernels.integrations import numpynet

HERE = Path(__file__).resolve().parent
X = np.array([-2.75, -1.5, -0.75, -0.25, 0.25, 0.5, 1.5, 2.5, 3.5])  # no kinks, where ours and theirs may differ
IN_PLACE = ["Relu", "Elu", "Leaky", "Stair", "Lhtan"]
NEVER_IN_PLACE = ["Logistic", "Tanh", "SoftPlus", "Elliot"]
NAMES = [*IN_PLACE, *NEVER_IN_PLACE]


def is_installed():
    found = importlib.util.find_spec("NumPyNet")
    return found is not None and found.origin is not None and "stand_in" not in found.origin


def loaded():
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] == "NumPyNet"}


@pytest.fixture(
    autouse=True,
    params=[
        "stand_in",
        pytest.param("installed", marks=pytest.mark.skipif(not is_installed(), reason="NumPyNet is not installed")),
    ],
)
def package(request, monkeypatch):
    """NumPyNet, with all its modules imported."""
    before = loaded()
    for name in before:
        del sys.modules[name]
    if request.param == "stand_in":
        monkeypatch.syspath_prepend(str(HERE / "stand_in"))
    package = importlib.import_module("NumPyNet")
    for name in ("activations", "exception", "layers", "network", "utils"):
        importlib.import_module(f"NumPyNet.{name}")
    yield package
    for name in loaded():
        del sys.modules[name]
    sys.modules.update(before)


def everything(package):
    """What may be replaced."""
    classes = [value for value in vars(package.activations).values() if isinstance(value, type)]
    return {value: dict(vars(value)) for value in [*classes, package.layers.Activation_layer]}


def test_everything_is_restored(package):
    before = everything(package)
    with numpynet.patched():
        during = everything(package)
        for name in NAMES:
            theirs = getattr(package.activations, name)
            assert during[theirs]["activate"] is not before[theirs]["activate"]
            assert during[theirs]["gradient"] is not before[theirs]["gradient"]
        base = package.activations.Activations
        assert during[base] == before[base]
    assert everything(package) == before


def test_everything_is_restored_after_an_exception(package):
    before = everything(package)
    with pytest.raises(KeyError), numpynet.patched():
        raise KeyError
    assert everything(package) == before


def test_everything_is_restored_after_a_failure_half_way(package, monkeypatch):
    before = everything(package)
    installed = []

    def install(self):
        installed.append(setattr(self._theirs, self.__name__, self))
        if len(installed) == 7:
            raise MemoryError

    monkeypatch.setattr(numpynet._Static, "install", install)
    with pytest.raises(MemoryError), numpynet.patched():
        pass
    assert everything(package) == before
    monkeypatch.undo()
    with numpynet.patched():
        assert everything(package) != before
    assert everything(package) == before


def test_blocks_nest_and_threads_share(package):
    before = everything(package)
    inside, leave = threading.Event(), threading.Event()

    def other():
        with numpynet.patched():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with numpynet.patched():
        with numpynet.patched():
            during = everything(package)
        assert everything(package) == during != before
        thread.start()
        inside.wait()
    assert everything(package) == during
    leave.set()
    thread.join()
    assert everything(package) == before


def test_for_good(package):
    before = everything(package)
    numpynet.patch()
    numpynet.patch()
    with numpynet.patched():
        pass
    assert everything(package) != before
    numpynet.unpatch()
    assert everything(package) == before
    numpynet.unpatch()


def test_without_numpynet(monkeypatch):
    for name in loaded():
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="pip install git"), numpynet.patched():
        pass
    with pytest.raises(ImportError, match="pip install git"):
        numpynet.patch()


# ---- the calling contract -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_functions(package, name):
    """Values are those of `actkernels`; from the output, the gradient is that at the input."""
    kernel = ak.get(name)
    theirs = getattr(package.activations, name)
    with numpynet.patched():
        y = theirs.activate(X.copy(), copy=True)
        gradient = theirs().gradient(y, copy=True)
    np.testing.assert_array_equal(y, kernel(X))
    np.testing.assert_allclose(gradient, kernel.gradient(x=X), rtol=1e-13)


@pytest.mark.parametrize("name", [*NAMES, "Linear"])
def test_what_is_overwritten_is_what_numpynet_overwrites(package, name):
    theirs = getattr(package.activations, name)
    for function in ("activate", "gradient"):
        for copied in (False, True):
            array = np.array([0.25, 0.5, 0.75])
            other = array.copy()
            result = getattr(theirs, function)(array, copy=copied)
            with numpynet.patched():
                ours = getattr(theirs, function)(other, copy=copied)
            if (name, function, copied) == ("Linear", "activate", True):
                assert ours is not other  # as listed in docs/numpynet.md
            else:
                assert (ours is other) == (result is array)
            assert np.array_equal(other, [0.25, 0.5, 0.75]) or result is array


def test_integers_and_numbers(package):
    with numpynet.patched():
        image = np.array([-2, 0, 3])
        assert package.activations.Elu.activate(image)[0] == np.expm1(-2)
        assert image[0] == -2
        assert package.activations.Logistic.activate(0.0) == 0.5
        assert package.activations.Tanh.gradient(0.5) == 0.75
    frozen = X.copy()
    frozen.flags.writeable = False
    with numpynet.patched(), pytest.raises(ValueError, match="read-only"):
        package.activations.Relu.activate(frozen)


def test_float32_is_kept(package):
    with numpynet.patched():
        for name in NAMES:
            y = getattr(package.activations, name).activate(X.astype(np.float32), copy=True)
            assert y.dtype == getattr(package.activations, name).gradient(y, copy=True).dtype == np.float32


def test_parameters_on_the_class(package, monkeypatch):
    with numpynet.patched():
        monkeypatch.setattr(package.activations.Leaky, "LEAKY_COEF", 0.3)
        y = package.activations.Leaky.activate(X, copy=True)
        np.testing.assert_array_equal(y, ak.leaky_relu(X, alpha=0.3))
        np.testing.assert_array_equal(package.activations.Leaky.gradient(y), np.where(X > 0, 1, 0.3))
        monkeypatch.setattr(package.activations.Elliot, "STEEPNESS", 2.0)
        np.testing.assert_array_equal(package.activations.Elliot.activate(X), ak.elliot(X, steepness=2))


# ---- layers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_activation_layer(package, name):
    with numpynet.patched():
        layer = package.layers.Activation_layer(activation=getattr(package.activations, name))
        layer.forward(X.reshape(1, 1, 1, -1))
        layer.delta[...] = 2
        layer.backward(delta := np.empty(layer.output.shape))
    np.testing.assert_array_equal(layer.output.ravel(), ak.get(name)(X))
    np.testing.assert_allclose(delta.ravel(), 2 * ak.get(name).gradient(x=X), rtol=1e-13)


def test_activation_layers_are_ours_whatever_the_class_is_called(package):
    known_before = package.layers.Activation_layer
    table = package.network.Network.LAYERS
    with numpynet.patched():
        for theirs in (known_before, table["activation"], package.network.Activation_layer):
            layer = theirs(input_shape=(1, 2, 3, 4), activation="Relu")
            assert isinstance(layer, ak.Activation_layer)
            assert isinstance(layer, known_before)
            assert type(layer).__name__ == "Activation_layer"  # which is how networks know it
            assert layer.activation is package.activations.Relu.activate
            assert layer.out_shape == (1, 2, 3, 4)
    assert not isinstance(known_before(activation="Relu"), ak.Activation_layer)


def test_a_layer_class_of_the_users_own(package):
    class Louder(package.layers.Activation_layer):
        def forward(self, inpt, copy=True):
            return super().forward(2 * inpt, copy)

    with numpynet.patched():
        layer = Louder(input_shape=(1, 1, 1, X.size), activation="Tanh")
        np.testing.assert_array_equal(layer.forward(X.reshape(1, 1, 1, -1)).output.ravel(), ak.tanh(2 * X))
    assert type(layer) is Louder


def test_activation_layer_has_numpynets_errors(package):
    with numpynet.patched():
        with pytest.raises(ValueError, match="incorrect value of Activation Function given"):
            package.layers.Activation_layer(activation="Gelu")
        layer = package.layers.Activation_layer(activation="Relu")
        assert layer.output is layer.delta is None
        with pytest.raises(package.exception.NotFittedError):
            layer.backward(np.empty(3))
        with pytest.raises(package.exception.LayerError):
            layer(package.layers.Activation_layer(activation="Relu"))


def test_a_class_of_the_users_own(package):
    class Negative(package.activations.Activations):
        @staticmethod
        def activate(x, copy=False):
            return -x

    original = package.layers.Activation_layer
    with numpynet.patched():
        layer = package.layers.Activation_layer(input_shape=(1, 1, 1, X.size), activation=Negative)
        np.testing.assert_array_equal(layer.forward(X.reshape(1, 1, 1, -1)).output.ravel(), -X)
    assert type(layer) is original


@pytest.mark.parametrize("name", ["Relu", "Elu", "Logistic", "Tanh", "Leaky"])
def test_connected_layer(package, name):
    """The layer is NumPyNet's, the activation is not."""
    rng = np.random.default_rng(3)
    inpt, weights = rng.normal(size=(4, 1, 1, 5)), rng.normal(size=(5, 6))

    def run():
        layer = package.layers.Connected_layer(
            outputs=6, activation=name, input_shape=inpt.shape, weights=weights, bias=np.zeros(6)
        )
        layer.forward(inpt)
        output = layer.output.copy()
        layer.delta[...] = 1
        layer.backward(inpt, delta=(delta := np.zeros(inpt.shape)))
        return layer, output, delta

    theirs = run()
    with numpynet.patched():
        ours = run()
    assert type(theirs[0]) is type(ours[0])
    assert theirs[0].activation is not ours[0].activation
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ours[0].weights_update, theirs[0].weights_update, rtol=1e-12, atol=1e-14)


def test_recurrent_layer(package):
    """It passes arrays without asking for copies and uses them again."""
    if not hasattr(package.layers, "Recurrent_layer"):
        pytest.skip("the stand-in's own layer; NumPyNet's are run by tests/numpynet_own_tests.py")
    inpt = np.random.default_rng(4).normal(size=(3, 7))

    def run():
        layer = package.layers.Recurrent_layer().forward(inpt)
        layer.delta[...] = 1
        layer.backward(inpt, delta := np.empty(inpt.shape))
        return layer.output, delta

    before = inpt.copy()
    theirs = run()
    with numpynet.patched():
        ours = run()
    np.testing.assert_array_equal(inpt, before)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13)


def test_what_is_stored_needs_no_patch(package):
    original = package.layers.Activation_layer
    with numpynet.patched():
        layer = package.layers.Activation_layer(input_shape=(1, 1, 1, X.size), activation="Elu")
        layer.forward(X.reshape(1, 1, 1, -1))
        assert isinstance(copy.deepcopy(layer), ak.Activation_layer)
        stored = [pickle.dumps(layer, protocol) for protocol in (2, 5)]
        for data in stored:
            again = pickle.loads(data)
            assert isinstance(again, ak.Activation_layer)
            again.delta[...] = 1
            again.backward(delta := np.empty(layer.output.shape))
            np.testing.assert_allclose(delta.ravel(), ak.elu.gradient(x=X), rtol=1e-13)
    stored.append(pickle.dumps(layer, 2))
    for data in stored:
        again = pickle.loads(data)
        assert type(again) is original
        np.testing.assert_array_equal(again.output, layer.output)
        np.testing.assert_allclose(again.forward(X.reshape(1, 1, 1, -1)).output.ravel(), ak.elu(X), rtol=1e-14)


def test_what_needs_its_input_is_stored_without_it(package):
    with numpynet.patched():
        layer = package.layers.Activation_layer(activation=package.activations.SoftPlus).forward(X.reshape(1, 1, 1, -1))
        again = pickle.loads(pickle.dumps(layer))
        with pytest.raises(package.exception.NotFittedError):
            again.backward(np.empty(layer.output.shape))
        again.forward(X.reshape(1, 1, 1, -1)).delta[...] = 1
        again.backward(delta := np.empty(layer.output.shape))
    np.testing.assert_array_equal(delta.ravel(), ak.softplus.gradient(x=X))


def test_the_example_of_the_documentation(package):
    page = HERE.parent / "docs" / "numpynet.md"
    (block,) = re.findall(r"^```py\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    exec(compile(block, page.name, "exec"), {"__name__": "__main__"})
