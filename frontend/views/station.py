"""One station: what stands there now, the next three hours, and the last day with its gaps."""

from typing import Any

import streamlit as st

import phrases
import words
from api_client import Answer
from language import say
from views.history_chart import history_chart
from views.provenance import badge, meaning, show_notices, show_provenance


def show_station(forecast: Answer, past_day: Answer | None, why_no_past_day: str | None) -> None:
    """The panel beside the map."""
    station = forecast["station"]
    show_now(station)
    show_provenance(say(phrases.COUNTED), forecast)
    show_horizons(forecast)
    history = past_day["historical_24h"] if past_day else []
    st.altair_chart(history_chart(forecast, history), width="stretch", key="history")
    show_gaps(history)
    show_notices(new_notices(forecast))
    if why_no_past_day:
        st.caption(say(phrases.NO_LAST_DAY, why=why_no_past_day))


def show_now(station: dict[str, Any]) -> None:
    numbers = {"bikes": phrases.BIKES_NOW, "docks": phrases.FREE_DOCKS_NOW, "capacity": phrases.CAPACITY}
    # Side by side on a telephone too, where columns would lie one under the other.
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for key, called in numbers.items():
            st.metric(say(called), words.count(station[key]), width="content")
    kinds = {phrases.MECHANICAL: station["mechanical"], phrases.ELECTRIC: station["ebikes"]}
    known = [f"{number} {say(kind)}" for kind, number in kinds.items() if number is not None]
    closures = (("is_renting", phrases.RENTS_NO_BIKES), ("is_returning", phrases.TAKES_NONE_BACK))
    closed = [say(phrase) for flag, phrase in closures if station[flag] is False]
    if known or closed:
        st.caption(", ".join([*known, *closed]))


def show_horizons(forecast: Answer) -> None:
    """A table with a row for each horizon: how many to expect, and how likely there is one at all."""
    if not forecast["horizons"]:
        st.caption(say(phrases.NO_FORECAST))
        return
    bikes, ebike, docks = say(phrases.BIKES), say(phrases.AN_EBIKE), say(phrases.DOCKS)
    rows = [f"| | {bikes} | {ebike} | {docks} |", "|:--|:--|:--|:--|"]
    for horizon in forecast["horizons"]:
        later = say(phrases.IN_A_WHILE, while_=words.minutes(horizon["horizon_s"])).replace(" ", "&nbsp;")
        ahead = f"**{words.clock(horizon['at'])}** :small[:gray[{later}]]"
        ebike = one_at_least(horizon["ebikes"])
        rows.append(
            f"| {ahead} | {count_and_chance(horizon['bikes'])} | {ebike} | {count_and_chance(horizon['docks'])} |"
        )
    st.markdown("\n".join(rows))
    source = forecast["forecast_source"]
    by = "" if forecast["model_version"] == source else say(phrases.BY_MODEL, model=forecast["model_version"])
    st.markdown(f":small[{badge(source)} :gray[{by}{say(phrases.HOW_LIKELY_ONE)}]]", help=meaning(source))


def count_and_chance(count: dict[str, Any] | None) -> str:
    return words.MISSING if count is None else f"**{words.count(count['p50'])}** · {one_at_least(count)}"


def one_at_least(count: dict[str, Any] | None) -> str:
    return words.MISSING if count is None else words.coloured_likelihood(count["p_at_least"][0])


def new_notices(forecast: Answer) -> list[dict[str, Any]]:
    """Those about the forecast; the others stand at the top of the page."""
    return [notice for notice in forecast["notices"] if notice["code"] == "model_unavailable"]


def show_gaps(history: list[dict[str, Any]]) -> None:
    """A missing hour is said, not filled."""
    missing = sum(hour["bikes"] is None for hour in history)
    if missing:
        st.caption(say(phrases.GAPS, missing=missing, hours=len(history)))
