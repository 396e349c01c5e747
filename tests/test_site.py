"""What the documentation site is made of: pages from the catalogue, formulas, tables of other libraries.

The site itself is built by .ci/run with warnings as errors; here is what a build does not notice.
"""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import actkernels as ak
from actkernels import pictures

DOCS = Path(__file__).resolve().parent.parent / "docs"
# all but those that lead to what is made with the site
PAGES = [page for page in sorted(DOCS.glob("*.md")) if page.stem not in ("index", "examples")]


@pytest.fixture
def site(bench, monkeypatch):
    """``site(name)`` -> a module of docs/site; what it needs beside this package has to be there."""
    bench("conventions")  # and with it, the folder that the modules import from
    monkeypatch.syspath_prepend(DOCS / "site")

    def load(name, *needed):
        for library in needed:
            pytest.importorskip(library, reason=f"{library}, which the site is made with, is not installed")
        return importlib.import_module(name)

    return load


def test_examples_of_each_activation(row, site):
    text = site("activation_pages").example(ak.ACTIVATIONS[row.name])
    test = doctest.DocTestParser().get_doctest(re.search("```python\n(.*)```", text, re.S)[1], {}, row.name, None, 0)
    assert len(test.examples) == 6 + bool(row.parameters)
    assert not doctest.DocTestRunner().run(test).failed


def test_gradients_are_those_of_the_kernels(row, site):
    gradients = site("gradients", "sympy")
    activation = ak.ACTIVATIONS[row.name]
    if row.name in gradients.WITHOUT_KINKS_OR_WITH_TOO_MANY:
        return
    pieces = gradients.pieces(activation)
    gradients.check(activation, pieces)
    first = pieces[0]._replace(formula=pieces[0].formula + gradients.sympy.Rational(1, 1000))
    with pytest.raises(ArithmeticError, match=row.name):
        gradients.check(activation, [first, *pieces[1:]])


def test_formulas_are_mathml(row, site):
    mathml, gradients = site("mathml", "docutils", "latex2mathml"), site("gradients", "sympy")
    activation = ak.ACTIVATIONS[row.name]
    for tex in (pictures.formula(activation), gradients.tex(activation)[0]):
        element = mathml.mathml(tex, display=True)
        assert "\\" not in element, element
        assert element.count('class="cases"') == ("genfrac" in tex or "cases" in tex)


def test_pages_have_what_was_measured(row, site):
    pages = site("activation_pages", "latex2mathml", "sympy")
    text = pages.page(row.name)
    measured = pages.results("accuracy")["rows"][row.name]["float32"]
    for which in ("forward", "gradient"):
        assert f"| {measured[which]['baseline']['ulp']:.2f} |" in text
    for found in pages.results("conventions")["measured"].get(row.name, {}).values():
        assert f"`{found['call']}`" in text
    for name in (*row.aliases, *row.numpynet, *row.parameters):
        assert f"`{name}" in text


@pytest.mark.parametrize("key", ["torch", "jax", "keras", "onnx", "renom"])
def test_calls_lead_to_pages(key, site):
    source = [(DOCS / f"from_{key}.md").read_text()]
    assert "activations/" not in source[0]  # which is not in the repository
    site("activation_pages", "latex2mathml", "sympy").link(None, f"from_{key}", source)
    rows = re.findall(r"activations/(\w+)\.md", source[0])
    assert len(rows) >= 8
    assert set(rows) <= set(ak.ACTIVATIONS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(f"docs/{p.name}" for p in PAGES)])
def test_links_lead_to_files_of_the_repository(page):
    path = DOCS.parent / page
    text = re.sub("```.*?```", "", path.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), target


def test_every_page_is_in_a_table_of_contents():
    listed = {"index"}
    for page in DOCS.glob("*.md"):
        for contents in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text(), re.M | re.S):
            listed |= {line.strip() for line in contents.splitlines() if line and not line.startswith(":")}
    pages = {page.stem for page in (*DOCS.glob("*.md"), *DOCS.glob("*.rst"))}
    assert pages - {"sg_execution_times"} == listed - {"activations/index", "gallery/index"}
