"""Which language the page speaks, and phrases in it."""

import streamlit as st

from phrases import Phrase

# Code and name of each, as phrases and the API name them.
LANGUAGES = {"en": "English", "fr": "Français"}


def chosen() -> str:
    """What the reader or the page's address chose, else the browser's."""
    return st.session_state.get("lang") or of_the_browser()


def of_the_browser() -> str:
    """The browser's language where there is a page in it; English otherwise, as the API answers."""
    primary = (st.context.locale or "").split("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def say(phrase: Phrase, **told: str | float) -> str:
    """The phrase in the language of the page, with what is told in it."""
    return getattr(phrase, chosen()).format(**told)
