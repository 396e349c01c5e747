"""Type checkers know what the functions give, and find nothing to say about the code that the documentation shows."""

import doctest
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import actkernels as ak

ROOT = Path(__file__).resolve().parent.parent
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))] if page.is_file()]

USED = """
from typing import Any, assert_type

import actkernels as ak
import numpy as np
from actkernels import Activation_layer, activations
from numpy.typing import NDArray

single, double = np.zeros(3, np.float32), np.zeros(3)
assert_type(ak.gelu(single).dtype, np.dtype[np.float32])
assert_type(ak.elu(double, alpha=2).dtype, np.dtype[np.float64])
assert_type(ak.gelu(double, out=single).dtype, np.dtype[np.float32])
assert_type(ak.gelu(np.arange(3)), NDArray[np.float64])
assert_type(ak.gelu(single, dtype=np.float64), Any)
assert_type(ak.gelu([1, 2]), Any)
assert_type(ak.gelu.backward(single, x=single).dtype, np.dtype[np.float32])
assert_type(ak.tanh.backward(double, y=single, out=double).dtype, np.dtype[np.float64])
assert_type(ak.gelu.gradient(x=single).dtype, np.dtype[np.float32])
assert_type(ak.tanh.gradient(y=double, out=single).dtype, np.dtype[np.float32])
assert_type(ak.get("Swish"), ak.Activation)
assert_type(ak.ACTIVATIONS["gelu"](single).dtype, np.dtype[np.float32])
assert_type(ak.elu.with_params(alpha=2.0), ak.Activation)
assert_type(ak.gelu.ufunc, np.ufunc)
assert_type(ak.ufuncs.gelu_backward_x, np.ufunc)
assert_type(ak.__version__, str)


def halved(x: NDArray[np.float16]) -> NDArray[np.float16]:
    return ak.relu(x)


@ak.threads(2)
def threaded() -> int:
    return ak.get_num_threads()


layer = Activation_layer(activation=activations.LeakyRelu(alpha=0.2))
layer.forward(inpt=single, copy=False).backward(single)
layer.delta[...] = 1.0
assert_type(layer, ak.Activation_layer)
assert_type(layer.out_shape, tuple[int, ...] | None)
print(layer.output.shape, activations.Relu.activate(single))
"""

MISTAKES = ["ak.geluu", "ak.activations.Reluu()", "ak.ufuncs.geluu", "ak.activations.LeakyRelu(alhpa=1)", "ak.get(1).x"]


def mypy(folder, *arguments):
    pytest.importorskip("mypy", reason="mypy is not installed")
    package = Path(ak.__file__).parents[1]
    installed = package == Path(sysconfig.get_path("purelib"))
    environment = {**os.environ, "MYPYPATH": "" if installed else str(package)}
    command = [sys.executable, "-m", "mypy", "--config-file=", "--follow-imports=silent", "--ignore-missing-imports"]
    return [*command, *arguments, "."], environment


def pyright(folder, *arguments):
    program = shutil.which("basedpyright", path=Path(sys.executable).parent) or shutil.which("basedpyright")
    if not program:
        pytest.skip("basedpyright is not installed")
    (folder / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "standard", "extraPaths": ["{Path(ak.__file__).parents[1].as_posix()}"],'
        ' "reportMissingImports": false, "reportPossiblyUnboundVariable": false}'
    )
    return [program, "--pythonpath", sys.executable], {**os.environ}


def run(checker, folder, *arguments):
    command, environment = checker(folder, *arguments)
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return result.stdout


@pytest.fixture(params=[mypy, pyright])
def checker(request):
    return request.param


def test_results_are_known(checker, tmp_path):
    (tmp_path / "used.py").write_text(USED)
    output = run(checker, tmp_path, *["--strict"] * (checker is mypy))
    assert re.search(r"Success|^0 errors, 0 warnings", output, re.MULTILINE), output


def test_mistakes_are_found(checker, tmp_path):
    (tmp_path / "mistakes.py").write_text("\n".join(["import actkernels as ak", *MISTAKES, ""]))
    output = run(checker, tmp_path)
    found = {int(line) for line in re.findall(r"mistakes\.py:(\d+):.*error", output)}
    assert found == set(range(2, len(MISTAKES) + 2)), output


def right_lines(block):
    """What a dialogue types in, but for what shows an error."""
    examples = doctest.DocTestParser().get_examples(block)
    return "".join(example.source for example in examples if not example.exc_msg)


def test_code_of_the_documentation(checker, tmp_path):
    for page in PAGES:
        blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
        code = [right_lines(block) if ">>>" in block else block for block in blocks]
        (tmp_path / f"{page.stem}_page.py").write_text("\n".join(code))
    output = run(checker, tmp_path, *["--check-untyped-defs"] * (checker is mypy))
    assert re.search(r"Success|^0 errors", output, re.MULTILINE), output
