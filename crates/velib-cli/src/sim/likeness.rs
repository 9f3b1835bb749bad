//! `velib sim likeness`: figures of a simulated city, or of a recorded one, beside those of the real network.

use jiff::civil::Date;
use velib_replay::{
    Days,
    likeness::{Figure, likeness},
};

use crate::{edge::LakeOptions, replay::history, table};

/// Which days of which city.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// Measure the lake instead of a simulated city.
    #[arg(long)]
    recorded: bool,
    /// The first day, in Paris.
    #[arg(long, default_value = "2022-05-16", value_name = "DAY")]
    from: Date,
    /// The last.
    #[arg(long, default_value = "2022-05-29", value_name = "DAY")]
    to: Date,
    /// The same seed makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stations of the city.
    #[arg(long, default_value_t = 1_480)]
    stations: usize,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Lives or reads through the days, measures, and prints both columns.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let days = Days { first: options.from, last: options.to, learned: 0 };
    let city = if options.recorded {
        history::of_lake(&options.lake, days).await?
    } else {
        history::of_city(options.seed, options.stations, days)?
    };
    let figures = likeness(&city);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let number = |value: f64| format!("{value:.3}");
    let row = |figure: &Figure| {
        let off = figure.off().map_or_else(String::new, |off| format!("{:+.0} %", 100.0 * off));
        vec![figure.name.clone(), number(figure.value), figure.paris.map_or_else(String::new, number), off]
    };
    let rows: Vec<Vec<String>> = figures.iter().map(row).collect();
    print!("{}", table::render(&["figure", "here", "Paris", "off by"], &rows));
    Ok(())
}
