"""What bench/accuracy.py reports is so: units, the worst input, what is resumed and what is not."""

import json

import numpy as np
import pytest

import actkernels as ak
from actkernels import reference

LEVELS = list(ak.available_isas())
START = 0x3F000000  # 0.5


@pytest.fixture(scope="session")
def accuracy(bench):
    return bench("accuracy")


@pytest.fixture(autouse=True)
def leave_the_level_alone():
    before = ak.get_isa()
    yield
    ak.set_isa(before)


@pytest.fixture
def sizes(rng):
    anywhere = np.exp2(rng.uniform(-160, 127.9, 500))
    powers = np.exp2(np.arange(-155, 128, 3.0))
    return np.concatenate([anywhere, powers, np.nextafter(powers, 0), [0.0]])


def test_units(accuracy, sizes):
    expected = [float(reference.ulp(size, np.float32)) for size in sizes]
    found = 1 / accuracy.per_unit(sizes.copy(), np.empty_like(sizes))
    np.testing.assert_array_equal(found, expected)


def test_errors_are_those_of_the_oracle(accuracy, sizes, rng):
    exact = np.concatenate([sizes, [accuracy.OVERFLOW, np.nextafter(accuracy.OVERFLOW, 0), 1e39, 1e300]])
    exact *= rng.choice([-1, 1], exact.size)
    exact = exact[~accuracy.at_power_of_two(np.abs(exact) * accuracy.JUST_BELOW, np.abs(exact))]
    oracle = reference.Exact.of(map(float, exact), np.float32)
    with np.errstate(all="ignore"):
        nearest = exact.astype(np.float32)
        results = [nearest, np.nextafter(nearest, np.float32(np.inf)), -nearest, nearest * np.float32(1.001)]
        results += [np.full_like(nearest, value) for value in (np.inf, -np.inf, np.nan, 0)]
        for result in results:
            found, expected = accuracy.careful_error(result, exact, np.abs(exact)), oracle.error(result)
            np.testing.assert_allclose(np.fmin(found, 1e9), np.fmin(expected, 1e9), rtol=1e-6, atol=1e-12)


def test_a_term_that_is_a_power_of_two_needs_no_oracle(accuracy, monkeypatch):
    x = np.exp2(np.linspace(-30, 3, 50)).astype(np.float32)
    sweep, row = accuracy.Sweep("soft_exponential", LEVELS), accuracy.ROW["soft_exponential"]
    assert row.larger_summand == "alpha"
    assert row.parameters == {"alpha": 0.5}
    result, exact = (sweep.compute(sweep.reference, "forward", numbers) for numbers in (x, x.astype(float)))
    result = np.nextafter(result, np.float32(np.inf))
    oracle = reference.expected(row, x)[0].error(result)
    monkeypatch.setattr(accuracy, "settle", None)
    np.testing.assert_allclose(sweep.judge("forward", np.arange(x.size), x, result, exact), oracle, atol=1e-6)


@pytest.fixture
def planted(accuracy, monkeypatch):
    """``planted(pass, bits, change)``: float32 results at the number with these bits are changed."""

    def plant(which, bits, change):
        compute = accuracy.Sweep.compute

        def wrong(self, kernels, what, x, out=None):
            result = compute(self, kernels, what, x, out)
            if x.dtype == np.float32 and what == which:
                at = np.flatnonzero(x.view(np.uint32) == bits)
                result[at] = change(result[at])
            return result

        monkeypatch.setattr(accuracy.Sweep, "compute", wrong)

    return plant


@pytest.mark.parametrize("which", ["forward", "gradient"])
@pytest.mark.parametrize("bits", [START, START + 12345, START + 2**16 - 1])
def test_the_worst_input_is_found(accuracy, planted, which, bits):
    planted(which, bits, lambda y: y + 300 * np.spacing(y))
    found = accuracy.sweep("tanh", LEVELS, START, START + 2**16, 1)
    assert found["inputs"] == 2**16
    for key, (error, where, over) in found["found"].items():
        if key.startswith(which):
            assert (where, over) == (bits, 1)
            assert 299 < error < 302
        else:
            assert error < 3


