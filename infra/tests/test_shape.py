"""The configuration without AWS: formatted, valid, and planned as `shape.tftest.hcl` says."""

import zipfile

import pytest
from terraform import INFRA, Terraform, prepare, reason_to_skip


@pytest.fixture(scope="module")
def terraform() -> Terraform:
    if reason := reason_to_skip():
        pytest.skip(reason)
    return prepare("shape")


def test_it_is_formatted(terraform: Terraform) -> None:
    done = terraform.run("fmt", "-check", "-diff", "-recursive")
    assert done.returncode == 0, done.stdout


def test_it_is_valid(terraform: Terraform) -> None:
    done = terraform.run("validate", "-no-color")
    assert done.returncode == 0, done.stdout


def test_the_plan_has_the_shape(terraform: Terraform) -> None:
    done = terraform.run("test", "-no-color")
    assert done.returncode == 0, done.stdout


def test_the_placeholder_is_the_script_beside_it() -> None:
    with zipfile.ZipFile(INFRA / "function" / "placeholder.zip") as placeholder:
        [entry] = placeholder.infolist()
        assert entry.filename == "bootstrap"
        assert entry.external_attr >> 16 & 0o111, "the runtime must be able to execute it"
        assert placeholder.read(entry) == (INFRA / "function" / "bootstrap").read_bytes()
