//! `velib compact`: the hours of days that are over into one object a day.

use std::num::NonZeroUsize;

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::Hour;
use velib_lake::{CompactedDay, HourObjects};
use velib_silver::{CompactOptions, compact_days};

use crate::{
    edge::{self, LakeOptions},
    table,
};

/// Which days to compact.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// The first hour (UTC) of the first day, as 2026-11-20T00; the first day in silver when not given.
    #[arg(long, value_name = "HOUR")]
    from: Option<Hour>,
    /// The hour (UTC) to stop before, as 2026-11-27T00; after the last day that is over when not given.
    #[arg(long, value_name = "HOUR")]
    to: Option<Hour>,
    /// Leave the hours' own objects beside the day's, for engines that read the table of hours only.
    #[arg(long)]
    keep_hours: bool,
    /// Days compacted at once, each of which stands in memory.
    #[arg(long, value_name = "N", default_value = "1")]
    jobs: NonZeroUsize,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Compacts, showing progress, and prints what became of each day.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    let system = &options.lake.system;
    let mut days = lake.days_with_hour_objects(system).await?;
    let day_of = |hour: Hour| hour.civil().date();
    days.retain(|day| {
        options.from.is_none_or(|from| day_of(from) <= *day)
            && options.to.is_none_or(|to| *day <= day_of(to.previous()))
    });
    let style = ProgressStyle::with_template("compacting {bar:40} {pos}/{len} days {eta}")?;
    let progress = ProgressBar::new(days.len() as u64).with_style(style);
    let hour_objects = if options.keep_hours { HourObjects::Keep } else { HourObjects::Delete };
    let how = CompactOptions { hour_objects, jobs: options.jobs };
    let mut each = Vec::new();
    let total = compact_days(&lake, system, days, edge::now(), how, |day| {
        each.push(row(day));
        progress.inc(1);
    })
    .await?;
    progress.finish_and_clear();
    if options.json {
        println!("{}", serde_json::to_string(&total)?);
        return Ok(());
    }
    if !each.is_empty() {
        let header = ["day", "hours", "put in", "own objects deleted", "rows", "bytes"];
        println!("{}", table::render(&header, &each));
    }
    println!(
        "{} days, {} hours put in, {} objects deleted, {} days not over yet",
        total.days, total.hours_put_in, total.hours_deleted, total.open_days
    );
    Ok(())
}

fn row(day: &CompactedDay) -> Vec<String> {
    let counts = [day.hours, day.hours_put_in, day.hours_deleted, day.rows, day.bytes];
    std::iter::once(day.day.to_string()).chain(counts.map(|count| count.to_string())).collect()
}
