//! A lake's history of one system and the rows in it, read once for whatever is done with them.

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::SystemId;
use velib_forecast::protocol::{CityHistory, Fold, Origin, Protocol, row_checks};
use velib_lake::Lake;

use crate::{CheckLine, RowRules, TrainError, printed::Checks, read_history};

/// Where a model's data come from.
#[derive(Debug, Clone)]
pub struct DataSource {
    /// The lake with the silver.
    pub lake: Lake,
    /// The system in it.
    pub system: SystemId,
    /// The rules by which rows are chosen.
    pub rules: RowRules,
}

/// A history, and the rows in it.
pub(crate) struct DataSet {
    /// The name of the rules by which the rows are chosen.
    pub(crate) rules: &'static str,
    pub(crate) city: CityHistory,
    pub(crate) protocol: Protocol,
    pub(crate) origins: Vec<Origin>,
}

impl DataSet {
    /// The same history and days, at other horizons.
    pub(crate) fn at(self, horizons_seconds: &[i64]) -> Self {
        let protocol = Protocol { horizons_seconds: horizons_seconds.to_vec(), ..self.protocol };
        Self { origins: protocol.origins(&self.city), protocol, ..self }
    }
}

/// Reads the history and prints the checksums of its rows.
pub(crate) async fn read_data(source: &DataSource, bar: &ProgressBar) -> Result<DataSet, TrainError> {
    read_data_at(source, None, bar).await
}

/// The same, at other horizons than the rules'.
pub(crate) async fn read_data_at(
    source: &DataSource,
    horizons_seconds: Option<&[i64]>,
    bar: &ProgressBar,
) -> Result<DataSet, TrainError> {
    let city = read_history(&source.lake, &source.system, source.rules.eligibility(), bar).await?;
    let mut protocol = source.rules.protocol(&city)?;
    if let Some(seconds) = horizons_seconds {
        protocol.horizons_seconds = seconds.to_vec();
    }
    let origins = protocol.origins(&city);
    let data = DataSet { rules: source.rules.as_str(), city, protocol, origins };
    bar.suspend(|| eprint!("{}", Checks(&checks(&data))));
    Ok(data)
}

/// The checksums of the rows.
pub(crate) fn checks(data: &DataSet) -> Vec<CheckLine> {
    let DataSet { city, protocol, origins, .. } = data;
    let mut lines = Vec::new();
    for fold in [Fold::Train, Fold::Validation, Fold::Test] {
        for (horizon, &horizon_seconds) in protocol.horizons_seconds.iter().enumerate() {
            let rows = row_checks(city, origins, fold, horizon);
            lines.extend(rows.map(|rows| CheckLine {
                fold: fold.as_str().to_owned(),
                horizon_seconds,
                rows,
            }));
        }
    }
    lines
}

/// How far reading, learning and judging have come.
pub(crate) fn bar(what: &'static str) -> ProgressBar {
    let template = "{msg} {bar:32} {pos}/{len} {elapsed} (left {eta})";
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    ProgressBar::new(0).with_style(style).with_message(what)
}
