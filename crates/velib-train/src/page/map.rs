//! The stations on a plain map, coloured by how far forecasts are off there.

use crate::StationLine;
use velib_report::plot::{add, escaped};

const WIDTH: f64 = 720.0;
const MARGIN: f64 = 16.0;
const LEGEND: f64 = 34.0;

/// Steps of colour, each with the same number of stations.
const STEPS: usize = 5;

/// Stations numbered on the map, as in the table below it.
pub(super) const WORST: usize = 10;

/// The stations of the test days, those with the largest error first.
pub(super) fn by_error(lines: &[StationLine]) -> Vec<&StationLine> {
    let mut stations: Vec<&StationLine> = lines.iter().filter(|line| line.fold == "test").collect();
    stations.sort_by(|a, b| b.mae.total_cmp(&a.mae));
    stations
}

/// The map; nothing where no station was judged.
pub(super) fn draw(lines: &[StationLine]) -> String {
    let stations = by_error(lines);
    let Some(frame) = Frame::around(&stations) else { return String::new() };
    let step = |place: usize| (stations.len() - 1 - place) * STEPS / stations.len();
    let mut marks = String::new();
    for (place, station) in stations.iter().enumerate().rev() {
        let (x, y) = frame.place(station);
        let worst = if place < WORST { " worst" } else { "" };
        let tells = escaped(&format!("{}: {:.2} bikes off on average", station.name, station.mae));
        add(
            &mut marks,
            format_args!(
                "<circle class=\"place e{}{worst}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{tells}</title></circle>",
                step(place)
            ),
        );
    }
    for (place, station) in stations.iter().take(WORST).enumerate() {
        let (x, y) = frame.place(station);
        add(
            &mut marks,
            format_args!(
                "<text class=\"number\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x + 6.0,
                y - 5.0,
                place + 1
            ),
        );
    }
    let height = frame.height + LEGEND;
    let legend = legend(&stations, frame.height + 14.0);
    format!(
        "<figure><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-label=\"Map of stations by mean error\">{marks}{legend}</svg></figure>\n"
    )
}

/// From degrees to the picture; a degree east is shorter than one north.
struct Frame {
    west: f64,
    north: f64,
    east_scale: f64,
    north_scale: f64,
    height: f64,
}

impl Frame {
    fn around(stations: &[&StationLine]) -> Option<Self> {
        let span = |of: fn(&StationLine) -> f64| {
            let values = || stations.iter().map(|station| of(station));
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
        };
        stations.first()?;
        let ((south, north), (west, east)) =
            (span(|station| station.position.lat), span(|station| station.position.lon));
        let shortened = f64::midpoint(south, north).to_radians().cos();
        let north_scale = (WIDTH - 2.0 * MARGIN) / ((east - west) * shortened).max(1e-3);
        let height = (north - south) * north_scale + 2.0 * MARGIN;
        Some(Self { west, north, east_scale: north_scale * shortened, north_scale, height })
    }

    fn place(&self, station: &StationLine) -> (f64, f64) {
        let east = (station.position.lon - self.west) * self.east_scale;
        let south = (self.north - station.position.lat) * self.north_scale;
        (MARGIN + east, MARGIN + south)
    }
}

fn legend(stations: &[&StationLine], y: f64) -> String {
    let mut out = String::new();
    for step in 0..STEPS {
        let of_step = |place: &usize| (stations.len() - 1 - place) * STEPS / stations.len() == step;
        let maes = || (0..stations.len()).filter(of_step).map(|place| stations[place].mae);
        let (least, most) = (maes().fold(f64::INFINITY, f64::min), maes().fold(0.0, f64::max));
        if least > most {
            continue;
        }
        let x = MARGIN + 135.0 * step as f64;
        add(
            &mut out,
            format_args!("<circle class=\"place e{step}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\"/>", x + 5.0),
        );
        let text = format!("{least:.2}–{most:.2} bikes");
        add(&mut out, format_args!("<text x=\"{:.1}\" y=\"{:.1}\">{text}</text>", x + 15.0, y + 4.0));
    }
    out
}
