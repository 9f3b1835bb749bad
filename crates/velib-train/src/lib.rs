//! From a lake of silver to a trained model: reads the history, draws rows, trains, judges, packages.
//!
//! The network and its loss are in `velib-lstm`, the rows' rules and features in `velib-forecast`; here is only what
//! needs all of them. Nothing reads the clock: the same data, seed and program make the same file.

mod blend;
mod blend_file;
mod checkpoint;
mod compare;
pub mod config;
mod data_set;
mod day_ahead;
mod draw;
mod error;
mod evaluate;
mod evaluation;
mod fan;
mod fit;
mod forgetting;
mod goals;
mod history;
mod judged_fold;
mod judging;
pub mod kinds;
mod masking;
mod metric;
mod package;
mod page;
mod parts;
mod printed;
mod refresh;
mod reliability;
mod report;
mod rules;
mod run;
mod search;
mod slice;
mod stations;
mod together;
mod trees;
pub mod usable;

pub use blend::SimpleForecasters;
pub use blend_file::{Blended, blend_file};
pub use checkpoint::{Checkpoint, Progress};
pub use compare::{Comparison, ComparisonLine, Verdict};
pub use data_set::DataSource;
pub use day_ahead::DayAheadScores;
pub use draw::Rows;
pub use error::TrainError;
pub use evaluate::{baselines, evaluate};
pub use evaluation::{AddedLine, CheckLine, Evaluation, Measured, SliceLine};
pub use fan::{Fan, FanPoint};
pub use fit::{Fit, FitData, FitPlan, Fitted, fit};
pub use forgetting::{Forgetting, usual_of_training};
pub use history::{data_sha256, read_history};
pub use judged_fold::{JudgedFold, JudgedForecaster, JudgedHorizon};
pub use metric::{METRICS, Metric};
pub use package::{Package, package};
pub use page::page;
pub use refresh::{Refreshed, compare_refreshed, refresh_file};
pub use reliability::ReliabilityLine;
pub use report::{read_evaluation, write_page, write_report};
pub use rules::{DayRange, InvalidDays, RowRules};
pub use run::{Beside, UsualWeek, compare_files, evaluate_file, fit_to_file, search_file};
pub use search::{SearchOutcome, SearchSpace, Trial, Tried, search};
pub use slice::{CapacityClass, DayKind, Neighbourhood, Sky, Slice, Slices};
pub use stations::StationLine;
pub use together::{TogetherLine, TogetherSums};
pub use trees::BoostedTrees;
pub use velib_report::{Bootstrap, Estimate};

/// The program as a model's manifest names it: its version, and the commit that it was built from, or `unknown`.
pub const CODE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("VELIB_BUILT_FROM"));
