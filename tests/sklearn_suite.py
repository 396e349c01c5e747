"""scikit-learn's own tests of its multi-layer perceptrons, with these activations.

    python tests/sklearn_suite.py patched        # its estimators, its functions replaced
    python tests/sklearn_suite.py estimators     # ours in the place of its estimators

Further arguments go to pytest. Needs scikit-learn and pytest.
"""

import os
import sys

import pytest
from sklearn import neural_network
from sklearn.neural_network import _base

from actkernels.integrations import sklearn as ours

TESTS = ["test_base", "test_mlp", "test_stochastic_optimizers"]
calls = dict.fromkeys(("activations", "derivatives"), 0)


def counted(kind, function):
    def call(*arrays):
        calls[kind] += 1
        function(*arrays)

    return call


def count(entries, kind, names):
    for name in names:
        entries[name] = counted(kind, entries[name])


def main(what, *arguments):
    names = ("tanh", "logistic", "relu")
    if what == "patched":
        ours.patch()
        count(_base.ACTIVATIONS, "activations", names)
        count(_base.DERIVATIVES, "derivatives", names)
    elif what == "estimators":
        for name in ("MLPClassifier", "MLPRegressor"):
            setattr(neural_network, name, getattr(ours, name))
        count(ours._GLOBALS["ACTIVATIONS"], "activations", names)
        count(ours._GLOBALS["DERIVATIVES"], "derivatives", names)
    else:
        sys.exit(__doc__)
    # an empty configuration of its own: neither this project's nor one of the folder it runs in
    status = pytest.main(
        ["-c", os.devnull, "-p", "no:cacheprovider", "-q", *arguments, "--pyargs"]
        + [f"sklearn.neural_network.tests.{test}" for test in TESTS]
    )
    print(", ".join(f"{number} calls of our {kind}" for kind, number in calls.items()))
    return status or not all(calls.values())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [""]))
