"""Numbers as people say them. Moments come from the API with their offset and are cut, never converted."""

MISSING = "–"


def clock(moment: str | None) -> str:
    """`2026-11-21T08:02:00+01:00` → `08:02`, in whatever zone the API chose."""
    return moment[11:16] if moment else MISSING


def minutes(seconds: float | None) -> str:
    if seconds is None:
        return MISSING
    if seconds < 60:
        return "< 1 min"
    hours, rest = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def distance(metres: float | None) -> str:
    if metres is None:
        return MISSING
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def age(seconds: float | None) -> str:
    """`41 s old`, `12 min old`, `3 h old`, `2 days old`."""
    if seconds is None:
        return "of unknown age"
    for unit_s, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{seconds / unit_s:.0f} {name} old"
    return f"{seconds:.0f} s old"


def count(number: float | None) -> str:
    """A count, or a forecast of one to the nearest half."""
    if number is None:
        return MISSING
    return f"{round(number * 2) / 2:g}"


def likelihood(p: float | None) -> str:
    """The word for a probability; the bins are those in which the forecast is checked against what came true."""
    if p is None:
        return "unknown"
    for least, word in ((0.95, "very likely"), (0.8, "likely"), (0.5, "uncertain")):
        if p >= least:
            return word
    return "risky"


def coloured_likelihood(p: float | None) -> str:
    """The word in its colour, with the number behind it."""
    colours = {"very likely": "green", "likely": "green", "uncertain": "orange", "risky": "red"}
    word = likelihood(p)
    number = "" if p is None else f" :small[:gray[{p:.2f}]]"
    return f":{colours.get(word, 'gray')}[**{word}**]{number}"
