"""The originals' plan as a FastAPI server, for `cargo xtask bench api`: server.py FEED PORT.

FEED is the address of a gbfs.json. Haversine to every station, the nearest with enough bikes or docks at each end,
counts in between by straight lines from now to a prediction. Kinder to itself than the originals were: counts and
predictions are read once and stay in memory, so that a request asks neither the feed nor a model.
"""

import json
import math
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

import uvicorn
from fastapi import FastAPI, HTTPException

EARTH_M = 6_371_000.0
WALK_M_PER_S = 5.0 / 3.6
RIDE_M_PER_S = 15.0 / 3.6
ENOUGH_BIKES = 4
ENOUGH_DOCKS = 2

Station = dict[str, Any]


def read(url: str) -> dict[str, Any]:
    with urlopen(url) as answer:
        return json.load(answer)["data"]


def load(feed: str) -> list[Station]:
    """Every station that has both a place and counts."""
    urls = {document["name"]: document["url"] for document in read(feed)["en"]["feeds"]}
    counts = {station["station_id"]: station for station in read(urls["station_status"])["stations"]}
    places = read(urls["station_information"])["stations"]
    return [record(place, counts[place["station_id"]]) for place in places if place["station_id"] in counts]


def record(place: Station, count: Station) -> Station:
    kinds = {kind: number for each in count["num_bikes_available_types"] for kind, number in each.items()}
    flag = {1: "OUI"}
    return {
        "stationcode": place["stationCode"],
        "name": place["name"],
        "is_installed": flag.get(count["is_installed"], "NON"),
        "capacity": place["capacity"],
        "numdocksavailable": count["num_docks_available"],
        "numbikesavailable": count["num_bikes_available"],
        "mechanical": kinds.get("mechanical"),
        "ebike": kinds.get("ebike"),
        "is_renting": flag.get(count["is_renting"], "NON"),
        "is_returning": flag.get(count["is_returning"], "NON"),
        "duedate": datetime.fromtimestamp(count["last_reported"], UTC).isoformat(),
        "nom_arrondissement_communes": "Paris",
        "code_insee_commune": "75056",
        "lat": place["lat"],
        "lon": place["lon"],
    }


def haversine_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    d_phi, d_lambda = phi_b - phi_a, math.radians(lon_b - lon_a)
    h = math.sin(d_phi / 2) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(d_lambda / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(h))


def nearest(stations: list[Station], lat: float, lon: float, what: str, enough: int) -> tuple[Station, float]:
    """The nearest station that holds enough now, and how far it is."""
    fit = ((haversine_m(lat, lon, each["lat"], each["lon"]), each) for each in stations if each[what] >= enough)
    found = min(fit, key=lambda pair: pair[0], default=None)
    if found is None:
        raise HTTPException(404, "no station has enough")
    return found[1], found[0]


def interpolated(now: int, in_an_hour: float, after_s: float) -> float:
    return now + (in_an_hour - now) * min(after_s / 3600.0, 1.0)


def leg(
    mode: str, metres: float, speed: float, ends: tuple[tuple[float, float], tuple[float, float]]
) -> dict[str, Any]:
    coordinates = [[lon, lat] for lat, lon in ends]
    geometry = {"type": "LineString", "coordinates": coordinates}
    return {"mode": mode, "distance_m": round(metres), "duration_s": round(metres / speed), "geometry": geometry}


def app_over(stations: list[Station]) -> FastAPI:
    app = FastAPI()
    predicted = {each["stationcode"]: 0.7 * each["numbikesavailable"] + 0.15 * each["capacity"] for each in stations}

    @app.get("/stations")
    async def all_stations(limit: int = 10, all: bool = False) -> dict[str, Any]:
        shown = stations if all else stations[:limit]
        return {"count": len(shown), "all": all, "validate": False, "issues": [], "records": shown}

    # Without a return type, as such code is mostly written, FastAPI walks every answer in Python.
    @app.get("/untyped/stations")
    async def untyped_stations(limit: int = 10, all: bool = False):
        return await all_stations(limit, all)

    @app.get("/v1/journeys")
    async def journey(start: str, end: str) -> dict[str, Any]:
        origin = tuple(float(part) for part in start.split(","))
        destination = tuple(float(part) for part in end.split(","))
        pickup, walk_m = nearest(stations, *origin, "numbikesavailable", ENOUGH_BIKES)
        dropoff, last_m = nearest(stations, *destination, "numdocksavailable", ENOUGH_DOCKS)
        at_pickup, at_dropoff = (pickup["lat"], pickup["lon"]), (dropoff["lat"], dropoff["lon"])
        ride_m = haversine_m(*at_pickup, *at_dropoff)
        legs = [
            leg("walk", walk_m, WALK_M_PER_S, (origin, at_pickup)),
            leg("bike", ride_m, RIDE_M_PER_S, (at_pickup, at_dropoff)),
            leg("walk", last_m, WALK_M_PER_S, (at_dropoff, destination)),
        ]
        to_pickup = legs[0]["duration_s"]
        to_dropoff = to_pickup + legs[1]["duration_s"]
        now = datetime.now(UTC)
        bikes = interpolated(pickup["numbikesavailable"], predicted[pickup["stationcode"]], to_pickup)
        at_end = interpolated(dropoff["numbikesavailable"], predicted[dropoff["stationcode"]], to_dropoff)
        total = to_dropoff + legs[2]["duration_s"]
        return {
            "depart_at": now.isoformat(),
            "arrive_at": (now + timedelta(seconds=total)).isoformat(),
            "duration_s": total,
            "pickup": {**pickup, "bikes_at_arrival": round(bikes, 1)},
            "dropoff": {**dropoff, "docks_at_arrival": round(dropoff["capacity"] - at_end, 1)},
            "legs": legs,
        }

    return app


if __name__ == "__main__":
    app = app_over(load(sys.argv[1]))
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[2]), workers=1, loop="uvloop", http="httptools", log_level="warning"
    )
