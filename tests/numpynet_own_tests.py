"""NumPyNet's own tests, with its activations and with these: they must pass and fail alike.

    git clone https://github.com/Nico-Curti/NumPyNet
    pip install tensorflow-cpu hypothesis pytest opencv-python-headless pillow
    python tests/numpynet_own_tests.py NumPyNet            # minutes; names of test files may follow

What fails under the patch and not without it must be listed in docs/numpynet.md, as `DIFFERENT` is.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

FILES = ("activation_layer", "connected_layer", "convolutional_layer", "shortcut_layer", "rnn_layer", "lstm_layer")
# the last two rows there: a layer whose shape is not known is printed, where NumPyNet raises
DIFFERENT = {"test_activation_layer.py::TestActivationLayer::test_printer"}


def failures(source, files, patched):
    """The tests that fail, and how many there are."""
    program = (
        "import sys, pytest\n"
        # which was 0.2 x + 0.5 when the tests were written, and is x / 6 + 0.5 since Keras 3
        "from keras.src import activations, ops\n"
        "activations.ALL_OBJECTS_DICT['hard_sigmoid'] = lambda x: ops.clip(0.2 * x + 0.5, 0, 1)\n"
        "class Results:\n"
        "    def pytest_runtest_logreport(self, report):\n"
        "        if report.when == 'call' or report.failed:\n"
        "            print('RESULT', report.outcome, report.nodeid.rpartition('/')[2], flush=True)\n"
        + ("from actkernels.integrations import numpynet\nnumpynet.patch()\n" if patched else "")
        + "pytest.main(['-q', '-p', 'no:cacheprovider', '--hypothesis-seed=0', *sys.argv[1:]], plugins=[Results()])\n"
    )
    paths = [str(Path("testing") / f"test_{name}.py") for name in files]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(source), os.environ.get("PYTHONPATH")])),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    ran = subprocess.run(
        [sys.executable, "-c", program, *paths], cwd=source, env=environment, capture_output=True, text=True
    )
    results = re.findall(r"RESULT (\w+) (\S+)", ran.stdout)
    if not results:
        sys.exit(ran.stdout + ran.stderr)
    return {name for outcome, name in results if outcome == "failed"}, len(results)


def main():
    source, *files = sys.argv[1:]
    source = Path(source).resolve()
    without, _ = failures(source, files or FILES, patched=False)
    under, number = failures(source, files or FILES, patched=True)
    print(f"{number} tests; failing as NumPyNet is: {sorted(without) or 'none'}")
    print(f"failing under the patch alone: {sorted(under - without) or 'none'}; listed: {sorted(DIFFERENT)}")
    print(f"passing under the patch alone: {sorted(without - under) or 'none'}")
    sys.exit(bool(under - without - DIFFERENT))


if __name__ == "__main__":
    main()
