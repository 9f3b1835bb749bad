"""Every station as a dot: how many bikes, or docks, the API counted there. A click chooses the station."""

from collections.abc import Callable
from typing import Any

import pydeck as pdk
import streamlit as st

import phrases
from language import say
from phrases import Phrase
from views.ground import deck, view_of

Station = dict[str, Any]
Step = tuple[Phrase, list[int]]

CLOSED: Step = (phrases.CLOSED, [176, 176, 172])
NOT_SAID: Step = (phrases.NOT_COUNTED, [222, 219, 210])

# The least count of each colour, from the most on. Blue to red, so that those who see no green still see the bins.
STEPS: tuple[tuple[int, Step], ...] = (
    (6, (phrases.SIX_OR_MORE, [12, 94, 120])),
    (3, (phrases.THREE_TO_FIVE, [98, 180, 186])),
    (1, (phrases.ONE_OR_TWO, [240, 163, 60])),
    (0, (phrases.NONE, [205, 60, 48])),
)

# Width, about, and height.
SIZE_PX = (660, 640)

TOOLTIP = {
    "html": "<b>{name}</b><br>{says}",
    "style": {"backgroundColor": "#1F2A30", "color": "#fff", "fontSize": "0.85rem", "borderRadius": "0.4rem"},
}

# The flag without which a count is of no use.
NEEDED = {"bikes": "is_renting", "docks": "is_returning"}


def show_map(stations: list[Station], chosen: Station | None, on_click: Callable[[], None]) -> None:
    """The map, the choice of what it shows, and what the colours mean."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        names = {"bikes": say(phrases.BIKES), "docks": say(phrases.DOCKS)}
        what = st.segmented_control(
            say(phrases.COLOUR_BY),
            names,
            default="bikes",
            format_func=names.__getitem__,
            key="what",
            required=True,
            label_visibility="collapsed",
        )
        st.html(legend(what), width="content")
    dots = [dot(station, what) for station in stations]
    view = view_of([dot["position"] for dot in dots], *SIZE_PX)
    picture = deck([dots_layer(dots)], [ring([chosen] if chosen else [])], view, TOOLTIP)
    st.pydeck_chart(picture, key="map", height=SIZE_PX[1], on_select=on_click, selection_mode="single-object")


def dot(station: Station, what: str) -> Station:
    return {
        "key": station["code"] or station["station_id"],
        "name": station["name"],
        "position": [station["lon"], station["lat"]],
        "colour": step(station, what)[1],
        "says": say(phrases.DOT_SAYS, bikes=said(station["bikes"]), docks=said(station["docks"])),
    }


def step(station: Station, what: str) -> Step:
    """The legend's phrase and the colour."""
    if station[NEEDED[what]] is False or station["is_installed"] is False:
        return CLOSED
    count = station[what]
    return NOT_SAID if count is None else next(step for least, step in STEPS if count >= least)


def dots_layer(dots: list[Station]) -> pdk.Layer:
    return pdk.Layer(
        "ScatterplotLayer",
        dots,
        id="stations",
        pickable=True,
        auto_highlight=True,
        get_position="position",
        get_fill_color="colour",
        get_line_color=[255, 255, 255],
        stroked=True,
        line_width_min_pixels=0.7,
        get_radius=75,
        radius_min_pixels=3.5,
        radius_max_pixels=11,
    )


def ring(chosen: list[Station]) -> pdk.Layer:
    """A ring around the station that is chosen."""
    return pdk.Layer(
        "ScatterplotLayer",
        [{"position": [station["lon"], station["lat"]]} for station in chosen],
        id="chosen",
        get_position="position",
        filled=False,
        stroked=True,
        get_line_color=[31, 42, 48],
        line_width_min_pixels=3,
        get_radius=170,
        radius_min_pixels=10,
        radius_max_pixels=20,
    )


def legend(what: str) -> str:
    steps = [*(step for _, step in reversed(STEPS)), CLOSED]
    dots = (
        f'<span style="white-space:nowrap"><span style="color:rgb{tuple(colour)}">⬤</span> {say(word)}</span>'
        for word, colour in steps
    )
    title = say(phrases.LEGEND_NOW, what=say(phrases.FREE_DOCKS if what == "docks" else phrases.BIKES))
    return f'<span style="font-size:0.8rem">{title} &ensp;{"&emsp; ".join(dots)}</span>'


def said(count: int | None) -> str:
    return "?" if count is None else str(count)
