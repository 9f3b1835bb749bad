"""The stretch of time that is asked about: the next hours, or a time of day that a bookmark can hold."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

# The API tells every moment in this zone, and people mean it when they say eight o'clock.
PARIS = ZoneInfo("Europe/Paris")

# Up to here there is a slot every ten minutes, beyond it every half hour.
DENSE = timedelta(hours=3)


def ahead(now: datetime, hours: int) -> dict[str, Any]:
    """From now on. `now` knows its zone."""
    return window(now, None, now + timedelta(hours=hours))


def daily(now: datetime, earliest: time, latest: time) -> dict[str, Any]:
    """The next such stretch, over midnight too, or what is left of the one that is on."""
    first, last = following(now, earliest), following(now, latest)
    return window(now, first if first <= last else None, last)


def following(now: datetime, clock: time) -> datetime:
    """The next moment at which clocks in Paris show this."""
    here = now.astimezone(PARIS)
    today = datetime.combine(here.date(), clock, PARIS)
    # Across a change of clocks a day has 23 or 25 hours, which only whole dates know.
    return today if today > here else datetime.combine(here.date() + timedelta(days=1), clock, PARIS)


def window(now: datetime, first: datetime | None, last: datetime) -> dict[str, Any]:
    """As the API takes it; without a first moment it begins now."""
    every = timedelta(minutes=10 if last - (first or now) <= DENSE else 30)
    begins = {} if first is None else {"from": first.isoformat()}
    return begins | {"until": last.isoformat(), "every_s": int(every.total_seconds())}
