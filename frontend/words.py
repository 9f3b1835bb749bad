"""Numbers as people say them. Moments come from the API with their offset and are cut, never converted."""

import language
import phrases
from language import say
from phrases import Phrase

MISSING = "–"

# The least probability, the word and the colour; the bins are those in which the forecast is checked against what
# came true.
LIKELIHOODS: tuple[tuple[float, Phrase, str], ...] = (
    (0.95, phrases.VERY_LIKELY, "green"),
    (0.8, phrases.LIKELY, "green"),
    (0.5, phrases.UNCERTAIN, "orange"),
    (0.0, phrases.RISKY, "red"),
)


def clock(moment: str | None) -> str:
    """`2026-11-21T08:02:00+01:00` → `08:02`, or `08 h 02` in French, in whatever zone the API chose."""
    if not moment:
        return MISSING
    return moment[11:16].replace(":", "\u00a0h\u00a0") if language.chosen() == "fr" else moment[11:16]


def minutes(seconds: float | None) -> str:
    if seconds is None:
        return MISSING
    if seconds < 60:
        return spelled("< 1 min")
    hours, rest = divmod(round(seconds / 60), 60)
    if not hours:
        return spelled(f"{rest} min")
    return spelled(f"{hours} h {rest:02} min" if rest else f"{hours} h")


def distance(metres: float | None) -> str:
    if metres is None:
        return MISSING
    return spelled(f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m")


def age(seconds: float | None) -> str:
    """`41 s old`, `12 min old`, `3 h old`, `2 days old`."""
    if seconds is None:
        return say(phrases.AGE_UNKNOWN)
    for unit_s, unit in ((86_400, phrases.AGE_DAYS), (3_600, phrases.AGE_H), (60, phrases.AGE_MIN)):
        if seconds >= 2 * unit_s:
            return say(unit, number=f"{seconds / unit_s:.0f}")
    return say(phrases.AGE_S, number=f"{seconds:.0f}")


def count(number: float | None) -> str:
    """A count, or a forecast of one to the nearest half."""
    if number is None:
        return MISSING
    return spelled(f"{round(number * 2) / 2:g}")


def probability(p: float | None) -> str:
    return MISSING if p is None else spelled(f"{p:.2f}")


def likelihood(p: float | None) -> str:
    """The word for a probability."""
    return say(likelihood_and_colour(p)[0])


def coloured_likelihood(p: float | None) -> str:
    """The word in its colour, with the number behind it."""
    word, colour = likelihood_and_colour(p)
    number = "" if p is None else f" :small[:gray[{probability(p)}]]"
    return f":{colour}[**{say(word)}**]{number}"


def likelihood_and_colour(p: float | None) -> tuple[Phrase, str]:
    if p is None:
        return phrases.UNKNOWN, "gray"
    return next((word, colour) for least, word, colour in LIKELIHOODS if p >= least)


def spelled(number: str) -> str:
    """A number with its unit, by the language's rules: French has a decimal comma and lets no unit go astray."""
    return number.replace(".", ",").replace(" ", "\u00a0") if language.chosen() == "fr" else number
