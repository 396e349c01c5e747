"""bench/peers.py measures what it says: like with like, nothing that computes something else, each cell once."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.fixture(scope="session")
def peers(bench):
    return bench("peers")


@pytest.fixture(scope="session")
def report(bench):
    return bench("peers_report")


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """Results of a quick run beside NumPy alone, which is always there, and what it printed."""
    if not BENCH.exists():
        pytest.skip("the benchmarks are not here: this tests the build")
    output = tmp_path_factory.mktemp("peers") / "peers.json"
    command = [sys.executable, str(BENCH / "peers.py"), "--quick", "--peers", "numpy", "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(output.read_text()), done.stdout


def test_quick_run(peers, quick):
    results, printed = quick
    axes = (peers.QUICK["rows"], peers.QUICK["dtypes"], peers.timed.PASSES, peers.QUICK["sizes"], (1,))
    assert set(results["cells"]) == {peers.name(cell) for cell in peers.itertools.product(*axes)}
    assert all(times["ours"] > 0 for times in results["cells"].values())
    assert "numpy" in results["cells"]["tanh float32 out 4096 1"]
    assert "ratio" in printed
    assert "tanh float32 out 4096 1" in printed


def test_page_of_a_quick_run(report, quick):
    results, _ = quick
    page = report.page(results)
    assert "## float32, forward into `out`" in page
    assert "| `tanh` |" in page
    assert f"actkernels {ak.__version__}" in page


def test_what_computes_something_else_is_left_out(peers, capsys):
    class Other(peers.timed.Side):
        title = "Other"

        def statement(self, row, which, dtype):
            return "np.multiply(x, 2, out=y)", {"np": np}

        def threads(self, count):
            return peers.contextlib.nullcontext()

    found = peers.measure(("tanh", "float32", "out", 64, 1), {"other": Other()})
    assert list(found) == ["ours"]
    assert "Other gives something else" in capsys.readouterr().out


def test_deltas_are_filled_again(peers):
    cell = ("tanh", "float32", "backward", 64, 1)
    fill = peers.filling(cell)
    fill()
    (_, y, d, _), *_ = peers.buffers("float32", 64)
    expected = y.copy(), d.copy()
    y[:] = d[:] = 0
    fill()
    np.testing.assert_array_equal((y, d), expected)


def test_functions_are_looked_up_before_the_loop(peers):
    run = peers.timed.loop("np.add(x, np.abs(x, out=t).max(), out=y)", {"np": np})
    assert "np_add" in run.__code__.co_names
    assert "np" not in run.__code__.co_names
    x, y, t = np.array([-2.0, 1.0]), np.zeros(2), np.zeros(2)
    assert run([(x, y, None, t)]) is y
    np.testing.assert_array_equal(y, [0, 3])


@pytest.mark.parametrize("which", ["forward", "backward"])
def test_formulas_are_the_rows(peers, which):
    """What NumPy's, numexpr's and Numba's users write, with NumPy."""
    x, d = np.linspace(-5, 5, 101), np.linspace(1, 2, 101)
    for row, formulas in peers.timed.FORMULAS.items():
        function = ak.ACTIVATIONS[row]
        names = {name: getattr(np, name) for name in ("where", "exp", "expm1", "log1p", "tanh", "cosh")}
        names |= {"erf": ak.erf, "x": x, "y": function(x), "d": d}
        expected = function(x) if which == "forward" else function.backward(d, x=x)
        found = eval(formulas[which == "backward"], names)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12, err_msg=row)


def test_a_peer_that_breaks_the_bound_is_marked(report):
    measured = {"[-80, 80]": {"normal": {"ulp": 9e6}}, "missed": []}
    good = {"[-80, 80]": {"normal": {"ulp": 0.5}}, "missed": []}
    accuracy = {"libraries": ["torch", "jax"], "rows": {"gelu": {"torch": measured, "jax": good}}}
    cell, times = ("gelu", "float32", "out", 64, 1), {"ours": 10.0, "torch": 5.0, "jax": 20.0, "numba": 15.0}
    assert report.entry(cell, times, accuracy) == "**0.50 torch**† (2.00 jax)"
    assert report.entry(("gelu", "float64", "out", 64, 1), times, accuracy) == "**0.50 torch**"
