//! From a few measured figures to a year of objects, bytes, seconds and dollars. Nothing here measures or prints.

use serde::Serialize;

use super::prices;

const HOURS_A_YEAR: f64 = 8_760.0;
const MONTHS_A_YEAR: f64 = 12.0;
/// The refiner's memory, as `infra/silver.tf` has it.
const REFINER_MB: f64 = 1_024.0;
/// The collector's, as `infra/collector.tf` has it.
const COLLECTOR_MB: f64 = 256.0;
/// How long a collection takes: nearly all of it is waiting for the feed. Assumed.
const COLLECTION_SECONDS: f64 = 1.0;
/// How long the refiner waits for S3 for each hour, beside its work: a dozen answers one after the other. Assumed.
const WAIT_SECONDS: f64 = 0.4;
/// Hours of a backfill that one function gets, as `infra/variables.tf` has it.
pub const HOURS_A_BATCH: f64 = 24.0;
/// Functions of a backfill at once, likewise.
pub const FUNCTIONS_AT_ONCE: f64 = 100.0;
/// State transitions that a batch costs: its own execution's, and its share of the parent's.
const TRANSITIONS_A_BATCH: f64 = 3.0;
/// Reads of an hour beside its documents: its report, the end of its table, the stations table.
const READS_AN_HOUR: f64 = 3.0;
/// Listings and writes of an hour: two listings of status, two of information; its table and its report.
const LISTS_AND_WRITES_AN_HOUR: f64 = 6.0;

/// What was measured on one machine, with documents of one size.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Measured {
    /// Stations in each document.
    pub stations: f64,
    /// A status document, gzipped.
    pub document_bytes: f64,
    /// Silver bytes a row, where an hour has so many documents as the deployment collects.
    pub silver_row_bytes: f64,
    /// Processor time from a bronze document to its rows in silver.
    pub document_cpu_ms: f64,
}

/// Who collects what.
#[derive(Debug, Clone, Copy)]
pub struct Deployment {
    /// What it is called.
    pub name: &'static str,
    /// GBFS systems.
    pub systems: f64,
    /// Stations of a system, on average.
    pub stations: f64,
    /// Documents an hour and system.
    pub documents_an_hour: f64,
}

/// A year of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Year {
    /// Documents, which are objects in bronze.
    pub documents: f64,
    /// Rows in silver.
    pub rows: f64,
    /// Tables and reports of hours.
    pub silver_objects: f64,
    /// Bytes in bronze at the year's end.
    pub bronze_bytes: f64,
    /// Bytes in silver at the year's end, reports left out.
    pub silver_bytes: f64,
    /// Keeping both: what the growing lake cost by the year's end.
    pub storage_dollars: f64,
    /// Collecting: functions and writes.
    pub collecting: Work,
    /// Refining each hour once, when it is over.
    pub refining_hourly: Work,
    /// Refining the hour again for each new document.
    pub refining_at_once: Work,
    /// Refining the whole year again, fanned out.
    pub backfill: Work,
}

/// What something costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Work {
    /// Calls of a function.
    pub calls: f64,
    /// Seconds that functions run, all together.
    pub seconds: f64,
    /// Requests to S3.
    pub requests: f64,
    /// For all of it.
    pub dollars: f64,
}

impl Deployment {
    /// A year of it, by what was measured.
    pub fn year(&self, measured: &Measured) -> Year {
        let hours = self.systems * HOURS_A_YEAR;
        let documents = hours * self.documents_an_hour;
        let share = self.stations / measured.stations;
        let rows = documents * self.stations;
        let (bronze_bytes, silver_bytes) =
            (documents * measured.document_bytes * share, rows * measured.silver_row_bytes);
        let cpu_seconds = measured.document_cpu_ms / 1e3 * share;
        // For its first document an hour is refined from one, for its last from all.
        let read_again = documents * (self.documents_an_hour + 1.0) / 2.0;
        Year {
            documents,
            rows,
            silver_objects: 2.0 * hours,
            bronze_bytes,
            silver_bytes,
            // A lake that grows evenly holds half of its last size on average.
            storage_dollars: (bronze_bytes + silver_bytes) / 2e9 * prices::STANDARD_GB_MONTH * MONTHS_A_YEAR,
            collecting: collecting(documents),
            refining_hourly: refining(hours, hours, documents, cpu_seconds),
            refining_at_once: refining(documents, documents, read_again, cpu_seconds),
            backfill: backfill(hours, documents, cpu_seconds),
        }
    }
}

impl Year {
    /// Wall time of the backfill where so many functions run at once, in seconds.
    pub fn backfill_wall_seconds(&self) -> f64 {
        let together = FUNCTIONS_AT_ONCE.min(self.backfill.calls.max(1.0));
        self.backfill.seconds / together
    }

