//! Holdings by day: what each hour of each day is to be drawn as, with no day left out between the first and the last.

use jiff::civil::Date;
use velib_domain::Hour;
use velib_lake::{HourHoldings, Origin};

/// What an hour is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cell {
    /// Before the first hour held or after the last.
    #[default]
    Outside,
    /// Nothing is held, between hours that are.
    Missing,
    /// Collected, and not in silver.
    Waiting,
    /// Collected and refined, with so many snapshots.
    Collected(u64),
    /// Imported, with so many snapshots.
    Imported(u64),
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayColumn {
    pub(super) date: Date,
    pub(super) cells: [Cell; 24],
    pub(super) documents: u64,
    pub(super) rows: u64,
    /// Records refused and documents that are none.
    pub(super) set_aside: u64,
}

/// Snapshots of an hour: those in silver, or documents that may become some.
pub(super) fn snapshots(held: &HourHoldings) -> u64 {
    held.report.as_ref().map_or(0, |report| report.snapshots).max(held.documents)
}

/// Every day from the first hour held to the last.
pub(super) fn day_columns(holdings: &[HourHoldings]) -> Vec<DayColumn> {
    let (Some(first), Some(last)) = (holdings.first(), holdings.last()) else { return Vec::new() };
    let mut columns: Vec<DayColumn> = Vec::new();
    let mut held = holdings.iter().peekable();
    for hour in first.hour.until(last.hour.next()) {
        let date = hour.civil().date();
        if columns.last().is_none_or(|day| day.date != date) {
            columns.push(DayColumn { date, cells: [Cell::Outside; 24], documents: 0, rows: 0, set_aside: 0 });
        }
        let day = columns.last_mut().expect("a day was just added");
        day.add(hour, held.next_if(|held| held.hour == hour));
    }
    columns
}

impl DayColumn {
    fn add(&mut self, hour: Hour, held: Option<&HourHoldings>) {
        let cell = &mut self.cells[usize::from(hour.civil().hour().unsigned_abs())];
        let Some(held) = held else {
            *cell = Cell::Missing;
            return;
        };
        *cell = cell_of(held);
        self.documents += held.documents;
        if let Some(report) = &held.report {
            self.rows += report.rows;
            self.set_aside += report.quarantined.values().sum::<u64>() + report.unreadable.len() as u64;
        }
    }

    /// Hours of which nothing is held though others around them are.
    pub(super) fn missing(&self) -> usize {
        self.cells.iter().filter(|cell| **cell == Cell::Missing).count()
    }
}

fn cell_of(held: &HourHoldings) -> Cell {
    let is_imported = held.report.as_ref().is_some_and(|report| report.origin == Origin::Import);
    match (held.in_silver, is_imported) {
        (false, _) => Cell::Waiting,
        (true, true) => Cell::Imported(snapshots(held)),
        (true, false) => Cell::Collected(snapshots(held)),
    }
}
