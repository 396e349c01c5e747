"""What the documentation shows is what happens."""

import doctest
import importlib
import json
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
FLAGS = doctest.ELLIPSIS
PUBLIC = sorted(
    f"actkernels.{module.name}" for module in pkgutil.iter_modules(ak.__path__) if not module.name.startswith("_")
)
# those in folders of docs/ are written when the site is built: tests/test_site.py
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if page.is_file()]


@pytest.fixture(autouse=True)
def as_in_a_fresh_process(monkeypatch, tmp_path):
    before = ak.get_isa()
    monkeypatch.chdir(tmp_path)
    with np.printoptions():
        yield
    ak.set_isa(before)


@pytest.mark.parametrize("name", ["actkernels", *PUBLIC])
def test_docstrings(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert not result.failed, f"{result.failed} of {result.attempted} examples fail: see above"


def blocks(page):
    """The Python blocks of a page, in order."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages(page):
    """Blocks of a page run one after another; those with >>> are compared with what they print.

    ``<!-- needs: NAME -->`` names a library that a page is about, without which it is not run.
    """
    for needed in re.findall(r"^<!-- needs: (\w+) -->$", page.read_text(), re.MULTILINE):
        pytest.importorskip(needed, reason=f"{needed}, which the page is about, is not installed")
    names = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for number, block in enumerate(blocks(page)):
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, f"{page.name}, block {number}", page.name, 0)
            assert not runner.run(test, clear_globs=False).failed
            names = test.globs
        else:
            exec(compile(block, f"{page.name}, block {number}", "exec"), names)


def test_every_public_function_has_an_example():
    without = []
    functions = ["available_isas", "get", "get_isa", "get_num_threads", "set_isa", "set_num_threads", "show_config"]
    for name in ["Activation", "Activation_layer", "threads", *functions]:
        if ">>>" not in (getattr(ak, name).__doc__ or ""):
            without.append(name)
    assert not without


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("numpynet", "README.md"),
        ("accuracy", "docs/accuracy.md"),
        ("sklearn_training", "docs/sklearn.md"),
        ("thinc_ops", "docs/thinc.md"),
    ],
)
def test_pages_show_the_measured_table(name, page, bench):
    script, text = bench(name), (ROOT / page).read_text()
    table = script.table(json.loads(script.RESULTS.read_text()))
    assert bench("pages").between(text, script.MARKER, table) == text, f"write it by bench/{name}.py"
