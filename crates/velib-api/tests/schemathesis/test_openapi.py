"""Schemathesis asks the running API for all that its OpenAPI document allows and forbids, and finds nothing.

The API serves a simulated city with a day of past and the shipped model, on loopback.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import schemathesis

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
VELIB = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "velib"
HOURS_OF_PAST = 26
MOST_EXAMPLES = 150


def listening(programs: ExitStack, *arguments: str) -> str:
    """Starts a server that says where it listens; its address."""
    command = [str(VELIB), *arguments, "--listen", "127.0.0.1:0"]
    server = programs.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    programs.callback(server.kill)
    line = server.stdout.readline()
    assert line.startswith("listening on "), f"{command} printed {line!r}"
    return line.removeprefix("listening on ").strip()


def done(*arguments: str) -> None:
    """Runs a program to its end."""
    subprocess.run([str(VELIB), *arguments], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an API over a simulated city."""
    if not VELIB.exists():
        pytest.fail(f"{VELIB} is not built: run `cargo build -p velib-cli`")
    lake = f"file://{tmp_path_factory.mktemp('lake')}"
    with ExitStack() as programs:
        city = listening(programs, "sim", "city", "--stations", "200")
        where = ("--lake", lake, "--system", "simulated", "--discovery", f"{city}/gbfs.json")
        past = ("--past-hours", str(HOURS_OF_PAST), "--past-discovery", f"{city}/at/{{time}}/gbfs.json")
        done("collect", *where, *past)
        done("silver", "--lake", lake, "--system", "simulated")
        model = ("--model-file", str(ROOT / "model" / "model.tar.gz"))
        alone = ("--geoplateforme-url", "off", "--photon-url", "off")
        yield listening(programs, "serve", *where, "--feed-source", "simulated", *model, *alone)


def test_every_answer_is_as_the_document_says(api: str) -> None:
    program = Path(sys.executable).with_name("st")
    command = [program, "--config-file", HERE / "schemathesis.toml", "run", f"{api}/openapi.json"]
    # Two workers would read Python's own sources at once, at which its parser of 3.11 falls over now and then.
    bounds = ["--max-examples", str(MOST_EXAMPLES), "--workers", "1", "--no-color"]
    found = subprocess.run([*command, *bounds], cwd=HERE, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]


def test_a_watch_of_real_stations_is_as_the_document_says(api: str) -> None:
    """Random text names none, and a form's parts cannot be drawn from a dictionary."""
    stations = [{"station": "1001", "direction": "bikes", "walk_s": 300}, {"station": "1002", "direction": "docks"}]
    watch = schemathesis.openapi.from_url(f"{api}/openapi.json")["/v1/watch"]["POST"]
    answer = watch.Case(body={"stations": stations, "every_s": 300}, media_type="application/json").call_and_validate()
    assert answer.status_code == 200
    assert len(answer.json()["stations"]) == 2
