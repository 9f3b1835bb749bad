//! Who may use a way, by its OpenStreetMap tags: on foot, and by bike in each direction.

/// Who may use a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// On foot, in both directions.
    pub foot: bool,
    /// By bike, in the direction it was drawn.
    pub bike_forward: bool,
    /// By bike, against it.
    pub bike_backward: bool,
}

/// Ways that are walked, and ridden too.
const STREETS: [&str; 16] = [
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "road",
    "path",
    "cycleway",
    "pedestrian",
    "busway",
];

/// Ways that are walked, and ridden only where a sign says so.
const FOOTWAYS: [&str; 3] = ["footway", "steps", "corridor"];

/// Who may use a way with these tags.
pub fn access<'t>(tag: impl Fn(&str) -> Option<&'t str>) -> Access {
    let Some(highway) = tag("highway") else { return Access::default() };
    let (street, footway) = (STREETS.contains(&highway), FOOTWAYS.contains(&highway));
    if !(street || footway) || tag("area") == Some("yes") {
        return Access::default();
    }
    let closed = matches!(tag("access"), Some("no" | "private"));
    let invited = |key: &str| matches!(tag(key), Some("yes" | "designated" | "permissive" | "official"));
    let refused = |key: &str| matches!(tag(key), Some("no" | "private" | "use_sidepath"));
    let by_default = |key: &str, usual: bool| invited(key) || (usual && !closed && !refused(key));
    let foot = by_default("foot", true);
    let bike = by_default("bicycle", street && highway != "pedestrian" && tag("motorroad") != Some("yes"));
    let (forward, backward) = directions(&tag);
    Access { foot, bike_forward: bike && forward, bike_backward: bike && backward }
}

/// Directions in which bikes may go, contraflow lanes included.
fn directions<'t>(tag: &impl Fn(&str) -> Option<&'t str>) -> (bool, bool) {
    let roundabout = matches!(tag("junction"), Some("roundabout" | "circular"));
    let for_bikes = tag("oneway:bicycle").or_else(|| tag("oneway"));
    let (forward, backward) = match for_bikes {
        Some("yes" | "true" | "1") => (true, false),
        Some("-1" | "reverse") => (false, true),
        Some("no") => (true, true),
        _ => (true, !roundabout),
    };
    let lanes = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"];
    let contraflow = lanes.iter().any(|lane| tag(lane).is_some_and(|value| value.starts_with("opposite")));
    (forward || contraflow, backward || contraflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tags: &[(&str, &str)], foot: bool, bike_forward: bool, bike_backward: bool) {
        let found = access(|key| tags.iter().find(|(name, _)| *name == key).map(|(_, value)| *value));
        assert_eq!(found, Access { foot, bike_forward, bike_backward }, "{tags:?}");
    }

    #[test]
    fn a_street_is_for_all() {
        check(&[("highway", "residential")], true, true, true);
    }

    #[test]
    fn a_one_way_street_is_walked_both_ways() {
        check(&[("highway", "residential"), ("oneway", "yes")], true, true, false);
        check(&[("highway", "residential"), ("oneway", "-1")], true, false, true);
        check(&[("highway", "tertiary"), ("junction", "roundabout")], true, true, false);
    }

    #[test]
    fn contraflow_is_ridden() {
        check(&[("highway", "residential"), ("oneway", "yes"), ("oneway:bicycle", "no")], true, true, true);
        check(
            &[("highway", "residential"), ("oneway", "yes"), ("cycleway", "opposite_lane")],
            true,
            true,
            true,
        );
        check(
            &[("highway", "residential"), ("oneway", "yes"), ("cycleway:left", "opposite")],
            true,
            true,
            true,
        );
    }

    #[test]
    fn steps_and_footways_are_walked() {
        check(&[("highway", "steps")], true, false, false);
        check(&[("highway", "footway"), ("bicycle", "designated")], true, true, true);
        check(&[("highway", "pedestrian")], true, false, false);
    }

    #[test]
    fn motorways_and_closed_ways_are_not_used() {
        check(&[("highway", "motorway")], false, false, false);
        check(&[("highway", "service"), ("access", "private")], false, false, false);
        check(&[("highway", "service"), ("access", "private"), ("foot", "yes")], true, false, false);
        check(&[("building", "yes")], false, false, false);
        check(&[("highway", "cycleway"), ("foot", "no")], false, true, true);
    }
}