def test_falls_and_strays_are_counted(accuracy, planted):
    planted("forward", START + 2 * accuracy.BLOCK, lambda y: y * np.float32(0.9))  # the first of a block
    assert list(accuracy.sweep("tanh", LEVELS, START, START + 2**16, 1)["falls"].values()) == [
        [1, START + 2 * accuracy.BLOCK]
    ] * len(LEVELS)
    planted("forward", 0xBF000007, lambda y: y * np.float32(0.9))
    assert list(accuracy.sweep("tanh", LEVELS, 0xBF000000, 0xBF010000, 1)["falls"].values()) == [[1, 0xBF000007]] * len(
        LEVELS
    )
    planted("gradient", 0x7FC00001, np.nan_to_num)
    found = accuracy.sweep("tanh", LEVELS, 0x7F800000, 0x7FFFFFFF, 2**8)
    assert list(found["strays"].values()) == [[0, None]] * len(LEVELS)
    found = accuracy.sweep("tanh", LEVELS, 0x7FC00000, 0x7FC10000, 1)
    assert list(found["strays"].values()) == [[1, 0x7FC00001]] * len(LEVELS)


@pytest.mark.parametrize("bits", [0x41900000, 0x41900007, 0xB3000000, 0xB3000007])  # first of a block, and within
@pytest.mark.parametrize("units", [1, 2])
def test_a_fall_that_the_row_allows_is_none(accuracy, planted, bits, units):
    assert accuracy.ROW["soft_clipping"].max_fall == 1
    away = units if bits & accuracy.SIGN else -units  # the function is flat at these numbers
    planted("forward", bits, lambda y: y + np.float32(away) * np.spacing(y))
    block = bits & -accuracy.BLOCK
    found = accuracy.sweep("soft_clipping", LEVELS, block - accuracy.BLOCK, block + accuracy.BLOCK, 1)
    assert {count for count, _ in found["falls"].values()} == {units - 1}


def test_nan_and_overflow_are_errors(accuracy, planted):
    planted("forward", START, lambda y: y * np.float32(np.nan))
    found = accuracy.sweep("square", LEVELS, START, START + 2**14, 1)
    assert {found["found"][f"forward {level}"][0] for level in LEVELS} == {np.inf}
    found = accuracy.sweep("square", LEVELS, 0x5F000000, 0x60000000, 2**6)  # overflows within
    assert max(found["found"][f"forward {level}"][0] for level in LEVELS) <= 0.5


