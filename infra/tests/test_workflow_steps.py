"""What the workflows' own shell does to a model in service, run here with stand-ins for `aws` and `cargo`."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from terraform import INFRA

IN_SERVICE = "s3://lake/models/lstm/1/model.tar.gz"

# `s3://` is a folder, a function's code is a file, and every call is written down.
AWS = """#!/usr/bin/env bash
echo "$*" >> "$CALLS"
local() { echo "${1/s3:\\/\\//$BUCKETS/}"; }
case "$1 $2" in
  "s3 cp") cp "$(local "$3")" "$(local "$4")" ;;
  "lambda get-function") echo "file://$PROGRAM" ;;
  "lambda update-function-code") cp function.zip "$PROGRAM" ;;
  "sagemaker describe-endpoint") echo "config-of-$4" ;;
  "sagemaker describe-endpoint-config") echo "model-of-$4" ;;
  "sagemaker describe-model") echo "image-of-$4" ;;
esac
"""


class Place:
    """A checkout, a lake and a function, with the commands that a step would find on its path."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.programs = folder / "checkout", folder / "programs"
        self.buckets, self.function, self.calls = folder / "buckets", folder / "live.zip", folder / "calls"
        for made in (self.checkout / "model", self.programs, self.buckets / "lake/models/lstm/1"):
            made.mkdir(parents=True)
        self.calls.touch()
        self.command("aws", AWS)

    def command(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)

    @property
    def repository_model(self) -> Path:
        return self.checkout / "model/model.tar.gz"

    @property
    def model_in_service(self) -> Path:
        return self.buckets / IN_SERVICE.removeprefix("s3://")

    def run(self, workflow: str, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs the shell of the step with this name as GitHub would."""
        jobs = yaml.safe_load((INFRA.parent / f".github/workflows/{workflow}.yml").read_text())["jobs"]
        [shell] = [found["run"] for job in jobs.values() for found in job["steps"] if found.get("name") == step]
        environment = {
            **os.environ,
            **variables,
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "BUCKETS": str(self.buckets),
            "PROGRAM": str(self.function),
            "CALLS": str(self.calls),
            "MODEL_DATA_URL": IN_SERVICE,
            "GITHUB_OUTPUT": str(self.checkout / "output"),
        }
        bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", shell]
        return subprocess.run(bash, cwd=self.checkout, env=environment, capture_output=True, text=True)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Skips where this machine lacks a command that GitHub's has."""
    if lacking := [command for command in ("bash", "curl", "jq", "tar", "zip") if shutil.which(command) is None]:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    return Place(tmp_path)


def model(network: bytes, week: bytes, schema: str = "a1") -> bytes:
    """An archive with what the steps read of one, and a usual week."""
    parts = {
        "manifest.json": json.dumps({"schema_hash": schema, "week": week.decode()}).encode(),
        "weights.safetensors": network,
        "profile.safetensors": week,
    }
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, part in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(part)
            tar.addfile(entry, io.BytesIO(part))
    return archive.getvalue()


OLD_WEEK = model(b"network", b"the week of the repository")
YOUNG_WEEK = model(b"network", b"the week of last Monday")


@pytest.mark.parametrize(
    ("in_service", "stays"),
    [
        (YOUNG_WEEK, True),
        (model(b"an older network", b"last Monday"), False),
        (model(b"network", b"last Monday", schema="b2"), False),
        (None, False),
    ],
    ids=["the same network", "another network", "other features", "none yet"],
)
def test_a_deploy_keeps_a_young_week_of_the_same_network(place: Place, in_service: bytes | None, stays: bool) -> None:
    place.repository_model.write_bytes(OLD_WEEK)
    if in_service is not None:
        place.model_in_service.write_bytes(in_service)
    done = place.run("deploy", "put the repository's network in service, unless it is")
    assert done.returncode == 0, done.stderr
    assert place.model_in_service.read_bytes() == (in_service if stays else OLD_WEEK)


def test_a_better_week_travels_with_the_program_of_the_api(place: Place) -> None:
    place.repository_model.write_bytes(YOUNG_WEEK)
    with zipfile.ZipFile(place.function, "w") as program:
        program.writestr("bootstrap", b"the program")
        program.writestr("model/model.tar.gz", OLD_WEEK)
    done = place.run("refresh", "put it in service", FUNCTION="paris-pulse-api")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(place.function) as program:
        kept = {name: program.read(name) for name in program.namelist()}
    assert kept == {"bootstrap": b"the program", "model/model.tar.gz": YOUNG_WEEK}
    assert place.model_in_service.read_bytes() == YOUNG_WEEK


def test_an_endpoint_reads_the_better_week_with_the_image_it_has(place: Place) -> None:
    run = {"ENDPOINT": "pulse", "MODEL_ROLE_ARN": "arn:role", "GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "1"}
    done = place.run("refresh", "put it behind the endpoint", **run)
    assert done.returncode == 0, done.stderr
    calls = place.calls.read_text()
    assert "create-model --model-name pulse-7-1 --execution-role-arn arn:role" in calls
    assert f"--primary-container Image=image-of-model-of-config-of-pulse,ModelDataUrl={IN_SERVICE}" in calls
    assert "update-endpoint --endpoint-name pulse --endpoint-config-name pulse-7-1" in calls


@pytest.mark.parametrize(
    ("exit_code", "succeeds", "output"),
    [(0, True, "better=true\n"), (3, True, ""), (4, True, ""), (1, False, "")],
    ids=["better", "cannot tell", "worse", "failed"],
)
def test_only_a_better_week_is_put_in_service(place: Place, exit_code: int, succeeds: bool, output: str) -> None:
    place.model_in_service.write_bytes(OLD_WEEK)
    place.command("cargo", f'#!/usr/bin/env bash\necho "cargo $*" >> "$CALLS"\nexit {exit_code}\n')
    done = place.run(
        "refresh", "learn the usual week anew, and prove it on the last one", LAKE_URL="s3://lake", SYSTEM_ID="velib"
    )
    assert (done.returncode == 0) is succeeds, done.stderr
    told = place.checkout / "output"
    assert (told.read_text() if told.exists() else "") == output
    assert "refresh --lake s3://lake --system velib --days 2020-01-01.." in place.calls.read_text()
