"""One way to go as a card: when one arrives, leg by leg, how likely the bike and the dock are, and why this way."""

from typing import Any

import streamlit as st

import words

LABELS = {"fastest": "fastest", "safest": "safest", "least_walking": "least walking", "ebike": "electric"}
KINDS = {"mechanical": "mechanical bike", "ebike": "electric bike", "any": "any bike"}

Part = dict[str, Any]


def show_card(journey: Part, number: int) -> None:
    """The whole card."""
    with st.container(border=True, key=f"journey-{number}"):
        labels = " ".join(f":green-badge[{LABELS.get(label, label)}]" for label in journey["labels"])
        st.markdown(f"### {words.minutes(journey['duration_s']['expected'])} &ensp; {labels}")
        st.markdown(
            f"leave **{words.clock(journey['depart_at'])}** · arrive **{words.clock(journey['arrive_at_p50'])}**, "
            f"nine times of ten by **{words.clock(journey['arrive_at_p90'])}**"
        )
        st.markdown("  \n".join(line for leg in journey["legs"] for line in lines(leg)))
        show_fallbacks(journey["fallbacks"])
        for sentence in (*journey["reasons"], *journey["switch_if"]):
            st.caption(f":material/info: {sentence['text']}")


def lines(leg: Part) -> list[str]:
    """A walk in one line; a ride with the station it needs before and after."""
    stretch = f"{words.minutes(leg['duration_s'])}, {words.distance(leg['distance_m'])}"
    if leg["mode"] == "walk":
        return [f":material/directions_walk: walk {stretch}"]
    return [
        f":material/pedal_bike: bike at **{name(leg['from'])}**, {chance(leg['pickup'])}{bikes(leg['pickup'])}",
        f":material/directions_bike: ride {stretch}, {KINDS[leg['kind']]}",
        f":material/local_parking: dock at **{name(leg['to'])}**, {chance(leg['dropoff'])}{docks(leg['dropoff'])}",
    ]


def chance(stop: Part) -> str:
    return f"{words.clock(stop['at'])}: {words.coloured_likelihood(stop['p'])}"


def bikes(stop: Part) -> str:
    """What stands there now, of each kind that the feed tells apart."""
    now = stop.get("bikes_now")
    if now is None:
        return ""
    kinds = {"mechanical": now["mechanical"], "electric": now["ebike"]}
    known = [f"{number} {kind}" for kind, number in kinds.items() if number is not None]
    return f" :small[:gray[· now {now['total']}{' = ' + ' + '.join(known) if known else ''}]]"


def docks(stop: Part) -> str:
    now = stop.get("docks_now")
    return "" if now is None else f" :small[:gray[· now {now}]]"


def show_fallbacks(fallbacks: Part) -> None:
    """Where to go if there is nothing."""
    ends = (("pickup", "bike", "walk", "walk_s"), ("dropoff", "dock", "ride", "ride_s"))
    for end, missing, verb, seconds in ends:
        for station in fallbacks[end][:1]:
            way = f"{verb} {words.minutes(station[seconds])} to {station['name']}"
            st.caption(f"No {missing}? {way}: {words.likelihood(station['p'])} there.")


def name(place: Part) -> str:
    return place.get("name") or f"{place['lat']:.4f}, {place['lon']:.4f}"
