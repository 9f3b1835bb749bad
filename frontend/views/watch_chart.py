"""How likely it is at each slot, as bars: higher is likelier, and the dashed line is what is wanted."""

from typing import Any

import altair as alt

import phrases
import words
from language import say
from views.history_chart import CLOCK
from views.provenance import source_name

Part = dict[str, Any]

# The colours of the words for a probability.
COLOURS = {
    phrases.VERY_LIKELY: "#0B6E4F",
    phrases.LIKELY: "#5BAA86",
    phrases.UNCERTAIN: "#E8A33D",
    phrases.RISKY: "#CD3C30",
    phrases.UNKNOWN: "#B0B0AC",
}
INK = "#1F2A30"

# What the API calls a forecaster is, for the model, not what it calls its numbers.
SOURCE_OF = {"model": "forecast"}

# Numbers and moments that can be read on a telephone side by side.
MOST_NAMED = 7


def watch_chart(slots: list[Part], wanted: float) -> alt.LayerChart:
    """One bar for each slot; a slot of which nobody can tell has a question mark."""
    bars = [bar(slot) for slot in slots]
    named = bars[:: -(-len(bars) // MOST_NAMED)]
    x = time_axis(bars, named)
    layers = [
        chart(bars).mark_bar(cornerRadiusEnd=2).encode(
            x=x,
            y=probability_axis(),
            color=alt.Color("colour:N", scale=None),
            opacity=paleness(),
            tooltip=tooltips(),
        ),
        # Above all bars, where no other mark is.
        chart(named).mark_text(dy=-7, fontSize=11, color=INK).encode(x=x, y=alt.datum(1), text="said:N"),
        chart([{"height": wanted}]).mark_rule(color=INK, strokeDash=[4, 3]).encode(y="height:Q"),
    ]  # fmt: skip
    return alt.layer(*layers).properties(height=150).configure_view(stroke=None)


def chart(rows: list[Part]) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows))


def bar(slot: Part) -> Part:
    word, _ = words.likelihood_and_colour(slot["p"])
    return {
        "at": slot["at"],
        "clock": words.clock(slot["at"]),
        "height": slot["p"] or 0,
        "said": "?" if slot["p"] is None else words.probability(slot["p"]),
        "colour": COLOURS[word],
        "word": f"{say(word)} {words.probability(slot['p'])}",
        "usual": slot["usual_share"],
        "by": source_name(source(slot)),
    }


def source(slot: Part) -> str:
    """What made a slot's probability, as the page names it everywhere."""
    return SOURCE_OF.get(slot["basis"], slot["basis"])


def time_axis(bars: list[Part], named: list[Part]) -> alt.X:
    order = [bar["at"] for bar in bars]
    values = [bar["at"] for bar in named]
    axis = alt.Axis(values=values, labelExpr=CLOCK, labelAngle=0, ticks=False, labelOverlap=False, labelFlush=False)
    return alt.X("at:O", sort=order, scale=alt.Scale(domain=order, paddingInner=0.15), title=None, axis=axis)


def probability_axis() -> alt.Y:
    """Room is left above for the number on a bar that is certain."""
    axis = alt.Axis(values=[0, 0.5, 1], labelExpr="datum.value * 100 + ' %'")
    return alt.Y("height:Q", title=None, scale=alt.Scale(domain=[0, 1.15]), axis=axis)


def paleness() -> alt.Opacity:
    return alt.Opacity("usual:Q", scale=alt.Scale(domain=[0, 1], range=[1, 0.45]), legend=None)


def tooltips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("clock:N", title=say(phrases.AXIS_AT)),
        alt.Tooltip("word:N", title=say(phrases.PROBABILITY)),
        alt.Tooltip("by:N", title=say(phrases.BASIS)),
        alt.Tooltip("usual:Q", title=say(phrases.USUAL_SHARE), format=".0%"),
    ]
