"""Tables of a made-up run: whose aims they tell, and by which reading."""

import json
from pathlib import Path
from typing import Any

import pytest
import tables


def estimate(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def target(
    planner: str, measured: Any, difference: Any = None, aim: str = "misses ≤ 0.8 × nearest available now"
) -> Any:
    holds = bool(measured) and measured["high"] <= 0.8
    value_holds = bool(measured) and measured["value"] <= 0.8
    return {
        "planner": planner,
        "stratum": "demand",
        "aim": aim,
        "measured": measured,
        "holds": holds,
        "value_holds": value_holds,
        "difference": difference,
    }


@pytest.fixture
def run(tmp_path: Path) -> str:
    """A model misses surely less than the nearest available station, and not surely four fifths of it."""
    less = estimate(-0.006, -0.009, -0.003)
    report = {
        "history": "system oslo",
        "model": "lstm-x",
        "deployed": "ours, alone",
        "targets": [
            target("ours", estimate(0.7, 0.6, 0.79), less),
            target("ours, alone", estimate(0.75, 0.66, 0.84), less),
            target("by law", estimate(0.9, 0.8, 1.1), estimate(-0.003, -0.006, 0.002)),
            target("by table", None, aim="skill of chances shown beside the table, 10–40 min ahead > 0"),
        ],
    }
    file = tmp_path / "run.json"
    file.write_text(json.dumps(report))
    return str(file)


def test_aims_are_those_of_the_planner_that_is_asked_for(run: str) -> None:
    told = tables.aims(*(tables.asked(run + of) for of in ("", ":deployed", ":by law")))
    head, _, row = told.splitlines()
    assert head == "| trips | aim | Oslo, ours, by lstm-x | Oslo, by lstm-x | Oslo, by law |"
    assert row.split(" | ")[2:] == [
        "0.70 (0.60–0.79) holds",
        "0.75 (0.66–0.84) holds, its interval does not",
        "0.90 (0.80–1.10) **does not hold** |",
    ]


def test_nobody_has_skill_beside_itself(run: str) -> None:
    assert tables.aims(tables.asked(f"{run}:by table")).splitlines()[2].endswith("| – |")


def test_both_readings_of_an_interval_are_told_and_what_fails_stands_out(run: str) -> None:
    told = tables.readings(*(tables.asked(run + of) for of in ("", ":deployed", ":by law"))).splitlines()[2:]
    assert [row.strip("| ").split(" | ")[1:] for row in told] == [
        ["0.70 (0.60–0.79)", "−0.60 (−0.90–−0.30)"],
        ["**0.75 (0.66–0.84)**", "−0.60 (−0.90–−0.30)"],
        ["**0.90 (0.80–1.10)**", "**−0.30 (−0.60–0.20)**"],
    ]