    /// Collecting, refining hourly, and keeping the result.
    pub fn dollars(&self) -> f64 {
        self.collecting.dollars + self.refining_hourly.dollars + self.storage_dollars
    }
}

fn collecting(documents: f64) -> Work {
    let seconds = documents * COLLECTION_SECONDS;
    let dollars = lambda(documents, seconds, COLLECTOR_MB) + documents * (prices::PUT + prices::GET);
    Work { calls: documents, seconds, requests: 2.0 * documents, dollars }
}

/// Hours made in so many calls, from so many documents read.
fn refining(calls: f64, hours: f64, documents: f64, cpu_seconds: f64) -> Work {
    let seconds = documents * cpu_seconds * prices::MB_OF_A_PROCESSOR / REFINER_MB + hours * WAIT_SECONDS;
    let (reads, writes) = (documents + hours * READS_AN_HOUR, hours * LISTS_AND_WRITES_AN_HOUR);
    let dollars = lambda(calls, seconds, REFINER_MB) + reads * prices::GET + writes * prices::PUT;
    Work { calls, seconds, requests: reads + writes, dollars }
}

fn backfill(hours: f64, documents: f64, cpu_seconds: f64) -> Work {
    let batches = (hours / HOURS_A_BATCH).ceil();
    let work = refining(batches, hours, documents, cpu_seconds);
    Work { dollars: work.dollars + batches * TRANSITIONS_A_BATCH * prices::TRANSITION, ..work }
}

fn lambda(calls: f64, seconds: f64, memory_mb: f64) -> f64 {
    calls * prices::LAMBDA_CALL + seconds * memory_mb / 1_024.0 * prices::LAMBDA_GB_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURED: Measured =
        Measured { stations: 1_000.0, document_bytes: 40_000.0, silver_row_bytes: 2.0, document_cpu_ms: 5.0 };

    fn a_city(documents_an_hour: f64) -> Year {
        Deployment { name: "a city", systems: 1.0, stations: 1_000.0, documents_an_hour }.year(&MEASURED)
    }

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-6, "{found} is not {expected}");
    }

    #[test]
    fn a_year_has_as_many_documents_as_it_has_hours_times_the_cadence() {
        let year = a_city(12.0);
        close(year.documents, 105_120.0);
        close(year.rows, 105_120_000.0);
        close(year.bronze_bytes, 105_120.0 * 40_000.0);
        close(year.silver_bytes, 210_240_000.0);
    }

    #[test]
    fn a_lake_costs_half_of_its_last_size_over_the_year_in_which_it_grows() {
        let year = a_city(12.0);
        let last_month = (year.bronze_bytes + year.silver_bytes) / 1e9 * 0.023;
        close(year.storage_dollars, last_month * 6.0);
    }

    #[test]
    fn refining_for_each_document_reads_an_hours_documents_again_and_again() {
        let (hourly, at_once) = (a_city(12.0).refining_hourly, a_city(12.0).refining_at_once);
        close(at_once.calls, 12.0 * hourly.calls);
        let reads_at_once = 105_120.0 * 6.5;
        close(at_once.requests, reads_at_once + 105_120.0 * 9.0);
        let once = a_city(1.0);
        assert_eq!(
            once.refining_hourly, once.refining_at_once,
            "with one document an hour there is no difference"
        );
    }

    #[test]
    fn seconds_are_processor_time_over_the_share_of_a_processor_and_waiting() {
        let hourly = a_city(12.0).refining_hourly;
        close(hourly.seconds, 105_120.0 * 0.005 * 1_769.0 / 1_024.0 + 8_760.0 * 0.4);
    }

    #[test]
    fn smaller_systems_cost_by_their_stations_and_every_system_has_its_own_calls() {
        let world =
            Deployment { name: "ten small ones", systems: 10.0, stations: 100.0, documents_an_hour: 12.0 };
        let (world, city) = (world.year(&MEASURED), a_city(12.0));
        close(world.bronze_bytes, city.bronze_bytes);
        close(world.rows, city.rows);
        close(world.refining_hourly.calls, 10.0 * city.refining_hourly.calls);
        assert!(world.refining_hourly.dollars > city.refining_hourly.dollars);
    }

    #[test]
    fn a_backfill_takes_the_seconds_of_all_functions_over_those_at_once() {
        let year = a_city(12.0);
        close(year.backfill.calls, 365.0);
        close(year.backfill_wall_seconds(), year.backfill.seconds / 100.0);
        close(year.backfill.seconds, year.refining_hourly.seconds);
    }

    #[test]
    fn a_document_more_an_hour_never_costs_less() {
        let dollars: Vec<f64> = (1_u8..=60).map(|documents| a_city(f64::from(documents)).dollars()).collect();
        assert!(dollars.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
