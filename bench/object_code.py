"""The kernels as the processor sees them: instructions of loaded object files, read by objdump."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

from actkernels import _engine, dispatch
from actkernels.catalogue import ROWS, Row

REGISTER = {"x86_64_v4": "zmm", "x86_64_v3": "ymm", "baseline": "xmm"}
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t(\S.*?)\s*(?:#.*)?$")
JUMP = re.compile(r"^(?:bnd |notrack )?j\w+\s+([0-9a-f]+)\b")


@cache
def instructions(path: str) -> dict[int, str]:
    """{address: instruction} of an object file, in order."""
    dump = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", "-M", "att", path], capture_output=True, text=True, check=True
    ).stdout
    return {int(match[1], 16): match[2] for match in map(INSTRUCTION.match, dump.splitlines()) if match}


def function_at(code: dict[int, str], address: int) -> dict[int, str]:
    """{address: instruction} of the function at an address: all up to the return that no jump passes."""
    addresses = sorted(code)
    position = addresses.index(address)
    if jump := JUMP.match(code[address]):  # GCC found an identical function and merged the two
        return function_at(code, int(jump[1], 16))
    body: dict[int, str] = {}
    end = address
    for here in addresses[position:]:
        body[here] = code[here]
        if jump := JUMP.match(code[here]):
            end = max(end, int(jump[1], 16))
        leaves = code[here].startswith(("ret", "jmp", "notrack jmp")) or code[here].endswith("ret")
        if leaves and here >= end:
            return body
    raise AssertionError(f"no end of the function at {address:#x}")


def innermost_loops(body: dict[int, str]) -> list[list[str]]:
    """The instructions of each loop of a function that has no other loop in it, in the order of their addresses."""
    ends: dict[int, int] = {}
    for here, line in body.items():
        if (jump := JUMP.match(line)) and (start := int(jump[1], 16)) in body and start <= here:
            ends[start] = here
    inner = {start: end for start, end in ends.items() if not any(start < other <= end for other in ends)}
    return [[line for here, line in body.items() if start <= here <= end] for start, end in inner.items()]


@cache
def load_base(path: str) -> int:
    """Where a loaded object file begins in memory."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    return min(int(line.partition("-")[0], 16) for line in maps if line.endswith(path))


def kernels(row: Row, level: str, usual: bool) -> dict[tuple[str, str], dict[int, str]]:
    """The instructions of each kernel of a row, by its pass and dtype: those for usual inputs or those for any."""
    module = dispatch.kernels_of(level)
    assert module.__file__ is not None
    path = os.path.realpath(module.__file__)
    paths = [path, path.replace("_kernels_", "_usual_")]  # a kernel that looks up serves as both, from the first
    addresses = _engine.kernel_addresses(module.kernels, ROWS.index(row), usual)
    found = {}
    for key, address in addresses.items():
        here = next(path for path in paths if address - load_base(path) in instructions(path))
        found[key] = function_at(instructions(here), address - load_base(here))
    return found
