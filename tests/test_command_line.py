"""``python -m actkernels``: what people and programs see of `info` and `bench`."""

import json
import subprocess
import sys

import pytest

import actkernels as ak
from actkernels.__main__ import main


def test_info_lists_every_activation(capsys):
    assert main(["info"]) == 0
    printed = capsys.readouterr().out
    assert ak.get_isa() in printed
    assert all(f"\n{name} " in printed for name in ak.ACTIVATIONS)


def test_info_for_programs(capsys):
    assert main(["info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["activations"]) == list(ak.ACTIVATIONS)
    assert found["threads"] == ak.get_num_threads()


def test_bench_prints_a_table(capsys):
    assert main(["bench", "relu", "Swish", "--size", "100", "--threads", "1"]) == 0
    printed = capsys.readouterr().out
    assert "float32, 100 elements" in printed
    assert "1 threads" in printed
    for name in ("relu", "silu", "copying"):
        assert f"\n{name} " in printed


@pytest.mark.parametrize("kind", ["float16", "float64"])
def test_bench_for_programs(kind, capsys):
    assert main(["bench", "tanh", "--size", "100", "--dtype", kind, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["dtype"], found["size"]) == (kind, 100)
    assert [row["name"] for row in found["activations"]] == ["tanh"]
    assert found["activations"][0]["forward"] > 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bench", "geluu"], "did you mean 'gelu'"),
        (["bench", "--size", "0"], "at least 1, not 0"),
        (["bench", "--threads", "-2"], "at least 1, not -2"),
        (["bench", "--dtype", "int8"], "invalid choice: 'int8'"),
        (["bench", "--size", "1e6"], "at least 1, not 1e6"),
    ],
)
def test_what_cannot_be_used_is_named(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_without_a_command_all_are_listed(capsys):
    assert main([]) == 2
    listed = capsys.readouterr().err
    assert all(f"\n    {command} " in listed for command in ("demo", "plot", "gallery", "bench", "info"))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise")
def test_who_reads_may_stop():
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "actkernels", "info"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
