"""The favourites: stations that the page's address holds, and nothing else does."""

import streamlit as st

import phrases
from language import say
from views import address


def favourites() -> list[str]:
    """Each once, by its code or its id, as the address has them."""
    return list(dict.fromkeys(st.query_params.get_all("favourite")))


def keep_favourites(chosen: list[str]) -> None:
    address.keep_all("favourite", chosen)


def show_star(station: str) -> None:
    """A button that makes a station a favourite, or one no more."""
    others = [favourite for favourite in favourites() if favourite != station]
    starred = station in favourites()
    label = say(phrases.FORGET_FAVOURITE if starred else phrases.MAKE_FAVOURITE)
    icon = ":material/star:" if starred else ":material/star_outline:"
    chosen = others if starred else [*others, station]
    st.button(label, icon=icon, key="star", type="tertiary", on_click=keep_favourites, args=(chosen,))
