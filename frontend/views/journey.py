"""The second page: two places and a kind of bike in, the API's cards out, with the walk beside them."""

import re
from typing import Any

import streamlit as st

import api_client
import phrases
import words
from api_client import Answer, ApiError
from language import say
from views.journey_card import show_card
from views.journey_map import show_journey_map
from views.provenance import show_error, show_notices, show_provenance

BIKES = {"any": phrases.ANY_BIKE, "mechanical": phrases.MECHANICAL_BIKE, "ebike": phrases.ELECTRIC_BIKE}

# Notices about the counts stand at the top of every page.
ABOUT_THE_JOURNEY = {"model_unavailable", "beyond_forecast"}

COORDINATES = re.compile(r"\s*-?\d+(\.\d+)?\s*,\s*-?\d+(\.\d+)?\s*")

Station = dict[str, Any]


def show_journey_page(stations: list[Station]) -> None:
    """The question, and what the API answers to it."""
    by_name = {station["code"] or station["station_id"]: station for station in stations}
    origin, destination = choose_places(by_name)
    bike, max_walk_m = choose_preferences()
    if not origin or not destination:
        st.info(say(phrases.CHOOSE_ENDS))
        return
    try:
        ends = place(origin, by_name), place(destination, by_name)
        if None in ends:
            return
        answer = api_client.journeys(*ends, bike, max_walk_m)
    except ApiError as error:
        show_error(error)
        return
    show_answer(answer)


def choose_places(by_name: dict[str, Station]) -> tuple[str | None, str | None]:
    def choose(column: Any, label: str, key: str) -> str | None:
        return column.selectbox(
            label,
            sorted(by_name, key=lambda name: by_name[name]["name"]),
            index=None,
            key=key,
            format_func=lambda name: by_name[name]["name"] if name in by_name else name,
            placeholder=say(phrases.A_PLACE),
            accept_new_options=True,
            bind="query-params",
        )

    left, right = st.columns(2)
    return choose(left, say(phrases.FROM), "from"), choose(right, say(phrases.TO), "to")


def choose_preferences() -> tuple[str, int]:
    left, right = st.columns(2)
    names = {code: say(name) for code, name in BIKES.items()}
    bike = left.segmented_control(
        say(phrases.BIKE), names, default="any", format_func=names.__getitem__, key="bike", required=True
    )
    return bike, right.slider(say(phrases.FARTHEST_WALK), 200, 2000, 1000, step=100, key="max_walk_m")


def place(chosen: str, by_name: dict[str, Station]) -> str | None:
    """What the API is asked for: a station's position, coordinates as they were typed, or the place of that name."""
    station = by_name.get(chosen)
    if station:
        return f"{station['lat']},{station['lon']}"
    return chosen if COORDINATES.fullmatch(chosen) else looked_up(chosen)


def looked_up(name: str) -> str | None:
    """The position of the place that fits a name best, with what it was taken for."""
    answer = api_client.geocode(name)
    if not answer["places"]:
        reasons = [notice["detail"] for notice in answer["notices"]]
        st.warning(" · ".join([say(phrases.NOWHERE, name=name), *reasons]), icon=":material/location_off:")
        return None
    found = answer["places"][0]
    st.caption(" · ".join([f":material/location_on: {found['label']}", *answer["attribution"]]))
    return f"{found['lat']},{found['lon']}"


def show_answer(answer: Answer) -> None:
    show_notices([notice for notice in answer["notices"] if notice["code"] in ABOUT_THE_JOURNEY])
    cards, picture = st.columns([5, 4], gap="medium")
    with cards:
        for number, journey in enumerate(answer["journeys"]):
            show_card(journey, number)
        show_walk(answer["walk_only"], beside_journeys=bool(answer["journeys"]))
        show_sources(answer["data"])
    with picture:
        show_journey_map(answer)
        st.caption(" · ".join(answer["attribution"]))


def show_walk(walk: dict[str, Any], *, beside_journeys: bool) -> None:
    title = say(phrases.OR_WALK if beside_journeys else phrases.ONLY_WALK)
    stretch = f"{words.minutes(walk['duration_s'])}, {words.distance(walk['distance_m'])}"
    with st.container(border=True):
        st.markdown(f":material/directions_walk: {say(phrases.WALK_TAKES, title=title, stretch=stretch)}")


def show_sources(data: dict[str, Any]) -> None:
    """The counts of now, the probabilities, and the times on the street: each with what it rests on."""
    counts = {"source": data["source"], "as_of": data["snapshot_at"], "age_s": data["data_age_s"]}
    show_provenance(say(phrases.COUNTS), counts)
    issued = {"source": data["forecast_source"], "as_of": data["snapshot_at"], "age_s": data["forecast_age_s"]}
    show_provenance(say(phrases.PROBABILITIES_BY, model=data["model_version"]), issued)
    if data["street_basis"] == "detour":
        st.caption(say(phrases.STREETS_GUESSED))
