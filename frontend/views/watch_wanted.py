"""What is wanted at the favourites: a bike or a dock, of which kind, how many, how surely, and how far the walk is."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

import phrases
import words
from language import say
from phrases import Phrase
from views import address

# One, several, and what is counted of them.
NAMES: dict[str, tuple[Phrase, Phrase, Phrase]] = {
    "any": (phrases.A_BIKE, phrases.N_BIKES, phrases.BIKES),
    "docks": (phrases.A_DOCK, phrases.N_DOCKS, phrases.FREE_DOCKS),
    "mechanical": (phrases.A_MECHANICAL_BIKE, phrases.N_MECHANICAL_BIKES, phrases.MECHANICAL_BIKES),
    "ebike": (phrases.AN_ELECTRIC_BIKE, phrases.N_ELECTRIC_BIKES, phrases.ELECTRIC_BIKES),
}

MOST_AT_ONCE = 5
FARTHEST_MIN = 30

# The probabilities that have a word, but the one that nobody would wait for.
SURE = {f"{least:g}": word for least, word, _ in reversed(words.LIKELIHOODS) if least > 0}
USUALLY = {"want": "any", "at_least": 1, "walk": 5, "p": "0.8"}


@dataclass(frozen=True)
class Wanted:
    """The same at every favourite."""

    # A kind of bike, or `docks`.
    what: str
    at_least: int
    walk_min: int
    p: float

    def named(self) -> str:
        one, several, _ = NAMES[self.what]
        return say(one) if self.at_least == 1 else say(several, number=self.at_least)

    def counted(self) -> str:
        return say(NAMES[self.what][2])

    def at(self, station: str) -> dict[str, Any]:
        """As the API takes it."""
        sort = {"direction": "docks"} if self.what == "docks" else {"direction": "bikes", "bike": self.what}
        return {"station": station, **sort, "at_least": self.at_least, "walk_s": 60 * self.walk_min}


def choose_what() -> None:
    address.take("want", USUALLY["want"], address.one_of(NAMES))
    names = {code: say(one) for code, (one, _, _) in NAMES.items()}
    st.segmented_control(
        say(phrases.I_WANT), names, format_func=names.__getitem__, key="want", required=True, wrap=True
    )
    address.keep("want", USUALLY["want"])


def choose_how() -> None:
    """How many, how far, how surely: what most people leave as it is."""
    address.take("at_least", USUALLY["at_least"], address.whole(1, MOST_AT_ONCE))
    address.take("walk", USUALLY["walk"], address.whole(0, FARTHEST_MIN))
    address.take("p", USUALLY["p"], address.one_of(SURE))
    many, far, sure = st.expander(say(phrases.HOW)).columns(3)
    many.slider(say(phrases.HOW_MANY), 1, MOST_AT_ONCE, key="at_least")
    far.slider(say(phrases.WALK_THERE), 0, FARTHEST_MIN, key="walk")
    names = {p: say(phrases.AT_LEAST_P, word=say(word), p=words.probability(float(p))) for p, word in SURE.items()}
    sure.selectbox(say(phrases.HOW_SURE), names, format_func=names.__getitem__, key="p")
    for key in ("at_least", "walk", "p"):
        address.keep(key, USUALLY[key])


def wanted() -> Wanted:
    chosen = st.session_state
    return Wanted(chosen["want"], chosen["at_least"], chosen["walk"], float(chosen["p"]))
