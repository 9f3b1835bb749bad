"""One favourite as a card: the alert and when to leave in words, the probabilities as a picture, and their sources."""

from itertools import groupby
from typing import Any

import streamlit as st

import phrases
import words
from api_client import Answer
from language import say
from views.provenance import badge, meaning, show_provenance
from views.watch_chart import source, watch_chart
from views.watch_wanted import Wanted

Part = dict[str, Any]


def show_watched(station: Part, answer: Answer, wanted: Wanted, favourite: str) -> None:
    """The whole card; a favourite is called as the page's address has it, by its code or by its id."""
    with st.container(border=True, key=f"watched-{favourite}"):
        st.markdown(f"#### {station['name']}")
        st.markdown("  \n".join([alert(station, wanted), leave(station, wanted)]))
        st.altair_chart(watch_chart(station["slots"], answer["p"]), width="stretch", key=f"slots-{favourite}")
        counted = say(phrases.COUNTED_NOW, number=words.count(station["now"]), what=wanted.counted())
        show_provenance(counted, answer)
        show_forecasters(station["slots"], answer)


def alert(station: Part, wanted: Wanted) -> str:
    """When it gets less likely than wanted, or that it does not; what nobody can tell is not called safe."""
    slots, at = station["slots"], station["alert_at"]
    unknown = sum(slot["p"] is None for slot in slots)
    told = {"what": wanted.named(), "p": words.probability(wanted.p)}
    if at:
        first = phrases.ALERT_ALREADY if at == slots[0]["at"] else phrases.ALERT
        return f":red[:material/notifications_active:] {say(first, clock=words.clock(at), **told)}"
    if unknown:
        return f":gray[:material/help:] {say(phrases.NOBODY_CAN_TELL, unknown=unknown, all=len(slots))}"
    return f":green[:material/check_circle:] {say(phrases.NO_ALERT, **told)}"


def leave(station: Part, wanted: Wanted) -> str:
    """The first stretch of time to leave in."""
    when = station["leave"]
    if when is None:
        return f":gray[:material/schedule:] {say(phrases.NEVER_LEAVE, p=words.probability(wanted.p))}"
    earliest, latest = words.clock(when["from"]), words.clock(when["until"])
    told = {"earliest": earliest, "likelihood": words.coloured_likelihood(when["p"])}
    alone = earliest == latest
    sentence = say(phrases.LEAVE_AT, **told) if alone else say(phrases.LEAVE_BETWEEN, latest=latest, **told)
    return f":material/directions_walk: {sentence}"


def show_forecasters(slots: list[Part], answer: Answer) -> None:
    """Who tells the first slots, and from when on somebody else does."""
    runs = [(by, next(run)["at"]) for by, run in groupby(slots, key=source)]
    for number, (by, first) in enumerate(runs):
        if number == 0:
            made = {"source": by, "as_of": answer["as_of"], "age_s": answer["age_s"]}
            show_provenance(say(phrases.PROBABILITIES_BY, model=answer["model_version"]), made)
        else:
            later = say(phrases.BASIS_FROM, clock=words.clock(first))
            st.markdown(f":small[{later} {badge(by)}]", help=meaning(by), width="content")
