"""The stretch of time that a page of favourites asks about."""

from datetime import datetime, time

import pytest

from views.watch_window import ahead, daily


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize(("hours", "until", "every_s"), [(1, "11:00", 600), (3, "13:00", 600), (12, "22:00", 1800)])
def test_the_next_hours_begin_now(hours: int, until: str, every_s: int) -> None:
    asked = ahead(at("2026-11-20T10:00:00+00:00"), hours)
    assert asked == {"until": f"2026-11-20T{until}:00+00:00", "every_s": every_s}


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-11-20T06:30:00+00:00", "2026-11-20T08:00:00+01:00", "2026-11-20T09:00:00+01:00"),
        ("2026-11-20T07:30:00+00:00", None, "2026-11-20T09:00:00+01:00"),
        ("2026-11-20T08:30:00+00:00", "2026-11-21T08:00:00+01:00", "2026-11-21T09:00:00+01:00"),
    ],
    ids=["before it", "while it is on", "after it"],
)
def test_a_time_of_day_is_the_next_or_what_is_left_of_it(now: str, first: str | None, last: str) -> None:
    asked = daily(at(now), time(8), time(9))
    assert (asked.get("from"), asked["until"]) == (first, last)


def test_a_time_of_day_may_pass_midnight() -> None:
    asked = daily(at("2026-11-20T20:00:00+01:00"), time(23), time(1))
    assert (asked["from"], asked["until"]) == ("2026-11-20T23:00:00+01:00", "2026-11-21T01:00:00+01:00")


def test_eight_o_clock_is_eight_o_clock_on_the_day_that_clocks_change() -> None:
    asked = daily(at("2026-10-24T20:00:00+02:00"), time(8), time(9))
    assert (asked["from"], asked["until"]) == ("2026-10-25T08:00:00+01:00", "2026-10-25T09:00:00+01:00")


def test_a_long_time_has_few_slots() -> None:
    assert daily(at("2026-11-20T07:00:00+01:00"), time(8), time(20))["every_s"] == 1800
