//! An evaluation as one web page: self-contained, without a script, light or dark as the reader's device is.
//!
//! Every chart is an SVG in the page with its title in words; the numbers behind the charts stand in tables below them and
//! in `evaluation.json` and the CSV files beside the page.

mod charts;
mod map;
mod tables;

use std::fmt::Write;

use velib_model::TrainingDays;
use velib_report::{STYLE, plot};

use crate::Evaluation;

/// The page.
pub fn page(evaluation: &Evaluation) -> String {
    let mut sections = String::new();
    section(
        &mut sections,
        "Errors by horizon",
        ERRORS,
        &charts::errors(evaluation),
        &tables::metrics(evaluation),
    );
    section(&mut sections, "What each part adds", ADDED, "", &tables::added(evaluation));
    section(&mut sections, "To a day ahead", DAY_AHEAD, "", &tables::day_ahead(evaluation));
    section(&mut sections, "Are probabilities kept?", KEPT, &charts::reliability(evaluation), "");
    section(&mut sections, "Examples", EXAMPLES, &charts::fans(evaluation), "");
    section(
        &mut sections,
        "Where it errs",
        MAP,
        &map::draw(&evaluation.stations),
        &tables::stations(evaluation),
    );
    section(
        &mut sections,
        "When and for whom",
        SLICES,
        &charts::hours(evaluation),
        &tables::slices(evaluation),
    );
    section(
        &mut sections,
        "How it learned",
        LEARNED,
        &charts::losses(evaluation),
        &tables::training(evaluation),
    );
    section(&mut sections, "The rows", ROWS, "", &tables::checks(evaluation));
    let title = format!("Forecasts of {}", plot::escaped(&evaluation.version));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><main><h1>{title}</h1>\n{}{}{}{sections}</main></body></html>\n",
        judged(evaluation),
        tables::summary(evaluation),
        tables::goals(evaluation)
    )
}

/// Which rows all of this is about.
fn judged(evaluation: &Evaluation) -> String {
    let Some(TrainingDays { validation, test, .. }) = &evaluation.judged_days else { return String::new() };
    let [validation, test] = [validation, test].map(|days| plot::escaped(&days.join(", ")));
    format!(
        "<p>Judged on the rows of <code>{}</code>: test days {test}, validation days {validation}. Intervals hold a number in \
         95 of 100 draws of blocks of time.</p>\n",
        plot::escaped(&evaluation.judged_by)
    )
}

const ERRORS: &str = "Test days. A vertical bar is the interval that holds the model's score in 95 of 100 draws of blocks of \
    time. Lower is better.";
const ADDED: &str = "Test days. The network alone; the same mixed with the table, climatology and, in docks, what bikes leave, where these \
    have a weight; and that with the probability of none told anew, which is the model: each score divided by that of the step before, on the same rows. Below 1 \
    a step makes an error smaller; onset precision is better above 1.";
const DAY_AHEAD: &str = "Beyond its last horizon the model is carried on along the usual week of its file, which is climatology here, and \
    forgotten by and by. In brackets divided by persistence or the table on the same rows.";
const KEPT: &str = "Test days. Of the rows told about a probability, the share in which it happened: on the diagonal the word \
    is kept. A dot's area grows with its rows.";
const EXAMPLES: &str = "Test days. At a morning and an evening, the station whose count then changed most, one above \
    three in four, and one in the middle; nobody picked them. Dark line: counted. Band: 80 % interval, with the median.";
const MAP: &str =
    "Test days. Mean error of bikes over all horizons, a dot a station; the ten largest are numbered.";
const SLICES: &str = "Test days. A kind of rows with few rows or few days says little.";
const LEARNED: &str = "Loss in nats a count, after each epoch.";
const ROWS: &str = "Two programs judge the same rows where these numbers agree.";

fn section(page: &mut String, title: &str, words: &str, charts: &str, table: &str) {
    if charts.is_empty() && table.is_empty() {
        return;
    }
    writeln!(
        page,
        "<section><h2>{title}</h2><p>{words}</p><div class=\"charts\">{charts}</div>{table}</section>"
    )
    .expect("writing to a string cannot fail");
}
