//! The page `docs/scale.md`: the computed years as tables, with everything they were computed from beside them.

use std::fmt::Write;

use super::{
    arithmetic::{Deployment, FUNCTIONS_AT_ONCE, HOURS_A_BATCH, Measured, Work, Year},
    prices,
};

/// A deployment with the figures measured at its cadence.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub deployment: Deployment,
    pub measured: Measured,
}

/// The page.
pub fn page(columns: &[Column]) -> String {
    let years: Vec<Year> = columns.iter().map(|column| column.deployment.year(&column.measured)).collect();
    let mut page = format!(
        "# Scale\n\nWhat a year costs. Written by `cargo xtask scale > docs/scale.md` from measured figures \
         (`crates/xtask/src/scale/measured.rs`, which says how\nthey were measured) and from prices \
         (`crates/xtask/src/scale/prices.rs`: {}).\n",
        prices::QUOTED
    );
    let measured = |of: fn(&Column) -> String| columns.iter().map(of).collect::<Vec<_>>();
    table(
        &mut page,
        "Measured",
        columns,
        &[
            ("stations in a document", measured(|c| whole(c.measured.stations))),
            ("a status document, gzipped", measured(|c| bytes(c.measured.document_bytes))),
            ("silver bytes a row", measured(|c| format!("{:.2}", c.measured.silver_row_bytes))),
            (
                "processor time a document, bronze to silver",
                measured(|c| format!("{:.1} ms", c.measured.document_cpu_ms)),
            ),
        ],
    );
    let of = |of: fn(&Year) -> String| years.iter().map(of).collect::<Vec<_>>();
    table(
        &mut page,
        "A year",
        columns,
        &[
            (
                "systems × stations",
                measured(|c| format!("{} × {}", whole(c.deployment.systems), whole(c.deployment.stations))),
            ),
            ("documents (bronze objects)", of(|y| whole(y.documents))),
            ("rows", of(|y| whole(y.rows))),
            ("silver objects before compaction", of(|y| whole(y.silver_objects))),
            ("bronze at the year's end", of(|y| bytes(y.bronze_bytes))),
            ("silver at the year's end", of(|y| bytes(y.silver_bytes))),
            ("collecting", of(|y| work(&y.collecting))),
            ("refining each hour when it is over", of(|y| work(&y.refining_hourly))),
            ("keeping it", of(|y| dollars(y.storage_dollars))),
            ("**together**", of(|y| format!("**{}**", dollars(y.dollars())))),
            ("refining at each new document instead", of(|y| work(&y.refining_at_once))),
            ("refining the whole year again", of(|y| work(&y.backfill))),
            ("its wall time", of(|y| duration(y.backfill_wall_seconds()))),
        ],
    );
    page.push_str(&notes());
    page
}

fn notes() -> String {
    format!(
        "\nEach kind of work is told as Lambda seconds, requests to S3, and dollars for all of it. Nothing here was billed by \
         Amazon.\n\n\
         - Documents are those of a simulated Vélib' of 1,480 stations; systems of another size are taken in proportion \
           to their stations. Real ones of Vélib' have 31 to 42 kB.\n  The world is taken as 1,000 systems of 100 stations on average: an assumption, and all but \
           the calls grows with it.\n\
         - The refiner has 1,024 MB, that is {:.0} % of a processor; a second of this machine's processor is taken for a \
           second of Amazon's.\n  Assumed and not measured: a collection waits 1 s for its feed, the refiner 0.4 s an hour refined \
           for S3.\n\
         - Refining at each new document reads an hour's documents again for each of them: at one a minute that is 30 times \
           the work of\n  refining the hour once. Below one in five minutes, wake the refiner by a list of hours on a schedule.\n\
         - A backfill gives {} hours to each function and runs {} at once; its wall time leaves out the start of the \
           functions.\n\
         - Storage is S3 Standard. The rule that moves bronze to cheaper storage after a month passes over objects below \
           {:.0} kB, and a document\n  is smaller. Requests, not bytes, are what a fine cadence costs.\n",
        100.0 * 1_024.0 / prices::MB_OF_A_PROCESSOR,
        whole(HOURS_A_BATCH),
        whole(FUNCTIONS_AT_ONCE),
        prices::SMALLEST_TRANSITIONED_BYTES / 1_024.0,
    )
}

fn table(page: &mut String, title: &str, columns: &[Column], rows: &[(&str, Vec<String>)]) {
    let names: Vec<&str> = columns.iter().map(|column| column.deployment.name).collect();
    let rule = "|---".repeat(names.len() + 1);
    write!(page, "\n| {title} | {} |\n{rule}|\n", names.join(" | ")).expect("a string takes every write");
    for (what, cells) in rows {
        writeln!(page, "| {what} | {} |", cells.join(" | ")).expect("a string takes every write");
    }
}

fn work(work: &Work) -> String {
    format!("{} s, {} requests, {}", whole(work.seconds), whole(work.requests), dollars(work.dollars))
}

/// Three digits say all there is to say of an estimate: `105,000`, `526 M`.
fn whole(number: f64) -> String {
    match number {
        n if n >= 1e9 => format!("{} G", three_digits(n / 1e9)),
        n if n >= 1e6 => format!("{} M", three_digits(n / 1e6)),
        n if n >= 1e3 => format!("{:.0},{:03.0}", (n / 1e3).floor(), (n % 1e3).floor()),
        n => format!("{n:.0}"),
    }
}

fn bytes(number: f64) -> String {
    match number {
        n if n >= 1e12 => format!("{} TB", three_digits(n / 1e12)),
        n if n >= 1e9 => format!("{} GB", three_digits(n / 1e9)),
        n if n >= 1e6 => format!("{} MB", three_digits(n / 1e6)),
        n => format!("{} kB", three_digits(n / 1e3)),
    }
}

fn dollars(number: f64) -> String {
    if number >= 1_000.0 { format!("${}", whole(number)) } else { format!("${}", three_digits(number)) }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 86_400.0 => format!("{:.1} days", s / 86_400.0),
        s if s >= 3_600.0 => format!("{:.1} h", s / 3_600.0),
        s if s >= 60.0 => format!("{:.0} min", s / 60.0),
        s => format!("{s:.0} s"),
    }
}

fn three_digits(number: f64) -> String {
    match number {
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_three_digits_and_a_unit() {
        assert_eq!([7.0, 105_120.0, 525_600_000.0, 2.5e9].map(whole), ["7", "105,120", "526 M", "2.50 G"]);
        assert_eq!([41_157.0, 4.3e9, 2.16e13].map(bytes), ["41.2 kB", "4.30 GB", "21.6 TB"]);
        assert_eq!([0.51, 12.34, 5_600.0].map(dollars), ["$0.51", "$12.3", "$5,600"]);
        assert_eq!([12.0, 600.0, 7_200.0, 172_800.0].map(duration), ["12 s", "10 min", "2.0 h", "2.0 days"]);
    }

    #[test]
    fn every_deployment_is_a_column_of_both_tables() {
        let measured = Measured {
            stations: 1_480.0,
            document_bytes: 40_000.0,
            silver_row_bytes: 2.0,
            document_cpu_ms: 5.0,
        };
        let named = |name| {
            let deployment = Deployment { name, systems: 1.0, stations: 1_480.0, documents_an_hour: 12.0 };
            Column { deployment, measured }
        };
        let page = page(&[named("one city"), named("another")]);
        assert_eq!(page.matches("| one city | another |").count(), 2);
        assert!(
            page.contains(prices::QUOTED)
                && page.contains("| documents (bronze objects) | 105,120 | 105,120 |")
        );
    }
}
