"""The image's recipe, which no engine builds here: linted, and every path it copies is in the repository."""

import subprocess
import sys
from pathlib import Path

import pytest
from terraform import INFRA

ROOT = INFRA.parent
RECIPE = INFRA / "inference.Dockerfile"
IGNORED = INFRA / "inference.Dockerfile.dockerignore"


def instructions(keyword: str) -> list[list[str]]:
    """The words of every instruction of one kind, with continued lines joined."""
    lines = RECIPE.read_text().replace("\\\n", " ").splitlines()
    return [line.split()[1:] for line in lines if line.startswith(f"{keyword} ")]


def copied_from_the_repository() -> list[str]:
    copies = [words for words in instructions("COPY") if not words[0].startswith("--from")]
    return [source for words in copies for source in words[:-1]]


def test_the_recipe_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed beside this Python")
    done = subprocess.run([hadolint, RECIPE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_copied_path_is_in_the_repository() -> None:
    copied = copied_from_the_repository()
    assert "crates" in copied
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_the_build_sees_exactly_what_it_copies() -> None:
    allowed = {line.removeprefix("!") for line in IGNORED.read_text().splitlines() if line.startswith("!")}
    assert allowed == set(copied_from_the_repository())


def test_the_crate_it_builds_is_a_member_of_the_workspace() -> None:
    assert "-p velib-inference" in RECIPE.read_text()
    assert (ROOT / "crates" / "velib-inference" / "Cargo.toml").exists()


def test_it_does_not_run_as_root() -> None:
    [[user]] = instructions("USER")
    assert int(user) > 0


def test_the_soak_runs_the_service_with_the_allocator_that_the_image_sets() -> None:
    [setting] = [words[0] for words in instructions("ENV") if words[0].startswith("MALLOC_")]
    name, value = setting.split("=")
    assert f'("{name}", "{value}")' in (ROOT / "crates/xtask/src/soak.rs").read_text()
