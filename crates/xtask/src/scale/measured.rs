//! The figures from which `docs/scale.md` is computed, and the deployments it tells of.
//!
//! Measured with the release build of `velib` on two shared cores of an x86-64 machine, over documents of a simulated
//! Vélib' (`velib sim city`, `/at/TIME/station_status.json`): 72 documents five minutes apart, 180 documents one minute
//! apart. Bytes a row are `bytes` over `rows` of `velib silver --json`; processor time is the program's own, user and
//! system, start included, over its documents, with `--jobs 1`, the median of five runs over an empty silver.

use super::{
    arithmetic::{Deployment, Measured},
    page::Column,
};

/// A city and the world.
pub const COLUMNS: [Column; 2] = [
    Column {
        deployment: Deployment {
            name: "Vélib', every 5 minutes",
            systems: 1.0,
            stations: 1_480.0,
            documents_an_hour: 12.0,
        },
        measured: Measured {
            stations: 1_480.0,
            document_bytes: 32_260.0,
            silver_row_bytes: 3.45,
            document_cpu_ms: 2.4,
        },
    },
    Column {
        deployment: Deployment {
            name: "1,000 systems, every minute",
            systems: 1_000.0,
            stations: 100.0,
            documents_an_hour: 60.0,
        },
        measured: Measured {
            stations: 1_480.0,
            document_bytes: 32_260.0,
            silver_row_bytes: 1.11,
            document_cpu_ms: 2.1,
        },
    },
];
