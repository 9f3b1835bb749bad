//! `velib sim likeness`: figures of a simulated city, or of a recorded one, beside those of the real network.

use anyhow::ensure;
use jiff::civil::Date;
use velib_replay::{
    Days,
    likeness::{Figure, likeness},
};

use crate::{edge::LakeOptions, replay::history, table};

/// Which days of which city. Without options: those of the published replay.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// Measure the lake instead of a simulated city.
    #[arg(long)]
    recorded: bool,
    /// The first day, in Paris.
    #[arg(long, default_value = "2026-04-06", value_name = "DAY")]
    from: Date,
    /// The last.
    #[arg(long, default_value = "2026-04-19", value_name = "DAY")]
    to: Date,
    /// Days that the simulated city lives before the first, as it does through those that `velib replay --learn` learns from.
    #[arg(long, default_value_t = 28, value_name = "DAYS")]
    lived: i64,
    /// The same seed makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stations of the city.
    #[arg(long, default_value_t = 1_480)]
    stations: usize,
    /// Fail if a figure is farther from the real one than so many percent of that, and name it.
    #[arg(long, value_name = "PERCENT")]
    within: Option<f64>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Lives or reads through the days, measures, and prints both columns.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let learned = if options.recorded { 0 } else { options.lived };
    let days = Days { first: options.from, last: options.to, learned };
    let past = if options.recorded {
        history::of_lake(&options.lake, days).await?
    } else {
        history::of_city(options.seed, options.stations, days, None)?
    };
    let figures = likeness(&past.city, past.out_of_service);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print!("{}", told(&figures));
    }
    options.within.map_or(Ok(()), |percent| all_within(&figures, percent))
}

fn told(figures: &[Figure]) -> String {
    let number = |value: f64| format!("{value:.3}");
    let row = |figure: &Figure| {
        let paris = figure.paris.map_or_else(String::new, number);
        vec![figure.name.clone(), number(figure.value), paris, off(figure)]
    };
    let rows: Vec<Vec<String>> = figures.iter().map(row).collect();
    table::render(&["figure", "here", "Paris", "off by"], &rows)
}

fn off(figure: &Figure) -> String {
    figure.off().map_or_else(String::new, |off| format!("{:+.1} %", 100.0 * off))
}

fn all_within(figures: &[Figure], percent: f64) -> anyhow::Result<()> {
    let beyond: Vec<String> = figures
        .iter()
        .filter(|figure| figure.is_beyond(percent / 100.0))
        .map(|figure| format!("{} ({})", figure.name, off(figure)))
        .collect();
    let (count, all) = (beyond.len(), figures.len());
    ensure!(count == 0, "{count} of {all} figures are more than {percent} % off: {}", beyond.join("; "));
    Ok(())
}
