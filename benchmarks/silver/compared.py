"""Reads tables with every engine and says whether they tell the same: compared.py GLOB ... (each a table of silver)."""

import glob
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

COUNTS = ["bikes", "mechanical", "ebikes", "docks", "capacity"]
FLAGS = ["is_installed", "is_renting", "is_returning"]


def with_duckdb(files: list[str]) -> tuple:
    sums = ", ".join(f"sum({name}::BIGINT)" for name in COUNTS + FLAGS)
    query = f"""SELECT count(*), count(DISTINCT station_id), count(DISTINCT station_code),
        epoch_ms(min(snapshot_at)), epoch_ms(max(snapshot_at)), sum(epoch_ms(reported_at)),
        count(*) FILTER (capacity_source = 'feed'), {sums} FROM read_parquet($files)"""
    row = duckdb.execute(query, {"files": files}).fetchone()
    return tuple(int(value) for value in row)


def with_polars(files: list[str]) -> tuple:
    milliseconds = lambda name: pl.col(name).dt.epoch("ms")
    sums = [pl.col(name).cast(pl.Int64).sum() for name in COUNTS + FLAGS]
    table = pl.scan_parquet(files, hive_partitioning=False).select(
        pl.len().alias("rows"),
        pl.col("station_id").n_unique().alias("stations"),
        pl.col("station_code").n_unique().alias("codes"),
        milliseconds("snapshot_at").min().alias("first"),
        milliseconds("snapshot_at").max().alias("last"),
        milliseconds("reported_at").sum(),
        (pl.col("capacity_source").cast(pl.String) == "feed").sum(),
        *sums,
    )
    return tuple(int(value) for value in table.collect().row(0))


def with_pyarrow(files: list[str]) -> tuple:
    table = ds.dataset(files, format="parquet").to_table()
    milliseconds = lambda name: table[name].cast(pa.timestamp("ms")).cast("int64")
    sums = [pc.sum(table[name].cast("int64")).as_py() for name in COUNTS + FLAGS]
    said = pc.sum(pc.equal(table["capacity_source"].cast("string"), "feed").cast("int64")).as_py()
    return (
        table.num_rows,
        pc.count_distinct(table["station_id"]).as_py(),
        pc.count_distinct(table["station_code"]).as_py(),
        pc.min(milliseconds("snapshot_at")).as_py(),
        pc.max(milliseconds("snapshot_at")).as_py(),
        pc.sum(milliseconds("reported_at")).as_py(),
        said,
        *sums,
    )


told = {}
for pattern in sys.argv[1:]:
    files = sorted(glob.glob(pattern, recursive=True))
    for read in [with_duckdb, with_polars, with_pyarrow]:
        told[f"{pattern} {read.__name__}"] = read(files)
for name, summary in told.items():
    print(*summary, name)
if len(set(told.values())) != 1:
    sys.exit("the tables do not tell the same")
