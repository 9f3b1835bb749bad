"""Journeys shaped as the API's, made up by hand: two from Bastille to Montparnasse, and the walk."""

from typing import Any

from stub_documents import AS_OF, KNOWN, feed_notices, provenance

Part = dict[str, Any]

BASTILLE, MONTPARNASSE = KNOWN[0], KNOWN[3]
START, END = {"lat": 48.8560, "lon": 2.3720}, {"lat": 48.8405, "lon": 2.3195}


SAVES = {"en": "24 min sooner than walking", "fr": "24\u00a0min plus tôt qu’à pied"}


def journeys(source: str, lang: str, *, found: bool) -> Part:
    offered = [
        journey(source, lang, "fastest", 0.97, 0.93, 1580),
        journey(source, lang, "least_walking", 0.99, 0.41, 1760),
    ]
    return {
        "as_of": AS_OF,
        "data": data(source),
        "journeys": offered if found else [],
        "walk_only": {"mode": "walk", "duration_s": 3020, "distance_m": 3780, "from": START, "to": END},
        "notices": feed_notices(source),
        "attribution": ["Vélib' Métropole – Licence Ouverte"],
    }


def data(source: str) -> Part:
    return {
        "snapshot_at": AS_OF,
        "data_age_s": 41,
        "source": source,
        "forecast_basis": "model",
        "forecast_source": "forecast",
        "forecast_age_s": 41,
        "model_version": "lstm-2022.1",
        "street_basis": "detour",
    }


def journey(source: str, lang: str, label: str, p_bike: float, p_dock: float, expected_s: int) -> Part:
    nation = {"station_id": "id-12109", "name": "Nation - Dorian", "p": 0.88, "walk_s": 150}
    return {
        "id": f"j-{label}",
        "labels": [label],
        "depart_at": AS_OF,
        "arrive_at_expected": "2026-11-20T14:31:23+01:00",
        "arrive_at_p50": "2026-11-20T14:31:00+01:00",
        "arrive_at_p90": "2026-11-20T14:38:00+01:00",
        "duration_s": {"expected": expected_s, "if_ok": expected_s - 60, "p50": expected_s, "p90": expected_s + 400},
        "walk_m": 610,
        "ride_m": 4320,
        "probability": {"bike": p_bike, "dock": p_dock, "no_failure": round(p_bike * p_dock, 2), "source": "forecast"},
        "legs": [
            {"mode": "walk", "duration_s": 250, "distance_m": 310, "from": START, "to": place(BASTILLE)},
            ride(source, p_bike, p_dock),
            {"mode": "walk", "duration_s": 240, "distance_m": 300, "from": place(MONTPARNASSE), "to": END},
        ],
        "fallbacks": {"pickup": [nation], "dropoff": []},
        "switch_if": [],
        "reasons": [{"code": "saves_over_walking", "saves_s": 1440, "text": SAVES[lang]}],
    }


def ride(source: str, p_bike: float, p_dock: float) -> Part:
    bikes_now = {"total": 9, "mechanical": 4, "ebike": 5}
    pickup = stop(BASTILLE, "2026-11-20T14:09:00+01:00", p_bike) | {"bikes_now": bikes_now}
    dropoff = stop(MONTPARNASSE, "2026-11-20T14:28:00+01:00", p_dock) | {"docks_now": 44}
    return {
        "mode": "bike",
        "kind": "any",
        "duration_s": 1030,
        "distance_m": 4320,
        "from": place(BASTILLE),
        "to": place(MONTPARNASSE),
        "pickup_s": 60,
        "dropoff_s": 30,
        "pickup": pickup | provenance(source),
        "dropoff": dropoff | provenance(source),
    }


def stop(station: Part, at: str, p: float) -> Part:
    return {"station_id": station["station_id"], "at": at, "p": p}


def place(station: Part) -> Part:
    return {key: station[key] for key in ("lat", "lon", "station_id", "name")}
