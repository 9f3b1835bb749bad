"""The Python of this repository, the tests of the infrastructure and the API included: formatted and clean."""

import subprocess
import sys
from pathlib import Path

import pytest
from reading import APP

ROOT = APP.parents[1]
FOLDERS = ("frontend", "infra", "crates/velib-api/tests/schemathesis")


@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(check: tuple[str, ...]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("ruff is not installed beside this Python")
    done = subprocess.run([ruff, *check, "--quiet", *FOLDERS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
