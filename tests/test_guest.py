"""A good guest: nothing of the process that we live in is changed, printed, started or kept waiting."""

import ctypes
import ctypes.util
import os
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

import actkernels as ak
from actkernels.catalogue import ROWS

INVALID, DIVIDE, OVERFLOW, UNDERFLOW = 0x01, 0x04, 0x08, 0x10  # <fenv.h> on x86
FLUSH_TO_ZERO = 0x8040  # in MXCSR: subnormal results and operands become 0
LINUX_X86_64 = sys.platform == "linux" and os.uname().machine == "x86_64"


def fresh(code, *arguments, environment=None):
    """Run code in a fresh process and return what it printed; nothing may appear on stderr."""
    command = [sys.executable, "-P", *arguments, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert not result.stderr, result.stderr
    assert not result.returncode
    return result.stdout


def test_import_prints_and_warns_nothing():
    assert fresh("import numpy as np; np.seterr(all='raise'); import actkernels", "-W", "error") == ""


def test_import_starts_no_thread():
    if not os.path.isdir("/proc/self/task"):
        pytest.skip("counts threads in /proc/self/task, which this system lacks")
    code = """
import os, numpy
before = len(os.listdir("/proc/self/task"))
import actkernels as ak
print(len(os.listdir("/proc/self/task")) - before)
"""
    assert fresh(code).split() == ["0"]


def test_import_brings_in_nothing_but_numpy():
    code = "import sys, actkernels; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = set(fresh(code).split())
    assert not loaded & {"mpmath", "gmpy2", "scipy", "matplotlib", "pytest", "Cython", "setuptools", "hypothesis"}


def test_import_changes_no_state_of_the_process():
    code = """
import locale, logging, os, signal, sys, threading, warnings
import numpy as np

def state():
    return (
        [signal.getsignal(number) for number in signal.valid_signals()], logging.root.handlers[:],
        warnings.filters[:], dict(os.environ), np.geterr(), np.get_printoptions(), locale.setlocale(locale.LC_ALL),
        sys.getrecursionlimit(), sys.getswitchinterval(), threading.active_count(), sys.path[:],
        np.random.get_state()[1].tolist(), os.getcwd(),
    )

before = state()
import actkernels as ak
ak.gelu.backward(np.ones(100_000), x=np.linspace(-100, 100, 100_000))
print(state() == before)
"""
    assert fresh(code).split() == ["True"]


def test_import_takes_milliseconds(tmp_path):
    # of this thread: those that NumPy's BLAS has just started spin for a while
    code = """
import time, numpy
start = time.thread_time()
import actkernels
print(time.thread_time() - start)
"""
    # compiled to bytecode once, as for users, whatever the environment of the tests says
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    first, *times = (float(fresh(code, environment=environment)) for _ in range(8))
    assert list(tmp_path.rglob("catalogue*.pyc"))
    assert min(times) < 0.030, (first, times)


def test_calls_warn_and_raise_nothing(row, dtype, isa, operation, params, rng, assorted, make_operation):
    run = make_operation(row, operation, params)
    if run.from_output and not eval(row.from_output, {}, dict(params)):
        return
    operands = run.operands(assorted(rng, 300, dtype), assorted(rng, 300, dtype))
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for call in run.paths.values():
            call(*operands)
            call(*(operand[::3] for operand in operands))


def libm():
    name = ctypes.util.find_library("m")
    if not (name and LINUX_X86_64):
        pytest.skip("reads the floating-point state with the C library of Linux on x86-64")
    return ctypes.CDLL(name)


def test_status_flags_and_control_word_are_left_as_found(row, dtype, isa, operation, rng, assorted, make_operation):
    fenv = libm()
    environment = (ctypes.c_uint32 * 8)()  # the x87 state in 28 bytes, then MXCSR

    def control():
        fenv.fegetenv(environment)
        return environment[0] & 0xFFFF, environment[7] & ~0x3F

    run = make_operation(row, operation)
    operands = run.operands(assorted(rng, 300, dtype), assorted(rng, 300, dtype))
    out, every = np.empty_like(operands[0]), INVALID | DIVIDE | OVERFLOW | UNDERFLOW
    before = control()
    assert not before[1] & FLUSH_TO_ZERO
    for raised in (0, OVERFLOW, INVALID | UNDERFLOW):
        fenv.feclearexcept(every)
        fenv.feraiseexcept(raised)
        run(*operands, out=out)
        after = fenv.fetestexcept(every)
        fenv.feclearexcept(every)
        assert after == raised
    assert control() == before


@pytest.mark.parametrize("rounding", [0x400, 0x800, 0xC00])
def test_another_rounding_mode_is_kept(rounding):
    fenv = libm()
    x = np.linspace(-3, 3, 100)
    try:
        fenv.fesetround(rounding)
        for activation in ak.ACTIVATIONS.values():
            activation(x)
        assert fenv.fegetround() == rounding
    finally:
        fenv.fesetround(0)


def test_gil_is_released_while_a_large_array_is_computed(dtype, make_operation):
    run = make_operation(ROWS[0], "backward_x")
    operands = run.operands(np.linspace(-3, 3, 2_000_000, dtype=dtype))
    out = np.empty_like(operands[0])
    run(*operands, out=out)
    go, ran = threading.Event(), []

    def other():
        go.wait()
        ran.append(True)

    thread = threading.Thread(target=other)
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(60)  # the interpreter itself would not switch before
        thread.start()
        go.set()
        deadline = time.perf_counter() + 10
        while not ran and time.perf_counter() < deadline:
            run(*operands, out=out)
        in_time = bool(ran)
        thread.join()
    finally:
        sys.setswitchinterval(before)
    assert in_time
