"""Bronze to silver with DuckDB: one SQL statement over all documents, each a line of JSON, read with a given schema."""

import sys
from pathlib import Path

import duckdb

bronze, output, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

ROWS = """
    COPY (
        WITH known AS (
            SELECT unnest(data.stations, recursive := true)
            FROM read_json($information, format = 'newline_delimited', columns = {
                data: 'STRUCT(stations STRUCT(station_id BIGINT, capacity USMALLINT)[])'
            })
        ),
        read AS (
            SELECT filename, unnest(data.stations) AS s
            FROM read_json($status, format = 'newline_delimited', filename = true, maximum_object_size = 100000000,
                columns = {data: 'STRUCT(stations STRUCT(
                    station_id BIGINT, "stationCode" VARCHAR, num_bikes_available USMALLINT,
                    num_bikes_available_types STRUCT(mechanical USMALLINT, ebike USMALLINT)[],
                    num_docks_available USMALLINT, is_installed UTINYINT, is_renting UTINYINT,
                    is_returning UTINYINT, last_reported BIGINT)[])'})
        )
        SELECT
            strptime(right(filename, 24)[1:16], '%Y%m%dT%H%M%SZ')::TIMESTAMP_MS AS snapshot_at,
            make_timestamp_ms(s.last_reported * 1000) AS reported_at,
            s.station_id::VARCHAR AS station_id,
            s."stationCode" AS station_code,
            s.num_bikes_available AS bikes,
            s.num_bikes_available_types[1].mechanical AS mechanical,
            s.num_bikes_available_types[2].ebike AS ebikes,
            s.num_docks_available AS docks,
            CASE WHEN known.capacity > 0 THEN known.capacity
                 ELSE nullif(s.num_bikes_available + s.num_docks_available, 0) END::USMALLINT AS capacity,
            CASE WHEN known.capacity > 0 THEN 'feed'
                 WHEN s.num_bikes_available + s.num_docks_available > 0 THEN 'observed' END AS capacity_source,
            s.is_installed::BOOLEAN AS is_installed,
            s.is_renting::BOOLEAN AS is_renting,
            s.is_returning::BOOLEAN AS is_returning
        FROM read LEFT JOIN known ON known.station_id = s.station_id
        ORDER BY station_id, snapshot_at
    ) TO '{output}' (FORMAT parquet, COMPRESSION zstd)
"""

duckdb.execute(f"SET threads = {threads}")
duckdb.execute(
    ROWS.replace("{output}", output.replace("'", "''")),
    {
        "information": f"{bronze}/feed=station_information/**/*.json.gz",
        "status": f"{bronze}/feed=station_status/**/*.json.gz",
    },
)
