"""Bronze to silver as the first collector's successor did it: document after document into a DataFrame, then Parquet."""

import gzip
import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa

bronze, output, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
pa.set_cpu_count(threads)


def stations(document: Path) -> list[dict]:
    with gzip.open(document) as body:
        return json.load(body)["data"]["stations"]


def of_kind(types: pd.Series, kind: str) -> pd.Series:
    counts = [next((entry[kind] for entry in entries if kind in entry), None) for entries in types]
    return pd.Series(counts, index=types.index, dtype="UInt16")


def hour(document: Path, known: pd.Series) -> pd.DataFrame:
    read = pd.DataFrame(stations(document))
    rows = pd.DataFrame()
    fetched = pd.to_datetime(document.name[:16], format="%Y%m%dT%H%M%SZ", utc=True).as_unit("ms")
    rows["station_id"] = read["station_id"].astype(str)
    rows.insert(0, "snapshot_at", fetched)
    rows.insert(1, "reported_at", pd.to_datetime(read["last_reported"], unit="s", utc=True).dt.as_unit("ms"))
    rows["station_code"] = read["stationCode"]
    rows["bikes"] = read["num_bikes_available"].astype("uint16")
    rows["mechanical"] = of_kind(read["num_bikes_available_types"], "mechanical")
    rows["ebikes"] = of_kind(read["num_bikes_available_types"], "ebike")
    rows["docks"] = read["num_docks_available"].astype("uint16")
    said = read["station_id"].map(known)
    seen = read["num_bikes_available"] + read["num_docks_available"]
    rows["capacity"] = said.where(said > 0, seen.where(seen > 0)).astype("UInt16")
    source = pd.Series("observed", index=read.index).where(seen > 0)
    rows["capacity_source"] = source.mask(said > 0, "feed").astype("category")
    for flag in ["is_installed", "is_renting", "is_returning"]:
        rows[flag] = read[flag].astype(bool)
    return rows


information = next(bronze.glob("feed=station_information/**/*.json.gz"))
described = pd.DataFrame(stations(information))
known = described.set_index("station_id")["capacity"]
documents = sorted(bronze.glob("feed=station_status/**/*.json.gz"))
rows = pd.concat([hour(document, known) for document in documents], ignore_index=True)
rows = rows.sort_values(["station_id", "snapshot_at"], ignore_index=True)
rows.to_parquet(output, engine="pyarrow", compression="zstd", index=False)
