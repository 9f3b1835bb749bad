"""Documents shaped as the API's, made up by hand: six stations that matter, and others to fill the map."""

import math
from typing import Any

Part = dict[str, Any]

AS_OF = "2026-11-20T14:05:03+01:00"


def provenance(source: str) -> Part:
    return {"source": source, "as_of": AS_OF, "age_s": 41}


def station(code: str | None, name: str, place: tuple[float, float], bikes: int | None, docks: int | None) -> Part:
    lat, lon = place
    return {
        "station_id": f"id-{code or name}",
        "code": code,
        "name": name,
        "lat": lat,
        "lon": lon,
        "capacity": None if bikes is None else bikes + (docks or 0) + 1,
        "capacity_source": None if bikes is None else "feed",
        "bikes": bikes,
        "mechanical": None if bikes is None else bikes // 2,
        "ebikes": None if bikes is None else bikes - bikes // 2,
        "docks": docks,
        "is_installed": True,
        "is_renting": True,
        "is_returning": True,
    }


KNOWN = [
    station("11001", "Bastille - Richard Lenoir", (48.8540, 2.3690), 9, 21),
    station("10008", "République - Temple", (48.8676, 2.3632), 0, 34),
    station("12109", "Nation - Dorian", (48.8473, 2.3936), 2, 0),
    station("14111", "Gare Montparnasse - Arrivée", (48.8423, 2.3211), 17, 44),
    station(None, "Hôtel de Ville (relais)", (48.8625, 2.4410), 0, 0) | {"is_renting": False, "is_returning": False},
    station("17041", "Pont Cardinet", (48.8880, 2.3170), None, None),
]


def sunflower() -> list[Part]:
    """420 stations around the Île de la Cité, with counts that repeat."""
    stations = []
    for n in range(1, 421):
        angle, radius = n * 2.399963, 0.052 * math.sqrt(n / 420)
        place = (48.8590 + radius * math.sin(angle), 2.3440 + 1.45 * radius * math.cos(angle))
        bikes = (n * 7 + n * n) % 13
        open_ = n % 61 != 0
        stations.append(
            station(str(20000 + n), f"Rue n° {n}", place, bikes, 24 - bikes)
            | {"is_renting": open_, "is_returning": open_}
        )
    return stations


ALL = KNOWN + sunflower()


def find(name: str) -> Part | None:
    return next((station for station in ALL if name in (station["code"], station["station_id"])), None)


def stations(source: str) -> Part:
    return provenance(source) | {"notices": feed_notices(source), "count": len(ALL), "stations": ALL}


def feed_notices(source: str) -> list[Part]:
    if source != "simulated":
        return []
    return [{"code": "simulated_feed", "severity": "info", "detail": "no real bike stands behind these counts"}]


MODEL_DOWN = {
    "code": "model_unavailable",
    "severity": "warning",
    "detail": "forecasts carry the last count forward, because the model gave none 12 s ago: connection refused",
}


def forecast(station: Part, source: str, *, model_up: bool) -> Part:
    by = "forecast" if model_up else "persistence"
    counted = station["bikes"] is not None
    return provenance(source) | {
        "station": station,
        "forecast_basis": "model" if model_up else "persistence",
        "model_version": "lstm-2022.1" if model_up else "persistence-1",
        "forecast_source": by,
        "missing_slots": 4 if counted else None,
        "horizons": [horizon(station, hours) for hours in (1, 2, 3)] if counted else [],
        "notices": feed_notices(source) + ([] if model_up else [MODEL_DOWN]),
    }


def horizon(station: Part, hours: int) -> Part:
    bikes = max(station["bikes"] + 2.4 - 1.7 * hours, 0)
    return {
        "horizon_s": hours * 3600,
        "at": f"2026-11-20T{14 + hours}:05:03+01:00",
        "bikes": count(bikes, 1.3 * hours, 1.0 - 0.09 * hours),
        "ebikes": part(bikes / 2, 0.9 - 0.12 * hours) if station["ebikes"] is not None else None,
        "docks": count(station["docks"], 1.5 * hours, 1.0 - 0.2 * hours),
    }


def count(middle: float, spread: float, p: float) -> Part:
    quantiles = {"p10": round(max(middle - spread, 0), 1), "p50": round(middle, 1), "p90": round(middle + spread, 1)}
    return quantiles | {"mean": round(middle, 1), "p_at_least": [round(p - 0.05 * n, 2) for n in range(5)]}


def part(mean: float, p: float) -> Part:
    return {"mean": round(mean, 1), "p_at_least": [round(p - 0.1 * n, 2) for n in range(5)]}


def past_day(station: Part, source: str) -> Part:
    """What a page needs of `/predict`: the hours, with a gap of three at night and one lone hour missing."""
    counts = [3, 2, 2, 1, 0, 0, 1, 3, 6, 10, None, None, None, 15, 16, 14, 9, None, 4, 4, 6, 8, 9, station["bikes"]]
    hours = [(19, 15 + n) if n < 9 else (20, n - 9) for n in range(24)]
    times = [f"2026-11-{day}T{hour:02}:05:03+01:00" for day, hour in hours]
    history = [
        {"bikes": bikes, "time": time, "source": None if bikes is None else "remembered"}
        for bikes, time in zip(counts, times, strict=True)
    ]
    return provenance(source) | {"historical_24h": history}


def places(text: str) -> Part:
    """The address of the town hall, whatever is asked for but nowhere."""
    town_hall = {"label": "4 Place de l'Hôtel de Ville, 75004 Paris", "kind": "address", "lat": 48.8566, "lon": 2.3522}
    found = [] if text == "nowhere" else [town_hall | {"source": "geoplateforme"}]
    return {
        "as_of": AS_OF,
        "count": len(found),
        "places": found,
        "notices": [],
        "attribution": ["BAN"] if found else [],
    }
