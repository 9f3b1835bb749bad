//! Names that are in memory: those of the stations, of landmarks around them, and coordinates written out.

use velib_domain::{LatLon, StationId};

use super::{Place, PlaceKind, landmarks::LANDMARKS};

/// A landmark belongs to a network that has a station so near.
const AROUND_M: f64 = 2_000.0;

/// Names that can be looked up without asking anybody.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<Name>);

#[derive(Debug)]
struct Name {
    folded: String,
    place: Place,
}

/// How well a name fits, the best first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Same,
    Begins,
    /// Every word asked for begins a word of it.
    Words,
}

impl Names {
    /// The names of these stations, and of the landmarks among them.
    pub(crate) fn of(stations: impl Iterator<Item = (StationId, String, LatLon)>) -> Self {
        let stations: Vec<Place> =
            stations.map(|(id, name, position)| station(&id, name, position)).collect();
        let near = |landmark: &Place| {
            stations.iter().any(|at| at.position.distance_m(landmark.position) <= AROUND_M)
        };
        let landmarks: Vec<Place> = LANDMARKS.iter().map(landmark).filter(near).collect();
        let named = landmarks.into_iter().chain(stations);
        Self(named.map(|place| Name { folded: folded(&place.label), place }).collect())
    }

    /// The middle of the network; `None` where it has no station.
    pub(crate) fn middle(&self) -> Option<LatLon> {
        let (mut lat, mut lon, mut stations) = (0.0, 0.0, 0.0);
        for position in self.stations() {
            (lat, lon, stations) = (lat + position.lat, lon + position.lon, stations + 1.0);
        }
        (stations > 0.0).then(|| LatLon { lat: lat / stations, lon: lon / stations })
    }

    /// Metres to the nearest station, as the crow flies.
    pub(crate) fn nearest_station_m(&self, place: LatLon) -> f64 {
        self.stations().map(|station| station.distance_m(place)).fold(f64::INFINITY, f64::min)
    }

    fn stations(&self) -> impl Iterator<Item = LatLon> {
        let stations = self.0.iter().filter(|name| name.place.kind == PlaceKind::Station);
        stations.map(|name| name.place.position)
    }

    /// The names that fit, the best first, landmarks before stations of the same fit.
    pub(crate) fn search(&self, text: &str, most: usize) -> Vec<Place> {
        let asked = folded(text);
        let mut fits: Vec<(Fit, usize, &Name)> =
            self.0.iter().filter_map(|name| Some((name.fit(&asked)?, name.folded.len(), name))).collect();
        // The order among equals is that of the list.
        fits.sort_by(|(a, a_length, _), (b, b_length, _)| (a, a_length).cmp(&(b, b_length)));
        fits.into_iter().take(most).map(|(_, _, name)| name.place.clone()).collect()
    }
}

impl Name {
    fn fit(&self, asked: &str) -> Option<Fit> {
        if asked.is_empty() {
            return None;
        }
        if self.folded == asked {
            return Some(Fit::Same);
        }
        if self.folded.starts_with(asked) {
            return Some(Fit::Begins);
        }
        let begins_one = |word: &str| self.folded.split(' ').any(|own| own.starts_with(word));
        asked.split(' ').all(begins_one).then_some(Fit::Words)
    }
}

fn station(id: &StationId, label: String, position: LatLon) -> Place {
    let station_id = Some(id.to_string());
    Place { label, kind: PlaceKind::Station, position, station_id, source: "stations" }
}

fn landmark(&(name, lat, lon): &(&str, f64, f64)) -> Place {
    let (label, position) = (name.to_owned(), LatLon { lat, lon });
    Place { label, kind: PlaceKind::Landmark, position, station_id: None, source: "landmarks" }
}

/// A name as it is compared: small letters without accents, words apart by one space.
pub(crate) fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => plain.push('a'),
            'æ' => plain.push_str("ae"),
            'ç' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' | 'ø' => plain.push('o'),
            'œ' => plain.push_str("oe"),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ÿ' => plain.push('y'),
            // Accents that stand by themselves, as some keyboards write them.
            '\u{300}'..='\u{36f}' => {}
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let at = |lat, lon| LatLon { lat, lon };
        let stations = [
            ("1", "Gare de Lyon - Châlon", at(48.8450, 2.3740)),
            ("2", "Bastille", at(48.8531, 2.3691)),
            ("3", "Place de la Bastille - Beaumarchais", at(48.8540, 2.3690)),
        ];
        let named =
            |(id, name, position): (&str, &str, LatLon)| (StationId::new(id), name.to_owned(), position);
        Names::of(stations.into_iter().map(named))
    }

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let found: Vec<String> = names().search(text, 3).into_iter().map(|place| place.label).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn the_very_name_is_found_first() {
        check("bastille", &["Bastille", "Opéra Bastille", "Place de la Bastille"]);
    }

    #[test]
    fn accents_dashes_and_case_do_not_matter() {
        check("CHALON lyon", &["Gare de Lyon - Châlon"]);
        check("gare de lyon cha\u{302}lon", &["Gare de Lyon - Châlon"]);
    }

    #[test]
    fn words_that_nobody_bears_find_nothing() {
        check("rue de rivoli", &[]);
        check(" - ", &[]);
    }

    #[test]
    fn landmarks_of_another_city_are_not_found() {
        let oslo = LatLon { lat: 59.91, lon: 10.75 };
        let station = (StationId::new("1"), "Sentrum".to_owned(), oslo);
        assert!(Names::of([station].into_iter()).search("tour eiffel", 5).is_empty());
    }
}
