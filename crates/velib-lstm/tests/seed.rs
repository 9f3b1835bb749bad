//! What a seed draws. In a process of its own, for libtorch has one seed for the whole of it.

use velib_domain::LatLon;
use velib_forecast::FeatureSpec;
use velib_lstm::training::{Restraint, Trainer};
use velib_model::NetworkShape;

#[test]
fn the_same_seed_draws_the_same_weights_and_another_draws_others() {
    let spec = FeatureSpec::hourly(LatLon { lat: 48.86, lon: 2.34 });
    let shape = NetworkShape { lstm: 8, dense: 5, components: 3, members: 2 };
    let drawn = |seed| Trainer::new(spec.clone(), shape, Restraint::default(), seed).weights();
    assert!(drawn(1) == drawn(1) && drawn(1) != drawn(2));
}
