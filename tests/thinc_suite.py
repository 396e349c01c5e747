"""thinc's own tests of its backends and layers, with the backend of this package.

    python tests/thinc_suite.py

Arguments go to pytest. Needs thinc, with this package installed, pytest, hypothesis and mock; with PyTorch, thinc
compares the activations with PyTorch's as well.
"""

import os
import sys

import pytest
from thinc.api import get_current_ops, get_ops, set_current_ops

from actkernels.integrations.thinc import ActkernelsOps

TESTS = ["thinc.tests.backends.test_ops", "thinc.tests.layers", "thinc.tests.model"]
calls = {}


def count(name):
    """Count the calls of a method, without a change of its signature."""
    method = getattr(ActkernelsOps, name)
    calls[name] = 0

    def call(self, *arguments, **keywords):
        calls[name] += 1
        return method(self, *arguments, **keywords)

    call.__wrapped__ = method  # thinc's tests look at signatures
    setattr(ActkernelsOps, name, call)


class OursAlone:
    """Run what thinc runs for each of its backends for ours alone, and everything else while ours is chosen."""

    def __init__(self, ops):
        self.ops = ops

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc):
        for name in ("ALL_OPS", "XP_OPS", "CPU_OPS"):  # lists that its decorators refer to
            if hasattr(metafunc.module, name):
                getattr(metafunc.module, name)[:] = [self.ops]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        set_current_ops(self.ops)


def main(*arguments):
    ours, before = get_ops("actkernels"), get_current_ops()
    assert isinstance(ours, ActkernelsOps)
    for name, method in list(vars(ActkernelsOps).items()):
        if callable(method) and not name.startswith("_"):
            count(name)
    try:  # with an empty configuration: neither this project's nor one of the folder it runs in
        status = pytest.main(
            ["-c", os.devnull, "-p", "no:cacheprovider", "-q", *arguments, "--pyargs", *TESTS],
            plugins=[OursAlone(ours)],
        )
    finally:
        set_current_ops(before)
    print("calls:", ", ".join(f"{name} {number}" for name, number in calls.items()))
    return status or not any(calls.values())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
