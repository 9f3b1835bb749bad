"""Bronze to silver with Polars: one lazy query over all documents, each a line of JSON, read with a given schema."""

import sys
from pathlib import Path

import polars as pl

bronze, output = Path(sys.argv[1]), sys.argv[2]

STATUS = pl.Struct(
    {
        "station_id": pl.Int64,
        "stationCode": pl.String,
        "num_bikes_available": pl.UInt16,
        "num_bikes_available_types": pl.List(pl.Struct({"mechanical": pl.UInt16, "ebike": pl.UInt16})),
        "num_docks_available": pl.UInt16,
        "is_installed": pl.UInt8,
        "is_renting": pl.UInt8,
        "is_returning": pl.UInt8,
        "last_reported": pl.Int64,
    }
)
INFORMATION = pl.Struct({"station_id": pl.Int64, "capacity": pl.UInt16})


def stations(feed: str, record: pl.Struct) -> pl.LazyFrame:
    documents = sorted(bronze.glob(f"feed={feed}/**/*.json.gz"))
    schema = {"data": pl.Struct({"stations": pl.List(record)})}
    read = pl.scan_ndjson(documents, schema=schema, include_file_paths="document")
    records = pl.col("data").struct.field("stations")
    return read.select("document", station=records).explode("station")


def of_kind(kind: str) -> pl.Expr:
    # The kinds stand in a fixed order: mechanical first, electric second.
    types = pl.col("num_bikes_available_types")
    return types.list.get(0 if kind == "mechanical" else 1).struct.field(kind)


known = stations("station_information", INFORMATION).unnest("station").drop("document")
read = stations("station_status", STATUS).unnest("station")
said, seen = pl.col("capacity"), pl.col("num_bikes_available") + pl.col("num_docks_available")
is_said, is_seen = (said > 0).fill_null(False), seen > 0
fetched = pl.col("document").str.slice(-24, 16).str.to_datetime("%Y%m%dT%H%M%SZ", time_unit="ms")
rows = read.join(known, on="station_id", how="left", maintain_order="left").select(
    snapshot_at=fetched.dt.replace_time_zone("UTC"),
    reported_at=(pl.col("last_reported") * 1000).cast(pl.Datetime("ms", "UTC")),
    station_id=pl.col("station_id").cast(pl.String),
    station_code=pl.col("stationCode"),
    bikes=pl.col("num_bikes_available"),
    mechanical=of_kind("mechanical"),
    ebikes=of_kind("ebike"),
    docks=pl.col("num_docks_available"),
    capacity=pl.when(is_said).then(said).when(is_seen).then(seen),
    capacity_source=pl.when(is_said)
    .then(pl.lit("feed"))
    .when(is_seen)
    .then(pl.lit("observed"))
    .cast(pl.Enum(["feed", "remembered", "observed"])),
    is_installed=pl.col("is_installed").cast(pl.Boolean),
    is_renting=pl.col("is_renting").cast(pl.Boolean),
    is_returning=pl.col("is_returning").cast(pl.Boolean),
)
rows.sort("station_id", "snapshot_at").sink_parquet(output, compression="zstd")
