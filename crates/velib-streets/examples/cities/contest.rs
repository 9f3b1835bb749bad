//! The junctions of Paris as a contest once published them.

use velib_domain::LatLon;
use velib_streets::{Graph, GraphBuilder};

/// The format of Google Hash Code 2014: junctions, then streets with their direction, seconds and metres. `None` where the
/// text is of another.
pub fn contest(text: &str) -> Option<Graph> {
    let mut lines = text.lines();
    let counts: Vec<usize> = numbers(lines.next()?)?;
    let mut builder = GraphBuilder::default();
    for line in lines.by_ref().take(*counts.first()?) {
        let place: Vec<f64> = numbers(line)?;
        builder.corner(LatLon::new(*place.first()?, *place.get(1)?)?);
    }
    for line in lines.take(*counts.get(1)?) {
        let &[a, b, directions, _, metres] = numbers(line)?.as_slice() else { return None };
        builder.walk(a, b, metres as f32);
        builder.ride(a, b, metres as f32);
        if directions == 2 {
            builder.ride(b, a, metres as f32);
        }
    }
    Some(builder.finish())
}

fn numbers<T: std::str::FromStr>(line: &str) -> Option<Vec<T>> {
    line.split_whitespace().map(|number| number.parse().ok()).collect()
}