def test_a_sample_has_one_of_each_run(accuracy, monkeypatch):
    seen = []
    monkeypatch.setattr(accuracy.Sweep, "block", lambda self, bits: seen.append(bits.copy()))
    found = accuracy.sweep("relu", LEVELS, START, START + 2**24, 64)
    bits = np.concatenate(seen)
    assert found["inputs"] == bits.size == 2**18
    np.testing.assert_array_equal(bits // 64, START // 64 + np.arange(2**18))
    assert np.ptp(np.bincount(bits % 64)) < 600


def test_every_number_is_in_one_task(accuracy):
    plan = accuracy.measure_float32(accuracy.ROW["relu"], LEVELS, 1)
    (check,) = next(plan)
    tasks = plan.send([accuracy.run_task(check)])
    starts, stops = zip(*((start, stop) for _, _, _, start, stop, _ in tasks), strict=True)
    assert starts == (0, *stops[:-1])
    assert stops[-1] == 2**32
    subnormals = [(start, stop) for start, stop in zip(starts, stops, strict=True) if start % 2**31 <= 2**23]
    assert subnormals == [(0, 2**23 + 1), (2**31, 2**31 + 2**23 + 1)]


def test_a_wrong_reference_is_refused(accuracy):
    plan = accuracy.measure_float32(accuracy.ROW["tanh"], LEVELS, 1)
    next(plan)
    wrong = {"found": {"forward x86_64_v3": [17.0, "0x1p+0", 1]}}
    with pytest.raises(accuracy.NotMeasuredError, match=r"tanh.*17 ULP off at x = 0x1p\+0"):
        plan.send([wrong])


def test_the_sweep_has_to_agree_with_mpmath(accuracy):
    found = accuracy.sweep("tanh", LEVELS, START, START + 2**14, 1)["found"]["forward " + LEVELS[0]]
    row = accuracy.ROW["tanh"]
    confirmed = accuracy.confirmed(row, LEVELS[0], "forward", accuracy.Worst(*found))
    assert confirmed["ulp"] == pytest.approx(found[0], rel=1e-3)
    with pytest.raises(accuracy.NotMeasuredError, match="by the sweep"):
        accuracy.confirmed(row, LEVELS[0], "forward", accuracy.Worst(found[0] + 0.1, found[1]))


def test_where_to_look_closely(accuracy):
    near = np.array(accuracy.roots(accuracy.ROW["gelu"]), np.uint32).view(np.float32)
    assert np.abs(near + 0.7517916).min() < 1e-6
    assert accuracy.neighbourhoods([5]) == [[0, 5 + accuracy.NEIGHBOURS // 2]]
    assert len(accuracy.neighbourhoods([START, START + 10, START - 2**20])) == 2
    assert accuracy.parted(2**31 + 5, 2**31 + 2**24) == [
        (2**31 + 5, 2**31 + 2**23 + 1),
        (2**31 + 2**23 + 1, 2**31 + 2**24),
    ]
    assert accuracy.parted(5, 2**20) == [(5, 2**20)]
    assert accuracy.parted(2**24, 2**25) == [(2**24, 2**25)]
    hard_sigmoid = accuracy.beside_kinks(accuracy.ROW["hard_sigmoid"])
    assert np.float32(-3) in hard_sigmoid
    assert np.float32(3) in hard_sigmoid


# ---- going on after an interruption ---------------------------------------------------------------------------


ran = []


def task_of_the_test(name, number):
    ran.append(number)
    return {"inputs": 1, "found": number}


def test_what_is_known_is_not_measured_again(accuracy, tmp_path):
    path, row, outcomes, advances = tmp_path / "partial", accuracy.ROW["relu"], [], []

    def plan(count):
        first = yield [(task_of_the_test, "relu", number) for number in range(count)]
        nothing = yield []
        second = yield [(task_of_the_test, "relu", result["found"] + 100) for result in first]
        return [result["found"] for result in first + nothing + second]

    for count, new in ((2, 4), (2, 0), (3, 2)):
        partial = accuracy.Partial(path)
        ran.clear()
        plans, report = [(row, plan(count))], lambda row, outcome: outcomes.append(outcome)
        accuracy.measure(plans, 1, partial, report, advances.append)
        assert outcomes.pop() == [*range(count), *range(100, 100 + count)]
        assert len(ran) == new
        assert sum(advances) == 2 * count
        advances.clear()
        with path.open("a") as file:
            file.write('\n{"task": "[half of')


def failing_task(name, number):
    raise ArithmeticError("does not settle")


def test_a_row_that_fails_does_not_stop_the_others(accuracy, tmp_path):
    def plan(*tasks):
        results = yield tasks
        return len(results)

    outcomes = {}
    plans = [
        (
            accuracy.ROW["relu"],
            plan((failing_task, "relu", 1), (failing_task, "relu", 2), (task_of_the_test, "relu", 3)),
        ),
        (accuracy.ROW["elu"], plan((task_of_the_test, "elu", 1))),
    ]
    partial = accuracy.Partial(tmp_path / "partial")
    accuracy.measure(
        plans, 1, partial, lambda row, outcome: outcomes.setdefault(row.name, outcome), lambda inputs: None
    )
    assert outcomes["elu"] == 1
    assert isinstance(outcomes["relu"], accuracy.NotMeasuredError)
    assert str(outcomes["relu"]) == "relu: does not settle"


def test_other_kernels_are_measured_anew(accuracy, tmp_path, monkeypatch):
    task = (task_of_the_test, "relu", 1)
    accuracy.Partial(tmp_path / "partial").put(task, {"inputs": 1})
    assert accuracy.Partial(tmp_path / "partial").get(task)
    assert accuracy.fingerprint("relu", subnormal=False) != accuracy.fingerprint("tanh", subnormal=False)
    monkeypatch.setattr(accuracy, "fingerprint", lambda name, subnormal: "other")
    assert accuracy.Partial(tmp_path / "partial").get(task) is None


def test_only_subnormal_inputs_depend_on_their_replacement(accuracy, tmp_path, monkeypatch):
    tasks = {
        "normal": (accuracy.sweep, "tanh", LEVELS, 2**31 + accuracy.SUBNORMAL, 2**31 + 2**26, 64),
        "subnormal": (accuracy.sweep, "tanh", LEVELS, 2**31, 2**31 + accuracy.SUBNORMAL, 64),
        "float64": (accuracy.against_definition, "tanh", LEVELS, "float64", 1, 100),
        "subnormal float64": (accuracy.against_definition, "tanh", LEVELS, "subnormal", 1, 100),
    }
    for task in tasks.values():
        accuracy.Partial(tmp_path / "partial").put(task, {"inputs": 1})
    code = accuracy.sources.code
    monkeypatch.setattr(accuracy.sources, "code", lambda name: "other" if name == "passes.h" else code(name))
    accuracy.fingerprint.cache_clear()
    known = accuracy.Partial(tmp_path / "partial")
    assert [name for name, task in tasks.items() if known.get(task)] == ["normal", "float64"]
    accuracy.fingerprint.cache_clear()


def test_subnormals_are_measured_with_each_row(accuracy):
    plan = accuracy.measure_float64(accuracy.ROW["tanh"], LEVELS, 100)
    results = [accuracy.run_task((*task[:-1], 100)) for task in next(plan)]
    with pytest.raises(StopIteration) as end:
        plan.send(results)
    assert end.value.value["inputs"] == 200
    x = accuracy.subnormals(0, 100)
    assert (np.abs(x) < np.finfo(float).tiny).all()
    assert not (np.abs(accuracy.points(accuracy.ROW["tanh"], np.float64, 1, 10**5)) < np.finfo(float).tiny).any()


@pytest.mark.parametrize(
    ("caller", "called", "inside"),
    [
        ("elu", "expm1_tail", True),
        ("exponential", "EXP_TINY", True),
        ("relu", "expm1_tail", False),
        ("gelu_tanh", "growth_gate_gradient", True),
        ("arctan", "atan_tail", True),
        ("snake", "reduce_product", True),
        ("sinc", "PIO2_1", True),
    ],
)
def test_a_row_depends_on_what_its_formulas_reach(bench, caller, called, inside):
    assert (called in bench("sources").reached(caller, subnormal=False)) == inside


def test_flags_are_those_of_the_build(bench, tmp_path, monkeypatch):
    sources = bench("sources")
    flags = sources.flags()
    assert all(flag in flags for flag in ("-O3", "-march=x86-64-v4", "-ffp-contract=off", "-fno-split-paths"))
    assert "Wl" not in flags
    setup = (sources.ROOT / "setup.py").read_text()
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    starts = {"OTHERS = MATH_FLAGS = ": True, "OTHERS = 1\nMATH_FLAGS = ": True, "MATH_FLAGS = ['-g'] + ": False}
    for changed, same in starts.items():
        (tmp_path / "setup.py").write_text(setup.replace("MATH_FLAGS = ", changed, 1))
        assert (sources.flags.__wrapped__() == flags) == same


def test_every_row_is_found_in_the_sources(accuracy, bench):
    assert all(row in bench("sources").definitions() for row in accuracy.ROW)


def test_results_of_other_rows_are_kept(accuracy, monkeypatch):
    results = {"rows": {}}
    accuracy.merge(results, "tanh", "float32", {"inputs": 1})
    accuracy.merge(results, "relu", "float32", {"inputs": 2})
    accuracy.merge(results, "relu", "float64", {"inputs": 3})
    assert list(results["rows"]) == ["relu", "tanh"]
    assert results["rows"]["relu"]["float32"]["inputs"] == 2
    monkeypatch.setattr(accuracy, "fingerprint", lambda name, subnormal: "other")
    accuracy.merge(results, "relu", "float64", {"inputs": 4})
    assert "float32" not in results["rows"]["relu"]


def test_from_the_command_line(accuracy, monkeypatch, tmp_path, capsys):
    class NoBar:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        add_task = advance = lambda *_, **__: None
        print = print

    output = tmp_path / "accuracy.json"
    monkeypatch.setattr(accuracy, "check_built", lambda: None)  # the sources here may be a later copy
    monkeypatch.setattr(accuracy, "progress_bar", NoBar)
    rows = ["--rows", "relu", "silu", "--processes", "1", "--output", str(output)]
    monkeypatch.setattr("sys.argv", ["accuracy.py", *rows, "--every", str(2**18)])
    assert accuracy.main() == 0
    monkeypatch.setattr("sys.argv", ["accuracy.py", *rows, "--float64", "100"])
    assert accuracy.main() == 0
    results = json.loads(output.read_text())
    table = accuracy.table(results)
    assert "| relu | 0.00 " in table  # once, or for each level
    assert "float64, CPU level" in table
    for kind, which in (("float32", "forward"), ("float64", "gradient")):
        for found in results["rows"]["silu"][kind][which].values():
            assert 0.4 < found["ulp"] < 4
            x = np.array([float.fromhex(found["worst"])], kind)
            assert abs(float(x[0])) > 0
    results["rows"]["silu"]["float32"]["gradient"][LEVELS[0]] |= {"ulp": 4.5, "over": 7}
    output.write_text(json.dumps(results))
    (line,) = accuracy.broken(results, ["relu", "silu"], "float32")
    assert line.startswith(f"silu float32 gradient {LEVELS[0]}: 4.5 ULP")


def test_without_rich_the_message_says_what_to_install(accuracy, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rich.progress", None)
    with pytest.raises(SystemExit, match=r"pip install 'actkernels\[bench\]'"):
        accuracy.progress_bar()
