"""The first journey on the ground: straight lines from stop to stop where the API knows no streets."""

from typing import Any

import pydeck as pdk
import streamlit as st

import phrases
from api_client import Answer
from language import say
from views.ground import deck, view_of

WALK = [125, 132, 138]
RIDE = [11, 110, 79]
INK = [31, 42, 48]

# Width, about, and height.
SIZE_PX = (440, 460)

Leg = dict[str, Any]


def show_journey_map(answer: Answer) -> None:
    """The best journey, or the walk where there is none."""
    legs = answer["journeys"][0]["legs"] if answer["journeys"] else [answer["walk_only"]]
    lines = [line(leg) for leg in legs]
    points = [point for drawn in lines for point in drawn["path"]]
    picture = deck([], [paths(lines), stops(lines)], view_of(points, *SIZE_PX))
    st.pydeck_chart(picture, height=SIZE_PX[1])
    if answer["data"]["street_basis"] == "detour":
        st.caption(say(phrases.CROW_FLIES))


def line(leg: Leg) -> Leg:
    rides = leg["mode"] == "bike"
    return {"path": path(leg), "colour": RIDE if rides else WALK, "width": 5 if rides else 4}


def path(leg: Leg) -> list[list[float]]:
    if "geometry" in leg:
        return leg["geometry"]["coordinates"]
    return [[end["lon"], end["lat"]] for end in (leg["from"], leg["to"])]


def paths(lines: list[Leg]) -> pdk.Layer:
    return pdk.Layer(
        "PathLayer",
        lines,
        id="legs",
        get_path="path",
        get_color="colour",
        get_width="width",
        width_units=pdk.types.String("pixels"),
        cap_rounded=True,
        joint_rounded=True,
    )


def stops(lines: list[Leg]) -> pdk.Layer:
    ends = [{"position": drawn["path"][0]} for drawn in lines] + [{"position": lines[-1]["path"][-1]}]
    return pdk.Layer(
        "ScatterplotLayer",
        ends,
        id="stops",
        get_position="position",
        get_fill_color=[255, 255, 255],
        get_line_color=INK,
        stroked=True,
        line_width_min_pixels=2.5,
        get_radius=6,
        radius_units=pdk.types.String("pixels"),
    )
