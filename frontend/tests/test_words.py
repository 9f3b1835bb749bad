"""Numbers as people say them."""

import pytest

import words


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (1.0, "very likely"),
        (0.95, "very likely"),
        (0.94, "likely"),
        (0.8, "likely"),
        (0.5, "uncertain"),
        (0.49, "risky"),
    ],
)
def test_each_bin_of_probability_has_a_word(p: float, word: str) -> None:
    assert words.likelihood(p) == word


def test_an_unknown_probability_is_not_called_risky() -> None:
    assert words.likelihood(None) == "unknown"


def test_a_moment_keeps_the_zone_that_the_api_chose() -> None:
    assert words.clock("2026-07-01T23:59:00+02:00") == "23:59"
    assert words.clock(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s old"),
        (119, "119 s old"),
        (720, "12 min old"),
        (10_800, "3 h old"),
        (200_000, "2 days old"),
        (None, "of unknown age"),
    ],
)
def test_an_age_is_said_in_the_unit_one_thinks_in(seconds: float | None, said: str) -> None:
    assert words.age(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(30, "< 1 min"), (1580, "26 min"), (3600, "1 h"), (3660, "1 h 01 min"), (None, "–")]
)
def test_a_duration_is_said_in_minutes(seconds: float | None, said: str) -> None:
    assert words.minutes(seconds) == said


def test_a_forecast_is_not_said_more_exactly_than_it_is_known() -> None:
    assert words.count(3.37) == "3.5"
    assert words.count(9) == "9"
    assert words.count(None) == "–"
