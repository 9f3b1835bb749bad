"""The page's address holds what was chosen, so that a bookmark does: codes, which are the same in every language."""

from collections.abc import Callable, Container
from typing import Any

import streamlit as st

Read = Callable[[str], Any]
Write = Callable[[Any], str]


def take(key: str, usual: Any, read: Read) -> None:
    """A widget begins with what the address says; with what is usual where `read` raises `ValueError` at that."""
    if key in st.session_state:
        return
    try:
        st.session_state[key] = read(st.query_params[key])
    except (KeyError, ValueError):
        st.session_state[key] = usual


def keep(key: str, usual: Any, write: Write = str) -> None:
    """The address follows the widget; of what is usual it says nothing."""
    value = st.session_state[key]
    keep_all(key, [] if value == usual else [write(value)])


def keep_all(key: str, values: list[str]) -> None:
    """The address says each of the values, or nothing where there is none."""
    if values != st.query_params.get_all(key):
        if values:
            st.query_params[key] = values
        else:
            del st.query_params[key]


def one_of(choices: Container[str]) -> Read:
    """Reads one of the codes."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def whole(least: int, most: int) -> Read:
    """Reads a whole number that a slider can show."""

    def read(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return read
