//! What the numbers of a row mean, pinned: names may stay while neighbours, radii, clamps or the calendar change, and a model
//! trained before would load and answer nonsense.

use sha2::{Digest, Sha256};

use super::super::{
    FeatureSpec, Features,
    spec::{HORIZON_NAMES, REVISION, ROWS_OF_REVISION, SEQUENCE_NAMES, STATIC_NAMES},
    weather, week_before,
};
use crate::{
    ProfileLearner,
    made_up_city::{CENTRE, FEW_COUNTED, HOURS, city, counted},
    protocol::{Folds, Protocol},
};

/// A working day within a school holiday, after the night that the clock was put back in; a holiday's morning within the same;
/// an hour in which few stations were counted; the evening of a working day.
const ORIGINS: [usize; 4] = [7 * 24, 8 * 24 + 7, FEW_COUNTED as usize, 15 * 24 + 17];

/// Numbers are told apart to a thousandth: another processor's last digit changes nothing.
const STEPS: f32 = 1_000.0;

fn spec() -> FeatureSpec {
    FeatureSpec { week_before: true, weather: true, ..FeatureSpec::hourly(CENTRE) }
}

/// The rows of every station at some moments; what is usual was learned from the week before the first.
fn rows() -> Features {
    let city = city(&counted());
    assert_eq!(i64::try_from(city.times().len()), Ok(HOURS), "a snapshot an hour");
    let profile = ProfileLearner::of(&city, 0..8 * 24).profile();
    let mut rows = Features::default();
    for origin in ORIGINS {
        let (_, mut request) = Protocol::hourly(Folds::of_2022()).request(&city, origin, spec().look_back);
        if origin == ORIGINS[2] {
            request.weather.clear();
        }
        // As the service may be asked, though no history is like this.
        request.stations[0].capacity = None;
        let silent = &mut request.stations[1];
        for counts in [&mut silent.bikes, &mut silent.docks] {
            *counts.last_mut().unwrap() = None;
        }
        *request.stations[2].bikes.last_mut().unwrap() = Some(0);
        request.stations[3].bikes.fill(None);
        rows.append(spec().build(&request, &profile).unwrap());
    }
    rows
}

fn digest(rows: &Features) -> String {
    let anchors = rows.anchors.iter().flat_map(|anchor| {
        [anchor.bikes, anchor.docks, anchor.support.into(), if anchor.has_docks { 1.0 } else { 0.0 }]
    });
    let numbers = rows.sequence.iter().chain(&rows.statics).copied().chain(anchors);
    let steps = numbers.flat_map(|number| ((number * STEPS).round() as i32).to_le_bytes());
    let digest = Sha256::digest(steps.collect::<Vec<u8>>());
    digest[..8].iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The names of a row's statics, in their order.
fn static_names() -> Vec<String> {
    let horizons = 0..spec().horizons_seconds.len();
    let mut names: Vec<String> = Vec::new();
    let further = [
        (&week_before::NAMES[..], &week_before::HORIZON_NAMES[..]),
        (&weather::NAMES, &weather::HORIZON_NAMES),
    ];
    for (once, then) in [(&STATIC_NAMES[..], &HORIZON_NAMES[..])].into_iter().chain(further) {
        names.extend(once.iter().map(ToString::to_string));
        names.extend(
            horizons.clone().flat_map(|at| then.iter().map(move |name| format!("{name}, horizon {at}"))),
        );
    }
    names
}

#[test]
fn whoever_changes_what_a_number_means_raises_the_revision() {
    let found = digest(&rows());
    assert_eq!(
        found, ROWS_OF_REVISION,
        "built rows are no longer those of revision {REVISION}: if a feature means something else now, raise REVISION in \
         features/spec.rs, so that models trained before refuse to load, and pin this digest beside it"
    );
}

#[test]
fn the_pinned_rows_show_every_feature() {
    let rows = rows();
    let shown = |numbers: &[f32], width: usize, at: usize| -> bool {
        let column: Vec<f32> = numbers.iter().skip(at).step_by(width).copied().collect();
        column.iter().any(|number| (number - column[0]).abs() > 1.0 / STEPS)
    };
    let sequence_names = SEQUENCE_NAMES.iter().enumerate();
    let mut hidden: Vec<String> = sequence_names
        .filter(|&(at, _)| !shown(&rows.sequence, SEQUENCE_NAMES.len(), at))
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let names = static_names();
    assert_eq!(names.len(), spec().static_width());
    let statics = names.iter().enumerate();
    hidden.extend(
        statics.filter(|&(at, _)| !shown(&rows.statics, names.len(), at)).map(|(_, name)| name.clone()),
    );
    assert!(hidden.is_empty(), "the same in every row: {hidden:?}");
}
