"""The CPU level: chosen by the machine, by the user or by the environment, and never beyond what the CPU runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import actkernels as ak
from actkernels import _cpu, dispatch


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_best_level_is_chosen():
    result = run("import actkernels as ak; print(ak.get_isa())", ACTKERNELS_ISA="")
    assert result.stdout.strip() == ak.available_isas()[0]


def test_levels_end_with_the_one_that_runs_anywhere():
    assert ak.available_isas()[-1] == "baseline"


def test_set_isa_switches(isa):
    assert ak.get_isa() == isa
    assert ak.relu(np.array([-1.0, 1.0])).tolist() == [0, 1]


def test_environment_chooses(isa):
    result = run("import actkernels as ak; print(ak.get_isa())", ACTKERNELS_ISA=isa)
    assert result.stdout.strip() == isa, result.stderr


def test_unknown_level_lists_those_that_there_are():
    before = ak.get_isa()
    expected = f"CPU level 'sse9' is not available; available here are: {', '.join(ak.available_isas())}"
    with pytest.raises(ValueError, match=re.escape(expected)):
        ak.set_isa("sse9")
    assert ak.get_isa() == before
    result = run("import actkernels", ACTKERNELS_ISA="sse9")
    assert result.returncode
    assert f"ValueError: environment variable ACTKERNELS_ISA: {expected}" in result.stderr


def test_only_the_chosen_module_is_imported(isa):
    code = "import sys, actkernels; print(*sorted(name for name in sys.modules if '_kernels_' in name))"
    assert run(code, ACTKERNELS_ISA=isa).stdout.split() == [f"actkernels._kernels_{isa}"]


def test_a_level_that_the_cpu_lacks_is_never_imported():
    code = """
import importlib.abc, sys

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("actkernels._kernels_x86"):
            raise AssertionError(f"{name} was looked for")

sys.meta_path.insert(0, Refuse())
from unittest import mock
import importlib.util
import types

cpu = types.ModuleType("actkernels._cpu")
cpu.supported = lambda: ("baseline",)
cpu.processor = lambda: (True, True)
sys.modules["actkernels._cpu"] = cpu
import actkernels as ak

assert ak.available_isas() == ("baseline",)
assert ak.get_isa() == "baseline"
try:
    ak.set_isa("x86_64_v3")
except ValueError as error:
    print(error)
"""
    result = run(code, ACTKERNELS_ISA="")
    assert result.stdout.strip() == "CPU level 'x86_64_v3' is not available; available here are: baseline", (
        result.stderr
    )


@pytest.mark.computed
def test_levels_give_results_within_the_same_bounds(row, dtype, rng, make_operation):
    x = rng.normal(scale=3, size=1000).astype(dtype)
    activation = make_operation(row, "forward").activation
    before, results = ak.get_isa(), []
    try:
        for level in ak.available_isas():
            ak.set_isa(level)
            results.append(activation(x).astype(float))
    finally:
        ak.set_isa(before)
    spacing = np.spacing(np.abs(results[0]).astype(dtype)).astype(float)
    for result in results[1:]:
        assert (np.abs(result - results[0]) <= 2 * getattr(row.max_ulp, dtype.__name__) * spacing).all()


def test_modules_built_for_another_catalogue_are_refused(monkeypatch):
    monkeypatch.setattr(dispatch, "ROWS", dispatch.ROWS[1:])
    with pytest.raises(ImportError, match=r"was built for another catalogue .* build the package again"):
        dispatch.kernels_of("baseline")


def test_processors_are_told_apart():
    described = Path("/proc/cpuinfo")
    if not described.exists():
        pytest.skip("the system does not say which processor this is")
    said = dict(map(str.strip, line.split(":", 1)) for line in described.read_text().splitlines() if ":" in line)
    zen = said.get("vendor_id") in ("AuthenticAMD", "HygonGenuine") and int(said["cpu family"]) >= 23
    assert _cpu.processor() == ((False, False) if zen else (True, True))
