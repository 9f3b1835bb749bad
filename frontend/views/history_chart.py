"""The last day and the next hours of one station in one line, broken where nothing was observed."""

from typing import Any

import altair as alt

import phrases
from api_client import Answer
from language import say

SEEN = "#1F2A30"
AHEAD = "#2F6FDE"

# Moments stay the text that the API sent: an axis of moments would be moved into the browser's zone.
CLOCK = "slice(datum.value, 11, 16)"

Points = list[dict[str, Any]]


def history_chart(forecast: Answer, history: Points) -> alt.LayerChart:
    """Observed hours in ink; forecast hours in blue, with the band in which eight of ten should fall."""
    seen = [{"time": hour["time"], "bikes": hour["bikes"]} for hour in history]
    now = {"time": forecast["as_of"], "bikes": forecast["station"]["bikes"]}
    seen = [*(point for point in seen if point["time"] != now["time"]), now]
    ahead = [now | {"p10": now["bikes"], "p90": now["bikes"]}, *map(point_ahead, forecast["horizons"])]
    x = time_axis([*seen, *ahead])
    y = alt.Y(
        "bikes:Q", title=say(phrases.BIKES), scale=alt.Scale(domainMin=0, nice=True), axis=alt.Axis(tickMinStep=1)
    )
    layers = [band(ahead, x), line(seen, x, y, SEEN), line(ahead, x, y, AHEAD, strokeDash=[5, 3])]
    return alt.layer(*layers).properties(height=220).configure_view(stroke=None)


def time_axis(points: Points) -> alt.X:
    """One place for each moment, in order; every third one is named, counted back from the last."""
    order = list(dict.fromkeys(point["time"] for point in points))
    named = order[::-3][::-1]
    axis = alt.Axis(values=named, labelExpr=CLOCK, labelAngle=0, ticks=False, labelOverlap="greedy")
    return alt.X("time:O", sort=order, scale=alt.Scale(domain=order), title=None, axis=axis)


def point_ahead(horizon: dict[str, Any]) -> dict[str, Any]:
    bikes = horizon["bikes"] or {}
    return {"time": horizon["at"], "bikes": bikes.get("p50"), "p10": bikes.get("p10"), "p90": bikes.get("p90")}


def line(points: Points, x: alt.X, y: alt.Y, colour: str, **look: Any) -> alt.Chart:
    """A line whose nulls are gaps; a dot on each value, so that an hour between two gaps is still seen."""
    dots = alt.OverlayMarkDef(color=colour, size=22)
    tooltip = [alt.Tooltip("time:N", title=say(phrases.AXIS_AT)), alt.Tooltip("bikes:Q", title=say(phrases.BIKES))]
    chart = alt.Chart(alt.Data(values=points))
    marked = chart.mark_line(invalid="break-paths-show-path-domains", color=colour, strokeWidth=2, point=dots, **look)
    return marked.encode(x=x, y=y, tooltip=tooltip)


def band(points: Points, x: alt.X) -> alt.Chart:
    known = [point for point in points if point["p10"] is not None and point["p90"] is not None]
    chart = alt.Chart(alt.Data(values=known)).mark_area(color=AHEAD, opacity=0.15)
    return chart.encode(x=x, y=alt.Y("p10:Q"), y2=alt.Y2("p90:Q"))
