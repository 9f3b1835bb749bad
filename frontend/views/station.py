"""One station: what stands there now, the next three hours, and the last day with its gaps."""

from typing import Any

import streamlit as st

import words
from api_client import Answer
from views.history_chart import history_chart
from views.provenance import badge, meaning, show_notices, show_provenance


def show_station(forecast: Answer, past_day: Answer | None, why_no_past_day: str | None) -> None:
    """The panel beside the map."""
    station = forecast["station"]
    show_now(station)
    show_provenance("counted", forecast)
    show_horizons(forecast)
    history = past_day["historical_24h"] if past_day else []
    st.altair_chart(history_chart(forecast, history), width="stretch", key="history")
    show_gaps(history)
    show_notices(new_notices(forecast))
    if why_no_past_day:
        st.caption(f"The last day is not shown: {why_no_past_day}")


def show_now(station: dict[str, Any]) -> None:
    bikes, docks, capacity = st.columns(3)
    bikes.metric("bikes now", words.count(station["bikes"]))
    docks.metric("free docks now", words.count(station["docks"]))
    capacity.metric("capacity", words.count(station["capacity"]))
    kinds = {"mechanical": station["mechanical"], "electric": station["ebikes"]}
    known = [f"{number} {kind}" for kind, number in kinds.items() if number is not None]
    closed = [word for flag, word in (("is_renting", "rents no bikes"), ("is_returning", "takes none back"))
              if station[flag] is False]  # fmt: skip
    if known or closed:
        st.caption(", ".join([*known, *closed]))


def show_horizons(forecast: Answer) -> None:
    """A table with a row for each horizon: how many to expect, and how likely there is one at all."""
    if not forecast["horizons"]:
        st.caption("No forecast: nobody counts this station now.")
        return
    rows = ["| | bikes | | an e-bike | docks | |", "|:--|--:|:--|:--|--:|:--|"]
    for horizon in forecast["horizons"]:
        later = f"in {words.minutes(horizon['horizon_s'])}".replace(" ", "&nbsp;")
        ahead = f"**{words.clock(horizon['at'])}** :small[:gray[{later}]]"
        ebike = one_at_least(horizon["ebikes"])
        rows.append(f"| {ahead} | {cells(horizon['bikes'])} | {ebike} | {cells(horizon['docks'])} |")
    st.markdown("\n".join(rows))
    source = forecast["forecast_source"]
    by = "" if forecast["model_version"] == source else f"by {forecast['model_version']}, "
    st.markdown(f":small[{badge(source)} :gray[{by}with how likely at least one is]]", help=meaning(source))


def cells(count: dict[str, Any] | None) -> str:
    if count is None:
        return f"{words.MISSING} | "
    return f"**{words.count(count['p50'])}** | {one_at_least(count)}"


def one_at_least(count: dict[str, Any] | None) -> str:
    return words.MISSING if count is None else words.coloured_likelihood(count["p_at_least"][0])


def new_notices(forecast: Answer) -> list[dict[str, Any]]:
    """Those about the forecast; the others stand at the top of the page."""
    return [notice for notice in forecast["notices"] if notice["code"] == "model_unavailable"]


def show_gaps(history: list[dict[str, Any]]) -> None:
    """A missing hour is said, not filled."""
    missing = sum(hour["bikes"] is None for hour in history)
    if missing:
        st.caption(f"{missing} of the last {len(history)} hours without an observation: left open, not filled.")
