"""Where the numbers come from and how old they are: a badge beside each block, a banner when no bike is real."""

from typing import Any

import streamlit as st

import phrases
import words
from api_client import ApiError
from language import say

# Colour, name and meaning of each source that the API names.
SOURCES = {
    "live": ("green", phrases.LIVE, phrases.MEANS_LIVE),
    "remembered": ("orange", phrases.REMEMBERED, phrases.MEANS_REMEMBERED),
    "forecast": ("blue", phrases.FORECAST, phrases.MEANS_FORECAST),
    "climatology": ("violet", phrases.CLIMATOLOGY, phrases.MEANS_CLIMATOLOGY),
    "persistence": ("violet", phrases.PERSISTENCE, phrases.MEANS_PERSISTENCE),
    "simulated": ("red", phrases.SIMULATED, phrases.MEANS_SIMULATED),
    "replayed": ("orange", phrases.REPLAYED, phrases.MEANS_REPLAYED),
}

NO_SOURCE = ("gray", phrases.UNKNOWN_SOURCE, phrases.MEANS_NOTHING)

BANNERS = {
    "simulated": ("theater_comedy", phrases.SIMULATED_CITY),
    "replayed": ("history", phrases.REPLAYED_DOCUMENTS),
}

NOTICES = {
    "feed_unavailable": phrases.FEED_UNAVAILABLE,
    "stale_data": phrases.STALE_DATA,
    "frozen_feed": phrases.FROZEN_FEED,
    "history_unavailable": phrases.HISTORY_UNAVAILABLE,
    "model_unavailable": phrases.MODEL_UNAVAILABLE,
    "beyond_forecast": phrases.BEYOND_FORECAST,
}

# What the banner says already.
IN_THE_BANNER = {"simulated_feed", "replayed_feed"}


def show_banner(source: str) -> None:
    """Says at the top of the page that the city on it is not the city outside."""
    if source in BANNERS:
        icon, text = BANNERS[source]
        st.warning(say(text), icon=f":material/{icon}:")


def show_notices(notices: list[dict[str, Any]]) -> None:
    """What the API wants a reader to know about its answer."""
    for notice in notices:
        if notice["code"] not in IN_THE_BANNER:
            show = st.warning if notice["severity"] == "warning" else st.info
            about = f"**{say(NOTICES[notice['code']])}** · " if notice["code"] in NOTICES else ""
            show(about + notice["detail"])


def show_error(error: ApiError) -> None:
    """Why there is nothing to show, and what to do about it."""
    hint = f"  \n:material/lightbulb: {error.hint}" if error.hint else ""
    st.error(f"{error}{hint}", icon=":material/error:")


def show_provenance(what: str, numbers: dict[str, Any]) -> None:
    """One line: what, by which source, of which moment, how old; `numbers` holds `source`, `as_of` and `age_s`."""
    source = numbers.get("source")
    moment = say(phrases.AT_AND_AGE, clock=words.clock(numbers.get("as_of")), age=words.age(numbers.get("age_s")))
    st.markdown(f":small[{what} {badge(source)} :gray[{moment}]]", help=meaning(source), width="content")


def badge(source: str | None) -> str:
    """The source as a small coloured label."""
    colour, _, _ = SOURCES.get(source or "", NO_SOURCE)
    return f":{colour}-badge[{source_name(source)}]"


def source_name(source: str | None) -> str:
    """What the page calls a source; one that it does not know keeps the API's name."""
    return source if source and source not in SOURCES else say(SOURCES.get(source or "", NO_SOURCE)[1])


def meaning(source: str | None) -> str:
    _, _, text = SOURCES.get(source or "", NO_SOURCE)
    return say(text)
