"""Joins Oslo's counts with the places and capacities of its stations, so that `velib import` finds both in one file.

    python benchmarks/forecasts/oslo.py SHARED/data/oslo_2022_2024 oslo.parquet [--hourly]

`--hourly` keeps, of the snapshots every twenty minutes, the one nearest to each full hour: what an hourly collector
would have seen.
"""

import argparse
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

HOUR_S = 3600


def joined(folder: Path) -> pa.Table:
    status = pq.read_table(folder / "status.parquet")
    places = pa.csv.read_csv(folder / "station_information.csv").select(
        ["station_id", "name", "lat", "lon", "capacity"]
    )
    places = places.set_column(0, "station_id", places["station_id"].cast(status["station_id"].type))
    return status.join(places, "station_id").sort_by([("ts_utc", "ascending"), ("station_id", "ascending")])


def nearest_to_the_hour(times: pa.ChunkedArray) -> list:
    seconds = {time: int(time.timestamp()) for time in pc.unique(times).to_pylist()}
    nearest: dict[int, tuple[int, object]] = {}
    for time, second in seconds.items():
        hour = (second + HOUR_S // 2) // HOUR_S
        off = abs(second - hour * HOUR_S)
        nearest[hour] = min(nearest.get(hour, (HOUR_S, None)), (off, time), key=lambda pair: pair[0])
    return [time for _, time in nearest.values()]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--hourly", action="store_true")
    options = arguments.parse_args()
    table = joined(options.folder)
    if options.hourly:
        kept = pa.array(nearest_to_the_hour(table["ts_utc"]), type=table["ts_utc"].type)
        table = table.filter(pc.is_in(table["ts_utc"], kept))
    pq.write_table(table, options.out, compression="zstd")
    print(f"{table.num_rows} rows, {len(pc.unique(table['ts_utc']))} snapshots")


if __name__ == "__main__":
    main()
