"""Paris Pulse in a browser: where the bikes are, where they will be, and how to get there with one.

It draws what the API answers and computes nothing. Start it with `API_URL=http://… streamlit run frontend/app.py`.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

import api_client
from api_client import Answer, ApiError
from views.journey import show_journey_page
from views.provenance import show_banner, show_notices, show_provenance
from views.stations import show_stations_page

ShowPage = Callable[[list[dict[str, Any]]], None]

PAGES: dict[str, ShowPage] = {"Stations": show_stations_page, "Journey": show_journey_page}

# Streamlit leaves a hand's breadth of air above the first line.
LESS_AIR = "<style>.stMainBlockContainer { padding-top: 2.2rem; padding-bottom: 2rem; }</style>"


def main() -> None:
    st.set_page_config("Paris Pulse", page_icon="🚲", layout="wide")
    st.html(LESS_AIR)
    try:
        stations = api_client.stations()
    except ApiError as error:
        st.title("Paris Pulse", anchor=False)
        st.error(str(error), icon=":material/error:")
        return
    show_page = show_header(stations)
    show_page(stations["stations"])


def show_header(stations: Answer) -> ShowPage:
    """Name, choice of page, and where the numbers come from; the page that was chosen."""
    show_banner(stations["source"])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Paris Pulse", anchor=False, width="content")
        page = st.segmented_control(
            "Page",
            PAGES,
            default="Stations",
            key="page",
            required=True,
            label_visibility="collapsed",
            bind="query-params",
            width="content",
        )
        with st.container(width="content"):
            show_provenance(f"{stations['count']} stations", stations)
    show_notices(stations["notices"])
    return PAGES[page]


main()
