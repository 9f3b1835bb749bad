"""Paris Pulse in a browser: where the bikes are, where they will be, and how to get there with one.

It draws what the API answers and computes nothing. Start it with `API_URL=http://… streamlit run frontend/app.py`.
"""

from collections.abc import Callable
from typing import Any

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

ShowPage = Callable[[list[dict[str, Any]]], None]

# By the word that the address has for it.
PAGES: dict[str, tuple[Phrase, ShowPage]] = {
    "Stations": (phrases.STATIONS, show_stations_page),
    "Journey": (phrases.JOURNEY, show_journey_page),
    "Favourites": (phrases.FAVOURITES, show_watch_page),
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
    show_header(stations)
    _, show_page = PAGES[st.session_state["page"]]
    show_page(stations["stations"])


def show_header(stations: Answer) -> None:
    """Name, choice of page and language, and where the numbers come from."""
    show_banner(stations["source"])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Paris Pulse", anchor=False, width="content")
        # Beside the name on a telephone, where each of the others has a line of its own.
        choose(phrases.LANGUAGE, "lang", {code: code.upper() for code in language.LANGUAGES})
        choose(phrases.PAGE, "page", {code: say(name) for code, (name, _) in PAGES.items()})
        with st.container(width="content"):
            show_provenance(say(phrases.N_STATIONS, number=stations["count"]), stations)
    address.keep("page", "Stations")
    address.keep("lang", language.of_the_browser())
    show_notices(stations["notices"])


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
