//! A report as a folder of files: the page for people, the whole as JSON, its tables as CSV.

use std::{fmt::Write as _, fs, io, path::Path};

use velib_forecast::scores::ForecastScores;

use crate::{Evaluation, METRICS, SliceLine, StationLine, evaluation::Measured, page::page};

/// The whole, from which the folder can be written again.
pub const EVALUATION: &str = "evaluation.json";

/// What is judged a day ahead, where it was.
const DAY_AHEAD: &str = "day-ahead.csv";

/// Writes the report into a folder, which is made where there is none. The same evaluation makes the same bytes. Where
/// nothing was judged a day ahead there is no file of it, nor does one of an earlier report stay.
pub fn write_report(evaluation: &Evaluation, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut json = serde_json::to_vec(evaluation)?;
    json.push(b'\n');
    let files: [(&str, Vec<u8>); 4] = [
        (EVALUATION, json),
        ("metrics.csv", metrics_csv(&evaluation.measured).into_bytes()),
        ("slices.csv", slices_csv(&evaluation.slices).into_bytes()),
        ("stations.csv", stations_csv(&evaluation.stations).into_bytes()),
    ];
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes)?;
    }
    write_day_ahead(&evaluation.day_ahead.measured, &folder.join(DAY_AHEAD))?;
    write_page(evaluation, folder)
}

fn write_day_ahead(measured: &[Measured], path: &Path) -> io::Result<()> {
    if !measured.is_empty() {
        return fs::write(path, metrics_csv(measured));
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes the page alone.
pub fn write_page(evaluation: &Evaluation, folder: &Path) -> io::Result<()> {
    fs::write(folder.join("report.html"), page(evaluation))
}

/// Reads what [`write_report`] wrote.
pub fn read_evaluation(folder: &Path) -> io::Result<Evaluation> {
    Ok(serde_json::from_slice(&fs::read(folder.join(EVALUATION))?)?)
}

fn metrics_csv(lines: &[Measured]) -> String {
    let mut csv = "fold,horizon_seconds,forecaster,metric,value,low,high,beside,ratio,ratio_low,ratio_high\n"
        .to_owned();
    for line in lines {
        let own = line.estimate;
        let ratio = line
            .ratio
            .map_or_else(|| ",,".to_owned(), |ratio| format!("{},{},{}", ratio.value, ratio.low, ratio.high));
        row(
            &mut csv,
            &[
                line.fold.clone(),
                line.horizon_seconds.to_string(),
                quoted(&line.forecaster),
                line.metric.clone(),
                format!("{},{},{}", own.value, own.low, own.high),
                line.beside.clone().unwrap_or_default(),
                ratio,
            ],
        );
    }
    csv
}

fn slices_csv(lines: &[SliceLine]) -> String {
    // Onset precision is not judged by kind of rows.
    let judged = || METRICS.iter().filter(|metric| metric.name != "onset_ap");
    let mut csv = "fold,horizon_seconds,forecaster,by,slice,rows".to_owned();
    judged().for_each(|metric| csv = std::mem::take(&mut csv) + "," + metric.name);
    csv.push('\n');
    let number = |of: fn(&ForecastScores) -> Option<f64>, scores| {
        of(scores).map_or_else(String::new, |value| value.to_string())
    };
    for line in lines {
        let mut cells = vec![
            line.fold.clone(),
            line.horizon_seconds.to_string(),
            quoted(&line.forecaster),
            line.by.clone(),
            quoted(&line.slice),
            line.scores.bikes.rows.to_string(),
        ];
        cells.extend(judged().map(|metric| number(metric.of, &line.scores)));
        row(&mut csv, &cells);
    }
    csv
}

fn stations_csv(lines: &[StationLine]) -> String {
    let mut csv = "fold,station_id,name,lat,lon,rows,mae,persistence_mae\n".to_owned();
    for line in lines {
        row(
            &mut csv,
            &[
                line.fold.clone(),
                quoted(&line.station_id),
                quoted(&line.name),
                line.position.lat.to_string(),
                line.position.lon.to_string(),
                line.rows.to_string(),
                line.mae.to_string(),
                line.persistence_mae.to_string(),
            ],
        );
    }
    csv
}

fn row(csv: &mut String, cells: &[String]) {
    writeln!(csv, "{}", cells.join(",")).expect("writing to a string cannot fail");
}

/// Text as one cell, whatever is in it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_or_a_quote_stays_one_cell() {
        assert_eq!(quoted("Place d'Italie"), "Place d'Italie");
        assert_eq!(quoted("Gare, \"sud\""), "\"Gare, \"\"sud\"\"\"");
    }
}
