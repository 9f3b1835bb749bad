"""The backfill machine executed: a list of hours in, silver out, through the real refiner.

The state machine is the one that was applied, interpreted by moto; the function is the program that Lambda gets, built
for this machine; the lake is a bucket. Only Amazon's own scheduling of a distributed map is not here.
"""

import gzip
import json
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from applied import Applied
from lambda_service import LambdaService
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from terraform import INFRA, WORK

BUCKET = "paris-pulse-lake-123456789012"
MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:paris-pulse-backfill"
PROGRAMS = INFRA.parent / "target" / "debug"
ASL_VALIDATOR = "asl-validator@4.0.0"

DAYS = ("2026-11-18", "2026-11-19", "2026-11-20")
HOURS = [f"{day}T{hour:02}" for day in DAYS for hour in range(24)]


def definition(applied: Applied) -> dict:
    described = applied.client("stepfunctions").describe_state_machine(stateMachineArn=MACHINE)
    return json.loads(described["definition"])


def test_the_definition_is_valid_amazon_states_language(applied: Applied) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = WORK / "asl-validator"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules" / "asl-validator").exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), ASL_VALIDATOR]
        done = subprocess.run(install, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            pytest.skip(f"npm could not install {ASL_VALIDATOR}: {done.stderr.strip()[-200:]}")
    (folder / "backfill.json").write_text(json.dumps(definition(applied)))
    validator = folder / "node_modules" / ".bin" / "asl-validator"
    done = subprocess.run([validator, "--json-path", folder / "backfill.json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(autouse=True)
def plain_http(applied: Applied) -> Iterator[None]:
    """Lets the bucket be reached as it can be here: its policy refuses plain HTTP, to moto's server too."""
    s3 = applied.client("s3")
    policy = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    yield
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)


@pytest.fixture
def velib(applied: Applied) -> Callable[..., str]:
    """Runs a verb of the program on one machine over the lake in the bucket."""
    missing = [name for name in ("velib", "velib-silver") if not (PROGRAMS / name).exists()]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not built: cargo build -p velib-cli -p velib-silver")

    def run(*arguments: str) -> str:
        command = [PROGRAMS / "velib", *arguments, "--lake", f"s3://{BUCKET}"]
        done = subprocess.run(command, env=environment(applied), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def environment(applied: Applied) -> dict[str, str]:
    """What the program finds around it on Lambda."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-3"}
    return kept | keys | {"AWS_ENDPOINT_URL_S3": applied.url, "LAKE_URL": f"s3://{BUCKET}", "SYSTEM_ID": "velib"}


def collect(applied: Applied, hours: list[str]) -> None:
    """One status document an hour, as the collector stores them."""
    for number, hour in enumerate(hours):
        day, of_day = hour.split("T")
        stations = [
            {"station_id": 1001, "num_bikes_available": number % 30, "num_docks_available": 30 - number % 30},
            {"station_id": 2000 + number, "num_bikes_available": 1, "num_docks_available": 2},
        ]
        body = gzip.compress(json.dumps({"data": {"stations": stations}}).encode(), mtime=0)
        name = f"{day.replace('-', '')}T{of_day}0500Z.json.gz"
        key = f"bronze/system=velib/feed=station_status/date={day}/hour={of_day}/{name}"
        applied.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)


def execute(applied: Applied, hours: list[str]) -> dict:
    """Runs the machine over a list of hours to its end, and tells how it went."""
    applied.client("s3").put_object(Bucket=BUCKET, Key="backfill/hours.json", Body=json.dumps(hours).encode())
    states = applied.client("stepfunctions")
    given = json.dumps({"system": "velib", "hours": "backfill/hours.json"})
    arn = states.start_execution(stateMachineArn=MACHINE, name=str(uuid.uuid4()), input=given)["executionArn"]
    while (execution := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.1)
    return execution


@pytest.fixture
def refiner(applied: Applied, velib: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaService]:
    """A Lambda service with four copies of the refiner, which the interpreter invokes instead of moto's own."""
    with LambdaService(PROGRAMS / "velib-silver", 4, environment(applied)) as service:
        monkeypatch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: applied.client("lambda", service.url))
        yield service


def test_every_hour_of_the_list_is_refined_once_in_batches(
    applied: Applied, velib: Callable[..., str], refiner: LambdaService
) -> None:
    collect(applied, HOURS)
    due = json.loads(velib("silver", "--list", "--json"))
    assert due == HOURS
    refiner.refusals = 2
    execution = execute(applied, due)
    assert execution["status"] == "SUCCEEDED", execution
    batches = sorted(event["hours"] for event in refiner.events)
    assert batches == [HOURS[:24], HOURS[24:48], HOURS[48:]]
    assert {event["system"] for event in refiner.events} == {"velib"}
    assert json.loads(velib("silver", "--list", "--json")) == [], "nothing is due any more"
    assert "72 silver hours read" in velib("lake", "check")


def test_a_batch_that_keeps_failing_fails_the_execution_and_stops_no_other(
    applied: Applied, velib: Callable[..., str], refiner: LambdaService
) -> None:
    execution = execute(applied, ["no hour"])
    assert execution["status"] == "FAILED"
    assert len(refiner.events) == 3, "tried twice more"
