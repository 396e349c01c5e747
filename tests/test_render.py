"""The build refuses a table and formulas that do not belong together, and types what people write."""

import dataclasses
import importlib.util
from pathlib import Path

import pytest

from actkernels.catalogue import ROWS, Row, spelling

SRC = Path(__file__).resolve().parent.parent / "src"
if not SRC.is_dir():
    pytest.skip("the sources are not here: this tests the build", allow_module_level=True)

FORMULAS = """
cdef inline real half(real x, double scale) noexcept nogil:
    return scale * 0.5 * x

cdef inline real half_gradient(real x, double scale) noexcept nogil:
    return scale * 0.5

cdef inline real half_gradient_y(real y, double scale) noexcept nogil:
    return scale * 0.5
"""
HALF = Row("half", "scale * x / 2", "Half.", parameters={"scale": 1.0}, from_output="True")


@pytest.fixture(scope="module")
def render():
    spec = importlib.util.spec_from_file_location("render", SRC / "render.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def formulas_of(render):
    """The formulas as they are in the repository."""
    return (SRC / "formulas.pxd").read_text()


def test_the_table_and_the_formulas_agree(render):
    render.check(ROWS, formulas_of(render))


def test_what_agrees_is_accepted(render):
    render.check([HALF], FORMULAS)


@pytest.mark.parametrize("name", ["half", "half_gradient", "half_gradient_y"])
def test_a_row_without_its_formula(render, name):
    with pytest.raises(ValueError, match=f"catalogue.py has the row 'half', formulas.pxd no formula {name!r}"):
        render.check([HALF], FORMULAS.replace(f"real {name}(", "real other("))


def test_a_formula_without_a_row(render):
    with pytest.raises(
        ValueError, match=r"formulas\.pxd has half, half_gradient, half_gradient_y, catalogue\.py no row"
    ):
        render.check([], FORMULAS)


def test_a_gradient_from_the_output_that_the_row_denies(render):
    row = dataclasses.replace(HALF, from_output="False")
    with pytest.raises(ValueError, match=r"formulas\.pxd has half_gradient_y, catalogue\.py no row"):
        render.check([row], FORMULAS)


@pytest.mark.parametrize("parameters", [{}, {"other": 1.0}, {"scale": 1.0, "more": 2.0}])
def test_parameters_of_the_formula_differ_from_the_row(render, parameters):
    row = dataclasses.replace(HALF, parameters=parameters)
    with pytest.raises(ValueError, match=r"formula 'half' takes the parameters \['scale'\], its row says"):
        render.check([row], FORMULAS)


def test_parameters_in_another_order(render):
    two = FORMULAS.replace("double scale", "double scale, double shift")
    row = dataclasses.replace(HALF, parameters={"shift": 0.0, "scale": 1.0})
    with pytest.raises(ValueError, match="takes the parameters"):
        render.check([row], two)


def test_a_formula_is_told_of_far_angles_where_its_row_has_a_frequency(render):
    wave, told = dataclasses.replace(HALF, frequency="scale"), FORMULAS.replace("scale) no", "scale, bint far) no")
    render.check([wave], told)
    with pytest.raises(ValueError, match=r"formula 'half' takes the parameters \['scale'\], its row says .*'far'"):
        render.check([wave], FORMULAS)
    with pytest.raises(ValueError, match=r"formula 'half' takes the parameters \['scale', 'far'\], its row says"):
        render.check([HALF], told)


@pytest.mark.parametrize(
    "definition",
    [
        "cdef inline double shared(double x) noexcept nogil:",
        "cdef real shared(real x) noexcept nogil:",
        "cdef inline real shared(real x, float slope) noexcept nogil:",
        "cdef inline real shared(real x):",
    ],
)
def test_a_formula_that_is_written_otherwise(render, definition):
    with pytest.raises(ValueError, match="shared: a formula is written"):
        render.check([HALF], f"{FORMULAS}\n{definition}\n    return x\n")


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("1 - y", "<real>1 - y"),
        ("x * 0.5 + 1e-3", "x * <real>0.5 + <real>1e-3"),
        ("-4 if x1 > 4 else 3", "-<real>4 if x1 > <real>4 else <real>3"),
        ("f(2, g(3))  # 5 of 7", "f(<real>2, g(<real>3))  # 5 of 7"),
        ("a2 + b_3", "a2 + b_3"),
        ("0x10 + 1.", "<real>0x10 + <real>1."),
    ],
)
def test_numbers_get_the_type_of_the_array(render, written, typed):
    assert render.type_literals(f"return {written}\n") == f"return {typed}\n"


def test_typing_touches_nothing_but_numbers(render):
    text = formulas_of(render)
    assert render.type_literals(text).replace("<real>", "") == text.replace("<real>", "")


def test_rendering(render, tmp_path):
    pytest.importorskip("Cython", reason="Cython renders, and is not installed")
    modules = render.render(tmp_path, ["one", "two"])
    names = [f"_{kind}_{level}.pyx" for level in ("one", "two") for kind in ("kernels", "usual")]
    assert [module.name for module in modules] == names
    text, usual, other, other_usual = (module.read_text() for module in modules)
    assert (text.replace("_one", "_two"), usual) == (other, other_usual)
    assert "{{" not in text + usual
    for row in ROWS:
        assert f"cdef void {row.name}_f32(" in text
        assert (f"cdef void {row.name}_f32(" in usual) == row.has_usual_kernels
        assert f"cdef void {row.name}_gradient_f64(" in text
        assert (f" {row.name}_gradient_y_f32(" in text) == row.has_gradient_y


def test_unchanged_files_keep_their_time(render, tmp_path):
    pytest.importorskip("Cython", reason="Cython renders, and is not installed")
    module, _ = render.render(tmp_path, ["one"])
    before = module.stat().st_mtime_ns
    render.render(tmp_path, ["one"])
    assert module.stat().st_mtime_ns == before


# ---- the table by itself --------------------------------------------------------------------------------------


def test_rows_are_well_formed(row):
    assert row.name.isidentifier()
    assert row.name == row.name.lower()
    assert row.doc.endswith(".")
    names = {"__builtins__": {}, "x": 1.0, **row.parameters}
    for condition in (*row.requires, row.from_output):
        assert eval(condition, names) in (True, False)
    assert not row.frequency or eval(row.frequency, names) > 0
    for kink in row.kinks:
        float(eval(kink, names))
    for fixed in [*row.aliases.values(), *row.numpynet.values()]:
        assert fixed.keys() <= row.parameters.keys()
    assert all(isinstance(value, float) for value in row.parameters.values())
    assert row.max_ulp.float32 <= 2
    assert row.max_ulp.float64 <= 2
    assert row.max_ulp.gradient <= 4


def test_a_name_names_one_row():
    assert len({spelling(row.name) for row in ROWS}) == len(ROWS)
