//! Codes and names of simulated stations, shaped like the real ones and marked as simulated.

use crate::layout::StationKind;

/// Prefixes of codes outside Paris, as the real network numbers its communes.
const COMMUNES: [u8; 16] = [21, 22, 23, 26, 31, 32, 33, 34, 35, 40, 41, 42, 43, 44, 47, 48];

/// The code's prefix for a place: arrondissements in rings from the centre outwards, communes beyond.
///
/// `ring` is the distance from the centre as a share of the city's radius, `turn` the direction as a share of a full turn.
pub(crate) fn district(ring: f64, turn: f64) -> u8 {
    let sector = |sectors: usize| (turn * sectors as f64) as usize % sectors;
    match ring {
        ..0.2 => 1 + sector(4) as u8,
        ..0.48 => 5 + sector(7) as u8,
        ..0.8 => 12 + sector(9) as u8,
        _ => COMMUNES[sector(COMMUNES.len())],
    }
}

/// The printed code: district and number, `16107`; the first nine arrondissements have one digit less, `9020`.
pub(crate) fn code(district: u8, number: usize, is_relais: bool) -> String {
    format!("{district}{number:03}{}", if is_relais { "_relais" } else { "" })
}

/// The name, which says that the station is simulated.
pub(crate) fn name(kind: StationKind, code: &str) -> String {
    let place = match kind {
        StationKind::Home => "Résidence",
        StationKind::Work => "Bureaux",
        StationKind::Leisure => "Théâtre",
        StationKind::Hub => "Gare",
    };
    format!("Sim – {place} {code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_look_like_printed_ones() {
        assert_eq!(code(16, 107, false), "16107");
        assert_eq!(code(9, 20, false), "9020");
        assert_eq!(code(31, 24, true), "31024_relais");
    }

    #[test]
    fn districts_lie_in_rings() {
        assert_eq!(district(0.0, 0.0), 1);
        assert_eq!(district(0.3, 0.999), 11);
        assert_eq!(district(0.7, 0.0), 12);
        assert_eq!(district(1.0, 0.0), 21);
    }
}
