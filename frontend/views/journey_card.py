"""One way to go as a card: when one arrives, leg by leg, how likely the bike and the dock are, and why this way."""

from typing import Any

import streamlit as st

import phrases
import words
from language import say

LABELS = {
    "fastest": phrases.FASTEST,
    "safest": phrases.SAFEST,
    "least_walking": phrases.LEAST_WALKING,
    "ebike": phrases.ELECTRIC_JOURNEY,
}
KINDS = {"mechanical": phrases.MECHANICAL_BIKE, "ebike": phrases.ELECTRIC_BIKE, "any": phrases.ANY_BIKE}

Part = dict[str, Any]


def show_card(journey: Part, number: int) -> None:
    """The whole card."""
    with st.container(border=True, key=f"journey-{number}"):
        labels = " ".join(f":green-badge[{label(code)}]" for code in journey["labels"])
        st.markdown(f"### {words.minutes(journey['duration_s']['expected'])} &ensp; {labels}")
        moments = {"depart": "depart_at", "arrive": "arrive_at_p50", "late": "arrive_at_p90"}
        clocks = {name: words.clock(journey[moment]) for name, moment in moments.items()}
        st.markdown(say(phrases.LEAVE_AND_ARRIVE, **clocks))
        st.markdown("  \n".join(line for leg in journey["legs"] for line in lines(leg)))
        show_fallbacks(journey["fallbacks"])
        for sentence in (*journey["reasons"], *journey["switch_if"]):
            st.caption(f":material/info: {sentence['text']}")


def label(code: str) -> str:
    return say(LABELS[code]) if code in LABELS else code


def lines(leg: Part) -> list[str]:
    """A walk in one line; a ride with the station it needs before and after."""
    stretch = f"{words.minutes(leg['duration_s'])}, {words.distance(leg['distance_m'])}"
    if leg["mode"] == "walk":
        return [f":material/directions_walk: {say(phrases.LEG_WALK, stretch=stretch)}"]
    bike = say(phrases.BIKE_AT, name=name(leg["from"]), chance=chance(leg["pickup"]))
    ride = say(phrases.LEG_RIDE, stretch=stretch, kind=say(KINDS[leg["kind"]]))
    dock = say(phrases.DOCK_AT, name=name(leg["to"]), chance=chance(leg["dropoff"]))
    return [
        f":material/pedal_bike: {bike}{bikes(leg['pickup'])}",
        f":material/directions_bike: {ride}",
        f":material/local_parking: {dock}{docks(leg['dropoff'])}",
    ]


def chance(stop: Part) -> str:
    likelihood = words.coloured_likelihood(stop["p"])
    return say(phrases.CHANCE_AT, clock=words.clock(stop["at"]), likelihood=likelihood)


def bikes(stop: Part) -> str:
    """What stands there now, of each kind that the feed tells apart."""
    now = stop.get("bikes_now")
    if now is None:
        return ""
    kinds = {say(phrases.MECHANICAL): now["mechanical"], say(phrases.ELECTRIC): now["ebike"]}
    known = [f"{number} {kind}" for kind, number in kinds.items() if number is not None]
    number = f"{now['total']}{' = ' + ' + '.join(known) if known else ''}"
    return f" :small[:gray[· {say(phrases.NOW_THERE, number=number)}]]"


def docks(stop: Part) -> str:
    now = stop.get("docks_now")
    return "" if now is None else f" :small[:gray[· {say(phrases.NOW_THERE, number=now)}]]"


def show_fallbacks(fallbacks: Part) -> None:
    """Where to go if there is nothing."""
    for end, instead, seconds in (("pickup", phrases.NO_BIKE, "walk_s"), ("dropoff", phrases.NO_DOCK, "ride_s")):
        for station in fallbacks[end][:1]:
            way = {"while_": words.minutes(station[seconds]), "name": station["name"]}
            st.caption(say(instead, **way, likelihood=words.likelihood(station["p"])))


def name(place: Part) -> str:
    return place.get("name") or f"{place['lat']:.4f}, {place['lon']:.4f}"
