"""Paris Pulse in a browser: where the bikes are, where they will be, and how to get there with one.

It draws what the API answers and computes nothing. Start it with `API_URL=http://… streamlit run frontend/app.py`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

import api_client
import language
import phrases
from api_client import Answer, ApiError
from language import say
from phrases import Phrase
from views import address
from views.journey import show_journey_page
from views.provenance import show_banner, show_error, show_notices, show_provenance
from views.stations import show_stations_page
from views.watch import show_watch_page


class ShownPage(NamedTuple):
    """One of the pages, which is shown from the list of stations."""

    name: Phrase
    show: Callable[[list[dict[str, Any]]], None]
    # It goes on asking while it is open, and tells by itself how old that is: the header's list does not get newer.
    asks_again: bool = False


# By the word that the address has for it.
PAGES = {
    "Stations": ShownPage(phrases.STATIONS, show_stations_page),
    "Journey": ShownPage(phrases.JOURNEY, show_journey_page),
    "Favourites": ShownPage(phrases.FAVOURITES, show_watch_page, asks_again=True),
}

# Streamlit leaves a hand's breadth of air above the first line.
LESS_AIR = "<style>.stMainBlockContainer { padding-top: 2.2rem; padding-bottom: 2rem; }</style>"


def main() -> None:
    st.set_page_config("Paris Pulse", page_icon="🚲", layout="wide")
    st.html(LESS_AIR)
    address.take("lang", language.of_the_browser(), address.one_of(language.LANGUAGES))
    address.take("page", "Stations", address.one_of(PAGES))
    try:
        stations = api_client.stations()
    except ApiError as error:
        st.title("Paris Pulse", anchor=False)
        show_error(error)
        return
    show_header(stations).show(stations["stations"])


def show_header(stations: Answer) -> ShownPage:
    """Name, choice of language and page, and where the numbers come from; the page that was chosen."""
    show_banner(stations["source"])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Paris Pulse", anchor=False, width="content")
        # Beside the name on a telephone, where each of the others has a line of its own.
        choose(phrases.LANGUAGE, "lang", {code: code.upper() for code in language.LANGUAGES})
        choose(phrases.PAGE, "page", {code: say(page.name) for code, page in PAGES.items()})
        page = PAGES[st.session_state["page"]]
        if not page.asks_again:
            with st.container(width="content"):
                show_provenance(say(phrases.N_STATIONS, number=stations["count"]), stations)
    address.keep("page", "Stations")
    address.keep("lang", language.of_the_browser())
    if not page.asks_again:
        show_notices(stations["notices"])
    return page


def choose(label: Phrase, key: str, names: dict[str, str]) -> None:
    """One of a few, by a switch without a label of its own."""
    st.segmented_control(
        say(label),
        names,
        format_func=names.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        width="content",
    )


main()
