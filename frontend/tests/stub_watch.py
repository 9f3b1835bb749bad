"""What becomes of favourites, shaped as the API's answer, made up by hand: a chance that falls by a tenth a slot."""

from typing import Any

from stub_documents import MODEL_DOWN, feed_notices, find, provenance

Part = dict[str, Any]

# Each slot's, where somebody counts the station.
CHANCES = [0.97, 0.91, 0.83, 0.74, 0.66, 0.58, 0.52]


def watch(source: str, form: Part, *, model_up: bool) -> Part:
    """As the API answers a form in which every station is known."""
    return provenance(source) | {
        "forecast_basis": "model",
        "model_version": "lstm-2022.1",
        "p": form["p"],
        "stations": [watched(wanted, form["p"]) for wanted in form["stations"]],
        "notices": feed_notices(source) + ([] if model_up else [MODEL_DOWN]),
    }


def watched(wanted: Part, p: float) -> Part:
    station = find(wanted["station"])
    counted = station["bikes"] is not None
    chances = CHANCES if counted else [None] * len(CHANCES)
    slots = [slot(number, chance) for number, chance in enumerate(chances)]
    likely = [slot for slot in slots if slot["p"] is not None and slot["p"] >= p]
    unlikely = [slot for slot in slots if slot["p"] is not None and slot["p"] < p]
    return {
        "station_id": station["station_id"],
        "code": station["code"],
        "name": station["name"],
        "direction": wanted["direction"],
        "at_least": wanted["at_least"],
        "now": station[wanted["direction"]],
        "slots": slots,
        "leave": {"from": likely[0]["at"], "until": likely[-1]["at"], "p": likely[-1]["p"]} if likely else None,
        "alert_at": unlikely[0]["at"] if unlikely else None,
    }


def slot(number: int, p: float | None) -> Part:
    """The model for 40 minutes, then more and more of the usual week."""
    usual = max(number - 1, 0) / 5
    basis = "climatology" if usual > 0.5 else "model"
    return {"at": f"2026-11-20T{14 + (5 + 10 * number) // 60}:{(5 + 10 * number) % 60:02}:03+01:00", "p": p} | {
        "basis": basis,
        "usual_share": usual,
    }
