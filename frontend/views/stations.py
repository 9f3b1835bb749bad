"""The first page: the map on the left, the station that was clicked or searched on the right."""

from typing import Any

import streamlit as st

import api_client
import phrases
from api_client import Answer, ApiError
from language import say
from views import address
from views.favourites import show_star
from views.provenance import show_error
from views.station import show_station
from views.stations_map import show_map

Station = dict[str, Any]


def show_stations_page(stations: list[Station]) -> None:
    by_name = {name(station): station for station in stations}
    address.take("station", None, address.one_of(by_name))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        show_map(stations, by_name.get(st.session_state["station"] or ""), choose_clicked)
    with right:
        chosen = choose_station(by_name)
        if chosen:
            show_star(chosen)
            show_chosen(chosen)
        else:
            st.info(say(phrases.CHOOSE_A_STATION))


def name(station: Station) -> str:
    """What a person and the page's address call it: its printed code, where it has one."""
    return station["code"] or station["station_id"]


def choose_station(by_name: dict[str, Station]) -> str | None:
    """The station that was searched, clicked, or named by the page's address; the address follows."""
    chosen = st.selectbox(
        say(phrases.STATION),
        sorted(by_name, key=lambda key: by_name[key]["name"]),
        key="station",
        format_func=lambda key: f"{by_name[key]['name']} · {key}" if key in by_name else key,
        placeholder=say(phrases.SEARCH_A_STATION),
    )
    address.keep("station", None)
    return chosen


def choose_clicked() -> None:
    """The station under the click becomes the chosen one."""
    clicked = st.session_state["map"].selection["objects"].get("stations")
    if clicked:
        st.session_state["station"] = clicked[0]["key"]


def show_chosen(chosen: str) -> None:
    try:
        forecast = api_client.forecast(chosen)
    except ApiError as error:
        show_error(error)
        return
    show_station(forecast, *past_day(chosen))


def past_day(chosen: str) -> tuple[Answer | None, str | None]:
    """The last day, or why there is none: it is missing while the model is, and the rest of the page is not."""
    try:
        return api_client.past_day(chosen), None
    except ApiError as error:
        return None, str(error)
