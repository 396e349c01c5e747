"""Pictures show what the functions do: their definition, kinks, asymptotes, and all rows of the catalogue."""

import sys

import numpy as np
import pytest

import actkernels as ak
from actkernels import pictures
from actkernels.__main__ import main
from actkernels.catalogue import ROWS

mathtext = pytest.importorskip("matplotlib.mathtext", reason="matplotlib, which draws, is not installed")


def test_definitions_are_set(row):
    text = pictures.formula(ak.ACTIVATIONS[row.name])
    mathtext.MathTextParser("agg").parse(f"${text}$")
    for name in row.parameters:
        assert pictures._symbol(name) in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", r"\max\left(x,\,0\right)"),
        ("gaussian", r"e^{-x^{2}}"),
        ("log_sigmoid", r"-\ln\left(1 + e^{-x}\right)"),
        ("gelu", r"\dfrac{x\,\mathrm{erfc}\left(-x / \sqrt{2}\right)}{2}"),
        ("softsign", r"\dfrac{x}{1 + |x|}"),
        ("soft_clipping", r"\dfrac{1}{\alpha}\,\ln\left(\dfrac{1 + e^{\alpha\,x}}{"),
        ("elu", r"x,\;\; x > 0"),
        ("elish", r"\left(e^{x} - 1\right) / \left(1 + e^{-x}\right),\;\; \mathrm{otherwise}"),  # distributed
        ("sqnl", r"x - x^{2} / 4,\;\; 0 \leq x \leq 2"),  # where the case before leaves off
        ("sqnl", r"-2 \leq x < 0"),
        ("selu", r"1.0507\ldots\,x"),
        ("srelu", r"a_{\mathrm{left}}"),
    ],
)  # fmt: skip
def test_a_definition_reads_as_mathematics(name, expected):
    assert expected in pictures.formula(ak.get(name))


def test_curves_have_what_the_catalogue_says(row, params):
    activation = ak.ACTIVATIONS[row.name].with_params(**params)
    low, high = pictures.view(activation)
    assert low < high
    points = pictures.kinks(activation)
    assert all(low < point < high for point in points)
    curve = pictures.Curve(activation, points, low, high)
    assert {*curve.jumps, *curve.bends} <= set(points)
    assert (curve.x[0], curve.x[-1]) == (low, high)
    assert np.isnan(curve.x).sum() == len(curve.jumps)
    for line in pictures.asymptotes(activation):
        distances = [abs(activation(x) - (line.slope * x + line.level)) for x in (-1e6, 1e6)]
        assert min(distances) < 1e-5 * max(1.0, abs(line.level), *map(abs, params.values()))


@pytest.mark.parametrize(
    ("name", "jumps", "bends"),
    [("relu", [], [0]), ("elu", [], []), ("heaviside", [0], []), ("hardshrink", [-0.5, 0.5], []), ("tanh", [], []),
     ("relu6", [], [0, 6]), ("stair", [], [-2, -1, 0, 1, 2]), ("hard_swish", [], [-3, 3])],
)  # fmt: skip
def test_kinks_are_told_from_smooth_points(name, jumps, bends):
    activation = ak.get(name)
    curve = pictures.Curve(activation, pictures.kinks(activation), *pictures.view(activation))
    assert (curve.jumps, curve.bends) == (jumps, bends)
    assert pictures.Curve(lambda x: ak.elu.gradient(x=x), [0.0], -1.0, 1.0).bends == [0.0]
    assert pictures.Curve(ak.softplus.with_params(beta=1000.0), [0.0], -1.0, 1.0).bends == []  # steep, yet smooth


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("logistic", ["$y = 0$", "$y = 1$"]),
        ("gelu", ["$y = 0$", "$y = x$"]),
        ("relu", []),  # it lies on them
        ("relu6", ["$y = 6$"]),
        ("arctan", [r"$y = -\pi/2$", r"$y = \pi/2$"]),
        ("bent_identity", [r"$y = 0.5\,x - 0.5$", r"$y = 1.5\,x - 0.5$"]),
        ("logcosh", ["$y = -x - 0.6931$", "$y = x - 0.6931$"]),
        ("gaussian", ["$y = 0$"]),  # towards both sides
        ("arsinh", []),
        ("snake", []),
        ("sinusoid", []),
    ],
)
def test_asymptotes(name, lines):
    assert [str(line) for line in pictures.asymptotes(ak.get(name))] == lines


def test_the_gallery_has_an_axis_for_every_row():
    figure = pictures.gallery()
    assert [axes.get_title() for axes in figure.axes] == [row.name for row in ROWS]
    assert all(axes.lines for axes in figure.axes)
    places = [axes.get_position() for axes in figure.axes]
    for number, place in enumerate(places):
        assert 0 <= place.x0 < place.x1 <= 1
        assert 0 <= place.y0 < place.y1 <= 1
        assert not any(place.overlaps(other) for other in places[:number])


def test_families_are_those_of_the_catalogue():
    groups = pictures.families()
    assert all(groups.values())
    assert [activation.name for members in groups.values() for activation in members] == [row.name for row in ROWS]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_plot_writes_a_file(ending, tmp_path, capsys):
    output = tmp_path / f"picture.{ending}"
    assert main(["plot", "Swish", "elu", "relu", "--param", "alpha=0.3", "--output", str(output)]) == 0
    assert str(output) in capsys.readouterr().out
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert output.read_bytes().startswith(start)


def test_the_window_system_is_left_alone(tmp_path):
    main(["plot", "relu", "--output", str(tmp_path / "relu.png")])
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_the_gallery_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["gallery"]) == 0
    assert (tmp_path / "actkernels-gallery.png").stat().st_size < 300_000


def test_parameters_stand_in_the_picture():
    figure = pictures.plot(pictures.with_params([ak.elu, ak.relu], {"alpha": 0.3}))
    texts = [text.get_text() for text in figure.texts]
    assert r"$\alpha = 0.3$" in texts
    assert {"elu", "relu"} <= set(texts)
    curve = figure.axes[0].lines[2].get_xydata()
    assert curve[0, 1] == ak.elu(-4.0, alpha=0.3)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["elu", "--param", "beta=2"], "no parameter 'beta'; there are: alpha"),
        (["relu", "--param", "beta=2"], "no parameter 'beta': relu has none"),
        (["softplus", "--param", "beta=-2"], "beta > 0 is required"),
        (["relu", "--output", "relu.doc"], "its name has to end with one of ."),
        (["relu", "--output", "no/such/folder/relu.png"], "No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_named(arguments, complaint, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["plot", *arguments]) == 2
    assert complaint in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["geluu"], "no activation 'geluu'; did you mean 'gelu'?"),
        ([], "required: NAME"),
        (["elu", "--param", "alpha"], "as in alpha=0.3, not 'alpha'"),
        (["elu", "--param", "alpha=x"], "as in alpha=0.3, not 'alpha=x'"),
    ],
)
def test_what_makes_no_sense_is_named(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["plot", *arguments])
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_without_matplotlib_the_extra_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["plot", "relu"]) == 2
    assert "pip install 'actkernels[plot]'" in capsys.readouterr().err
