"""Where the numbers come from and how old they are: a badge beside each block, a banner when no bike is real."""

from typing import Any

import streamlit as st

import words

# Colour and meaning of each source that the API names.
SOURCES = {
    "live": ("green", "counted by the operator's feed"),
    "remembered": ("orange", "counted in an earlier snapshot of the feed"),
    "forecast": ("blue", "a model's forecast"),
    "climatology": ("violet", "the station's usual state at this hour of the week"),
    "persistence": ("violet", "the last count carried forward, with the spread that changes usually have"),
    "simulated": ("red", "made by a simulated city"),
    "replayed": ("orange", "read from stored documents, served again"),
}

BANNERS = {
    "simulated": ("theater_comedy", "**Simulated city.** No bike stands behind any number on this page."),
    "replayed": ("history", "**Replayed documents.** These numbers were true once; the city has moved on."),
}

# What the banner says already.
IN_THE_BANNER = {"simulated_feed", "replayed_feed"}


def show_banner(source: str) -> None:
    """Says at the top of the page that the city on it is not the city outside."""
    if source in BANNERS:
        icon, text = BANNERS[source]
        st.warning(text, icon=f":material/{icon}:")


def show_notices(notices: list[dict[str, Any]]) -> None:
    """What the API wants a reader to know about its answer."""
    for notice in notices:
        if notice["code"] not in IN_THE_BANNER:
            show = st.warning if notice["severity"] == "warning" else st.info
            show(notice["detail"])


def show_provenance(what: str, numbers: dict[str, Any]) -> None:
    """One line: what, by which source, of which moment, how old; `numbers` holds `source`, `as_of` and `age_s`."""
    source = numbers.get("source")
    moment = f"at {words.clock(numbers.get('as_of'))}, {words.age(numbers.get('age_s'))}"
    st.markdown(f":small[{what} {badge(source)} :gray[{moment}]]", help=meaning(source), width="content")


def badge(source: str | None) -> str:
    """The source as a small coloured label."""
    colour, _ = SOURCES.get(source or "", ("gray", ""))
    return f":{colour}-badge[{source or 'unknown source'}]"


def meaning(source: str | None) -> str:
    _, text = SOURCES.get(source or "", ("", "the API does not say where this comes from"))
    return text
