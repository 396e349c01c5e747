"""What PyPI shows of a release."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def metadata():
    """``metadata(option, **environment)`` -> what ``setup.py --option`` prints."""
    for module, version in (("setuptools", "77"), ("Cython", "3.1")):  # as in pyproject.toml
        pytest.importorskip(module, version, reason=f"{module} {version} is not installed: this tests the build")
    if not (ROOT / "setup.py").exists():
        pytest.skip("setup.py is not here: this tests the build")

    def ask(option, **environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
        command = [sys.executable, "-W", "ignore", "setup.py", "-q", f"--{option}"]
        return subprocess.check_output(command, cwd=ROOT, env=kept | environment, text=True, encoding="utf-8")

    return ask


RELEASE = {
    "GITHUB_SERVER_URL": "https://example.org",
    "GITHUB_REPOSITORY": "somebody/actkernels",
    "GITHUB_REF_NAME": "v1.2.3",
}


def test_links_of_a_release_lead_to_its_tag(metadata):
    text = metadata("long-description", **RELEASE)
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert "https://example.org/somebody/actkernels/raw/v1.2.3/docs/images/demo.png" in targets
    assert "https://example.org/somebody/actkernels/blob/v1.2.3/docs/sklearn.md" in targets
    assert all(target.startswith("https://") for target in targets)


def test_elsewhere_the_readme_is_as_it_is(metadata):
    assert metadata("long-description").strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
