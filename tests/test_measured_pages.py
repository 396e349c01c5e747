"""Pages made from measurements show what bench/results holds, and the catalogue as it is."""

import json

import pytest


@pytest.fixture
def script(bench):
    """``script(name)`` -> a script of bench/ as a module, and its results."""

    def load(name):
        module = bench(name)
        return module, json.loads(module.RESULTS.read_text())

    return load


def test_conventions(script):
    conventions, results = script("conventions")
    assert conventions.page(results) == conventions.PAGE.read_text(), "bench/conventions.py --page"


@pytest.mark.parametrize("key", ["torch", "jax", "keras", "onnx"])
def test_coming_from_elsewhere(script, key):
    conventions, results = script("conventions")
    text = conventions.PAGE.with_name(f"from_{key}.md").read_text()
    assert conventions.coming_from(results, key, text) == text, "bench/conventions.py --page"
    assert "| NaN |" in text


def test_accuracy_beside_others(script):
    accuracy, results = script("peers_accuracy")
    assert accuracy.page(results) == accuracy.PAGE.read_text(), "bench/peers_accuracy.py --page"
    readme = accuracy.README.read_text()
    table = accuracy.readme_table(results)
    assert accuracy.between(readme, accuracy.MARKER, table) == readme, "bench/peers_accuracy.py --page"


def test_speed_beside_others(script):
    report, results = script("peers_report")
    assert report.page(results) == report.PAGE.read_text(), "bench/peers.py --docs"
    assert all(report.chart(threads).exists() for threads in report.axes(report.cells_of(results))[4])


def test_layer_beside_pytorch(script):
    layer, results = script("layer")
    page = layer.PAGE.read_text()
    assert layer.between(page, layer.MARKER, layer.table(results)) == page, "bench/layer.py"


def test_memory(script):
    memory, results = script("memory")
    page = memory.PAGE.read_text()
    assert memory.page(results, page) == page, "bench/memory.py"


def test_what_is_said_of_copying_and_of_small_arrays(script):
    _, memory = script("memory")
    (out, place), small = memory["copying"].values(), script("layer")[1]["small"]
    assert max(out.values()) == out["copying"]
    assert max(place[row] for row in ("relu", "relu6", "hard_tanh")) <= 1.05 * place["copying"]
    assert max(place.values()) <= 1.5 * place["copying"]
    for row in ("relu", "tanh", "gelu"):
        assert 0.25 < small[f"ak.{row}(x, out=y)"] / small["np.tanh(x, out=y)"] < 0.55


def test_what_is_said_of_values(script):
    for found in script("values")[1]["measured"]:
        times = found["nanoseconds"]
        subnormal, fastest = times.pop("subnormal"), min(times.values())
        assert max(times.values()) < 2.25 * fastest, found
        assert subnormal < 3 * fastest, found


def test_calls_are_those_that_were_measured(script):
    conventions, results = script("conventions")
    calls = {row: {key: found["call"] for key, found in each.items()} for row, each in results["measured"].items()}
    _, accuracy = script("peers_accuracy")
    for measured in (calls, accuracy["calls"]):
        for row, found in measured.items():
            assert found.items() <= conventions.others.CALLS[row].items()


@pytest.mark.parametrize("key", ["torch", "jax", "keras", "onnx", "scipy"])
def test_a_missing_library_names_the_extra(script, key, monkeypatch, capsys):
    conventions, _ = script("conventions")
    library = conventions.others.LIBRARIES[key]
    monkeypatch.setattr(library, "names", {"missing": "no_such_module_anywhere"})
    with pytest.raises(ImportError, match=r"pip install 'actkernels\[peers\]'"):
        library.require()
    assert conventions.others.installed((key,)) == {}
    assert f"{library.title} is left out" in capsys.readouterr().out
