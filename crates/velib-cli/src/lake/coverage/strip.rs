//! One strip of days: hours downwards as cells, under them what was set aside and the rows of each day.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    MARGIN, WIDTH,
    days::{Cell, DayColumn},
    grouped, label, level, rect, text,
};

/// Room for the labels of hours, left of the cells.
const LEFT: f64 = MARGIN + 32.0;
/// A cell is never wider, however few days there are.
const WIDEST: f64 = 36.0;
const CELL_HEIGHT: f64 = 7.0;
const CELLS_HEIGHT: f64 = CELL_HEIGHT * 24.0;
/// From the strip's top to its cells: a line of labels.
const LABELS: f64 = 18.0;
/// The lane that shows what was set aside.
const LANE: f64 = 5.0;
const BARS: f64 = 36.0;
const DAYS_OF_A_YEAR: f64 = 366.0;
/// Up to so many days the labels are days, beyond they are months.
const DAYS_LABELLED: usize = 62;

/// The room that a strip takes, the space below it included.
pub(super) const HEIGHT: f64 = LABELS + CELLS_HEIGHT + LANE + BARS + 36.0;

/// Days that stand side by side.
pub(super) struct Strip<'a> {
    pub(super) days: &'a [DayColumn],
    /// Whether there is a strip for each year: then a day stands at the same place in all of them.
    pub(super) is_by_year: bool,
    pub(super) top: f64,
    /// Snapshots of an hour that count as full.
    pub(super) usual: u64,
    /// Rows of a day that count as full.
    pub(super) full_day: u64,
}

impl Strip<'_> {
    pub(super) fn draw(&self, body: &mut String) {
        self.labels(body);
        self.cells(body);
        self.lane_and_bars(body);
        for (day, x) in self.days.iter().zip(self.positions()) {
            let height = CELLS_HEIGHT + LANE + BARS + 6.0;
            let (y, width) = (self.cells_top(), self.cell_width());
            writeln!(
                body,
                "<rect x=\"{x:.2}\" y=\"{y}\" width=\"{width:.2}\" height=\"{height}\" class=\"day\"><title>{}</title></rect>",
                told(day)
            )
            .expect("a string takes every write");
        }
    }

    fn labels(&self, body: &mut String) {
        let is_short = self.days.len() <= DAYS_LABELLED;
        let every = (46.0 / self.cell_width()).ceil() as usize;
        for (n, (day, x)) in self.days.iter().zip(self.positions()).enumerate() {
            let is_labelled = if is_short { n.is_multiple_of(every) } else { n == 0 || day.date.day() == 1 };
            // A month that begins right after the strip does would write over the strip's first label.
            let is_crowded = !is_short && n > 0 && x < self.start() + 60.0;
            if is_labelled && !is_crowded {
                body.push_str(&text(x, self.top + 12.0, "", &self.label_of(n, is_short)));
            }
        }
        for hour in [0, 6, 12, 18] {
            let y = self.cells_top() + f64::from(hour) * CELL_HEIGHT + 9.0;
            body.push_str(&text(LEFT - 6.0, y, "end", &format!("{hour} h")));
        }
    }

    fn label_of(&self, n: usize, is_short: bool) -> String {
        let date = self.days[n].date;
        if n == 0 && !is_short { date.strftime("%b %Y").to_string() } else { label(date, is_short) }
    }

    /// One path for all cells of a colour: two years have 17,520 cells.
    fn cells(&self, body: &mut String) {
        let mut paths: BTreeMap<String, String> = BTreeMap::new();
        for (day, x) in self.days.iter().zip(self.positions()) {
            let mut hour = 0;
            for run in day.cells.chunk_by(|a, b| self.class(*a) == self.class(*b)) {
                let (y, height) =
                    (self.cells_top() + f64::from(hour) * CELL_HEIGHT, run.len() as f64 * CELL_HEIGHT);
                let width = self.cell_width();
                let gap = if width > 6.0 { 1.0 } else { -0.2 };
                write!(
                    paths.entry(self.class(run[0])).or_default(),
                    "M{x:.1} {y:.0}h{:.1}v{height}h-{:.1}z",
                    width - gap,
                    width - gap
                )
                .expect("a string takes every write");
                hour += u8::try_from(run.len()).expect("a day has 24 hours");
            }
        }
        for (class, path) in paths {
            writeln!(body, "<path class=\"{class}\" d=\"{path}\"/>").expect("a string takes every write");
        }
    }

    fn lane_and_bars(&self, body: &mut String) {
        let lane = self.cells_top() + CELLS_HEIGHT + 2.0;
        let floor = lane + LANE + BARS + 2.0;
        let width = (self.cell_width() - 0.5).max(1.0);
        for (day, x) in self.days.iter().zip(self.positions()) {
            if day.set_aside > 0 {
                rect(body, [x, lane, width, LANE - 1.0], "aside");
            }
            let height = BARS * (day.rows as f64 / self.full_day as f64).min(1.0);
            if day.rows > 0 {
                rect(body, [x, floor - height, width, height], "rows");
            }
        }
        let (start, width) = (self.start(), self.cell_width() * self.days.len() as f64);
        writeln!(body, "<path class=\"line\" d=\"M{start:.1} {floor}h{width:.1}\"/>")
            .expect("a string takes every write");
        let scale = format!("rows a day, a full bar being {}", grouped(self.full_day));
        body.push_str(&text(start, floor + 14.0, "", &scale));
    }

    fn class(&self, cell: Cell) -> String {
        match cell {
            Cell::Outside => "outside".to_owned(),
            Cell::Missing => "missing".to_owned(),
            Cell::Waiting => "waiting".to_owned(),
            Cell::Collected(snapshots) => format!("c{}", level(snapshots, self.usual)),
            Cell::Imported(snapshots) => format!("i{}", level(snapshots, self.usual)),
        }
    }

    fn cells_top(&self) -> f64 {
        self.top + LABELS
    }

    fn cell_width(&self) -> f64 {
        let days = if self.is_by_year { DAYS_OF_A_YEAR } else { self.days.len().max(1) as f64 };
        ((WIDTH - LEFT - MARGIN) / days).min(WIDEST)
    }

    /// Where the first day stands.
    fn start(&self) -> f64 {
        let before =
            self.days.first().filter(|_| self.is_by_year).map_or(0, |day| day.date.day_of_year() - 1);
        LEFT + f64::from(before) * self.cell_width()
    }

    fn positions(&self) -> impl Iterator<Item = f64> {
        let (start, width) = (self.start(), self.cell_width());
        (0_u32..).map(move |n| start + f64::from(n) * width)
    }
}

/// A day in words.
fn told(day: &DayColumn) -> String {
    format!(
        "{}: {} documents, {} rows, {} set aside, {} hours missing",
        day.date,
        day.documents,
        grouped(day.rows),
        day.set_aside,
        day.missing()
    )
}
