"""The Python of this repository, the infrastructure's tests included: formatted and clean."""

import subprocess
import sys
from pathlib import Path

import pytest
from reading import APP

ROOT = APP.parents[1]


@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(check: tuple[str, ...]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("ruff is not installed beside this Python")
    done = subprocess.run([ruff, *check, "--quiet", "frontend", "infra"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
