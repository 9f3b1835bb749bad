"""Gives the counts of about 100 stations an hour the station ids of 2022, so that one lake holds both histories of Paris.

    python benchmarks/forecasts/paris.py SHARED/data/paris_velibscraper_2022/status.parquet \
        SHARED/data/paris_hourly_100_2023_2025/status.parquet paris100.parquet

The later file names stations by their code alone, the earlier one by code and id. A station opened since keeps its code.
"""

import argparse
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def ids_by_code(status: Path) -> dict[str, str]:
    known = pq.read_table(status, columns=["station_code", "station_id"]).to_pylist()
    return {row["station_code"]: str(row["station_id"]) for row in known if row["station_id"] is not None}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("of_2022", type=Path)
    arguments.add_argument("hourly_100", type=Path)
    arguments.add_argument("out", type=Path)
    options = arguments.parse_args()
    ids = ids_by_code(options.of_2022)
    table = pq.read_table(options.hourly_100)
    codes = table["station_code"].to_pylist()
    table = table.append_column("station_id", pa.array([ids.get(code, code) for code in codes], pa.string()))
    pq.write_table(table, options.out, compression="zstd")
    print(f"{table.num_rows} rows, {len({code for code in codes if code not in ids})} stations opened since")


if __name__ == "__main__":
    main()
