"""The scripts in examples/ learn what they say, and draw it."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def example():
    """``example(name)`` -> a script of the examples, as a module."""

    def load(name):
        path = ROOT / "examples" / f"{name}.py"
        if not path.exists():
            pytest.skip("the examples are not here: this tests the build")
        spec = importlib.util.spec_from_file_location(f"example_{name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def differences(loss, arrays, step=1e-6):
    """Central differences of a loss with respect to arrays, which are changed and set back."""
    for array in arrays:
        slopes = np.empty_like(array)
        for index in np.ndindex(array.shape):
            before = array[index]
            array[index] = before + step
            above = loss()
            array[index] = before - step
            below = loss()
            array[index] = before
            slopes[index] = (above - below) / (2 * step)
        yield slopes


# ---- exclusive or ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "srelu"])
def test_xor_descends_along_the_gradient(example, name):
    xor = example("xor")
    activation = ak.get(name)
    network = xor.new(seed=2)
    network.b1[...] = 0.1  # (0, 0) is at the kink otherwise
    a, h, z = xor.forward(network, xor.POINTS, activation)
    gradients = xor.backward(network, xor.POINTS, a, h, z, xor.TRUTH, activation)

    def loss():
        return xor.loss_of(xor.forward(network, xor.POINTS, activation)[2], xor.TRUTH).mean()

    for gradient, slopes in zip(gradients, differences(loss, network), strict=True):
        assert gradient == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize(("name", "at_least"), [("relu", 14), ("leaky_relu", 16), ("gelu", 19), ("tanh", 19)])
def test_xor_is_learned(example, name, at_least):
    found = example("xor").many(ak.get(name), seeds=20)
    assert found["learned"] >= at_least
    assert 20 < found["steps"] < 500
    assert (found["zeros"] > 0.3) == (name == "relu")


def test_xor_needs_a_bend(example):
    found = example("xor").many(ak.identity, seeds=20)
    assert (found["learned"], found["steps"]) == (0, None)


def test_xor_networks_side_by_side_are_the_same_networks(example):
    xor = example("xor")
    alone = [xor.train(xor.new(seed), ak.relu, steps=50).loss for seed in range(3)]
    stacked = xor.Network(*map(np.stack, zip(*map(xor.new, range(3)), strict=True)))
    together = xor.train(stacked, ak.relu, steps=50).loss
    assert together == pytest.approx(np.stack(alone, axis=1))


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_xor_is_drawn(example, name, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
    example("xor").main(["--activation", name, "--seed", "3", "--steps", "300", "--output", str(tmp_path / "new")])
    assert capsys.readouterr().out.count("right") == 4
    pictures = sorted((tmp_path / "new").iterdir())
    assert [path.stem for path in pictures] == ["hidden", "learning", "output", "sparsity", "weights"]
    assert all(1000 < path.stat().st_size < 150_000 for path in pictures)


def test_xor_prints_a_table(example, capsys):
    xor = example("xor")
    xor.main(["--seeds", "5", "--steps", "100"])
    rows = re.findall(r"^\| (\w+).*? \| (\d+) \|", capsys.readouterr().out, re.MULTILINE)
    assert [name for name, _ in rows] == list(xor.COMPARED)
    page = xor.with_table(xor.PAGE.read_text(), "| new |")
    assert "| new |" in page
    assert xor.with_table(page, "| new |") == page


def test_the_page_shows_what_xor_compares(example):
    xor = example("xor")
    rows = re.findall(r"^\| (\w+).*? \| (\d+) \|", xor.PAGE.read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == list(xor.COMPARED)
    assert abs(int(dict(rows)["relu"]) - xor.many(ak.relu, 100)["learned"]) <= 3  # rounding differs with the machine


# ---- digits ---------------------------------------------------------------------------------------------------


@pytest.fixture
def digits(example):
    pytest.importorskip("sklearn", reason="scikit-learn, which has the digits, is not installed")
    return example("digits")


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["relu", "gelu", "tanh"])
def test_digits_are_learned(digits, name, kind):
    network, history = digits.train(ak.get(name), epochs=20, dtype=kind)
    assert history[-1, 3] >= 0.96
    assert history[-1, 2] < 0.2
    assert network.first.weights.dtype == network.activation.output.dtype == kind


def test_digits_descend_along_the_gradient(digits):
    (x, truth), _ = digits.load()
    x, truth = x[:7], truth[:7]
    network = digits.Network(ak.gelu, hidden=3)
    _, delta = digits.cross_entropy(network.forward(x), truth)
    network.backward(delta)
    arrays = [network.first.weights, network.first.bias, network.last.weights, network.last.bias]
    gradients = [*network.first._gradients, *network.last._gradients]

    def loss():
        return digits.cross_entropy(network.forward(x), truth)[0]

    for gradient, slopes in zip(gradients, differences(loss, arrays), strict=True):
        assert gradient == pytest.approx(slopes, abs=1e-8)


def test_digits_are_drawn(digits, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
    output = tmp_path / "digits.png"
    digits.main(["--activation", "relu", "Swish", "--epochs", "2", "--hidden", "16", "--output", str(output)])
    assert "\nsilu(beta=1) " in capsys.readouterr().out
    assert 1000 < output.stat().st_size < 150_000


# ---- both -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["xor", "digits"])
def test_unknown_activations_are_named(example, name, capsys):
    with pytest.raises(SystemExit) as ended:
        example(name).main(["--activation", "geluu"])
    assert ended.value.code == 2
    assert "did you mean 'gelu'?" in capsys.readouterr().err


def test_pictures_of_the_pages_are_there():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text()):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
