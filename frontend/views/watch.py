"""The page of favourites: stations, what is wanted there and when; how likely that is, and when to leave.

Nothing is kept but in the page's address, which a bookmark holds.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import streamlit as st

import api_client
import phrases
import words
from api_client import ApiError
from language import say
from views import address, watch_window
from views.favourites import favourites, keep_favourites
from views.provenance import show_error, show_notices
from views.stations import name
from views.watch_card import show_watched
from views.watch_wanted import Wanted, choose_how, choose_what, wanted

# Hours from now on, and a time of day.
WINDOWS = ("1", "3", "12", "daily")

USUALLY = {"when": "1", "earliest": time(8), "latest": time(9)}

Station = dict[str, Any]
Window = Callable[[datetime], dict[str, Any]]


def show_watch_page(stations: list[Station]) -> None:
    """The question, and what the API answers to it."""
    by_name = {name(station): station for station in stations}
    chosen = choose_favourites(by_name)
    with st.container(horizontal=True, gap="medium"):
        choose_what()
        window = choose_window()
    choose_how()
    if not chosen:
        st.info(say(phrases.CHOOSE_FAVOURITES))
    # The API refuses all where one is unknown: a favourite that is gone must not take the others with it.
    known = [key for key in chosen if key in by_name]
    gone = [key for key in chosen if key not in by_name]
    for asked in filter(None, (gone, known)):
        show_answer(asked, wanted(), window)


def choose_favourites(by_name: dict[str, Station]) -> list[str]:
    """Those that the address names; one that there is no more stays, so that the API says so and it can be removed."""
    if "favourite" not in st.session_state:
        st.session_state["favourite"] = favourites()
    gone = [key for key in st.session_state["favourite"] if key not in by_name]
    chosen = st.multiselect(
        say(phrases.FAVOURITE_STATIONS),
        [*sorted(by_name, key=lambda key: by_name[key]["name"]), *gone],
        key="favourite",
        format_func=lambda key: f"{by_name[key]['name']} · {key}" if key in by_name else key,
        placeholder=say(phrases.SEARCH_A_STATION),
    )
    keep_favourites(chosen)
    return chosen


def choose_window() -> Window:
    """The next hours, or a time of day."""
    address.take("when", USUALLY["when"], address.one_of(WINDOWS))
    names = {hours: say(phrases.NEXT_HOURS, hours=words.minutes(int(hours) * 3600)) for hours in WINDOWS[:-1]}
    names["daily"] = say(phrases.EVERY_DAY)
    when = st.segmented_control(
        say(phrases.WHEN), names, format_func=names.__getitem__, key="when", required=True, wrap=True
    )
    address.keep("when", USUALLY["when"])
    if when != "daily":
        return partial(watch_window.ahead, hours=int(when))
    clocks = choose_clock("earliest", phrases.EARLIEST), choose_clock("latest", phrases.LATEST)
    return partial(watch_window.daily, earliest=clocks[0], latest=clocks[1])


def choose_clock(key: str, label: phrases.Phrase) -> time:
    address.take(key, USUALLY[key], lambda text: datetime.strptime(text, "%H:%M").time())
    chosen = st.time_input(say(label), key=key, width=110)
    address.keep(key, USUALLY[key], lambda clock: clock.isoformat("minutes"))
    return chosen


@st.fragment(run_every=60)
def show_answer(asked: list[str], wanted: Wanted, window: Window) -> None:
    """Asked again every minute, so that an alert comes to a page that is only left open."""
    # To the end of the minute: the same question within one is answered from memory, and its last slot is in time.
    now = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    form = {"stations": [wanted.at(station) for station in asked], "p": wanted.p, **window(now)}
    try:
        answer = api_client.watch(form)
    except ApiError as error:
        show_error(error)
        return
    show_notices(answer["notices"])
    cards = list(zip(asked, answer["stations"], strict=True))
    for first in range(0, len(cards), 2):
        for column, (favourite, station) in zip(st.columns(2), cards[first : first + 2], strict=False):
            with column:
                show_watched(station, answer, wanted, favourite)
    st.caption(say(phrases.ASKED_AGAIN))
