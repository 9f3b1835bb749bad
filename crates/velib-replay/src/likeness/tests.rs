use super::*;

use crate::town::town;

fn value(figures: &[Figure], name: &str) -> f64 {
    figures.iter().find(|figure| figure.name == name).unwrap().value
}

#[test]
fn stations_out_of_service_are_counted_where_it_is_said_and_what_they_told_if_they_report() {
    let city = town(1, None);
    let in_service = likeness(&city, OutOfService::default());
    let mut gone = OutOfService::default();
    let rows = city.times().len() * city.stations().len();
    let counts = Counts { bikes: 0, docks: Some(3), ..Counts::default() };
    (0..rows).for_each(|_| gone.add(&counts, true));
    (0..rows).for_each(|_| gone.add(&Counts { bikes: 3, docks: Some(0), ..counts }, false));
    let with_gone = likeness(&city, gone);
    assert!(value(&in_service, "share out of service").abs() < 1e-12);
    assert!((value(&with_gone, "share out of service") - 2.0 / 3.0).abs() < 1e-9);
    for (name, of_gone) in [("share empty", 1.0), ("share full", 0.0)] {
        let [alone, with] = [name.to_owned(), format!("{name}, with those out of service that report")];
        let share = value(&in_service, &alone);
        assert!((value(&with_gone, &alone) - share).abs() < 1e-12);
        assert!((value(&in_service, &with) - share).abs() < 1e-12);
        assert!((value(&with_gone, &with) - f64::midpoint(share, of_gone)).abs() < 1e-9);
    }
}

#[test]
fn a_figure_is_beyond_on_either_side_and_an_unknown_one_never() {
    let figure = |value, paris| Figure { name: String::new(), value, paris };
    assert!(figure(0.89, Some(1.0)).is_beyond(0.1) && figure(1.11, Some(1.0)).is_beyond(0.1));
    assert!(!figure(1.09, Some(1.0)).is_beyond(0.1) && !figure(5.0, None).is_beyond(0.1));
}
