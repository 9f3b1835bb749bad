"""The image's recipe, which no engine builds here: it is linted, and every path it copies is in the repository.

What it puts into the image is put into a folder in which the program runs.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from terraform import INFRA

ROOT = INFRA.parent
RECIPE = INFRA / "inference.Dockerfile"
IGNORED = INFRA / "inference.Dockerfile.dockerignore"
PROGRAM = ROOT / "target/debug/velib-inference"
GOAL_BYTES = 420_000_000


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


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root file system of the image, with the program as it is developed, which is larger than what is released."""
    libraries = sorted(ROOT.glob(".libtorch/*/lib"))
    if not libraries or not PROGRAM.exists():
        pytest.skip("libtorch or the program is not built: cargo build -p velib-inference --features libtorch")
    root = tmp_path_factory.mktemp("image")
    subprocess.run(["sh", INFRA / "inference-root.sh", PROGRAM, libraries[-1], root], check=True)
    return root


def test_the_image_is_smaller_than_aimed_at(image: Path) -> None:
    files = [path for path in image.rglob("*") if path.is_file()]
    assert (image / "opt/velib/lib/libtorch_cpu.so") in files
    assert sum(path.stat().st_size for path in files) < GOAL_BYTES


def test_the_program_finds_all_it_loads_in_the_image(image: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may change what is the root of the file system")
    # A container has /proc, by which a program knows what lies beside it; here it is told.
    told = {"LD_LIBRARY_PATH": "/opt/velib/lib"}
    command = ["chroot", image, "/opt/velib/bin/velib-inference", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | told)
    assert done.returncode == 0, done.stderr
    assert "--model" in done.stdout
