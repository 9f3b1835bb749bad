//! Every sentence that tells a person about a plan, in each language, from the same numbers.
//!
//! French puts a space that does not break before `:` and between a number and what it counts.

use velib_planner::{
    BikeKind, DropReason, End, LineWords, Missing, Reason, RequestError, SERVICE_AREA_M, SwitchIf,
};

use crate::{answer::whole, lang::Lang};

/// Why a journey is like this; `name` tells the name of a station.
pub(super) fn reason<'n>(
    reason: &'n Reason,
    name: impl Fn(&'n velib_domain::StationId) -> &'n str,
    lang: Lang,
) -> String {
    let percent = |p: f64| whole(100.0 * p);
    let minutes = |seconds: f64| whole(seconds / 60.0);
    match reason {
        Reason::NearestPickupRisky { station_id, p, .. } => {
            let (nearest, times) = (name(station_id), percent(*p));
            match lang {
                Lang::En => format!("{nearest} is nearer, but has a bike only {times} times of 100"),
                Lang::Fr => {
                    format!(
                        "{nearest} est plus proche, mais on n’y trouve un vélo que {times}\u{a0}fois sur\u{a0}100"
                    )
                }
            }
        }
        Reason::NearestDropoffFilling { station_id, p, .. } => {
            let (nearest, times) = (name(station_id), percent(*p));
            match lang {
                Lang::En => format!("{nearest} is nearer, but has a dock only {times} times of 100"),
                Lang::Fr => {
                    format!(
                        "{nearest} est plus proche, mais on n’y trouve une place que {times}\u{a0}fois sur\u{a0}100"
                    )
                }
            }
        }
        Reason::SaferThanFastest { gains_p, costs_s } => {
            let (times, longer) = (percent(*gains_p), minutes(*costs_s));
            match lang {
                Lang::En => {
                    format!("fails {times} times of 100 less often than the fastest, for {longer} min more")
                }
                Lang::Fr => format!(
                    "échoue {times}\u{a0}fois de moins sur\u{a0}100 que le plus rapide, pour {longer}\u{a0}min de plus"
                ),
            }
        }
        Reason::SavesOverWalking { saves_s } => {
            let saved = minutes(*saves_s);
            match lang {
                Lang::En => format!("{saved} min sooner than walking"),
                Lang::Fr => format!("{saved}\u{a0}min plus tôt qu’à pied"),
            }
        }
        Reason::StationSilent { station_id, silent_s } => {
            let (silent, hours) = (name(station_id), silent_s / 3600);
            match lang {
                Lang::En => format!("{silent} has not reported for {hours} h"),
                Lang::Fr => format!("{silent} ne donne plus de nouvelles depuis {hours}\u{a0}h"),
            }
        }
        Reason::MayBeLate { p } => {
            let times = percent(*p);
            match lang {
                Lang::En => format!("even leaving now is in time only {times} times of 100"),
                Lang::Fr => format!(
                    "même en partant maintenant, on n’est à l’heure que {times}\u{a0}fois sur\u{a0}100"
                ),
            }
        }
    }
}

/// When to prefer another station; `here` and `there` are names.
pub(super) fn switch(
    switch: &SwitchIf,
    bike: Option<BikeKind>,
    here: &str,
    there: &str,
    lang: Lang,
) -> String {
    let below = switch.below;
    let ebike = bike == Some(BikeKind::Ebike);
    match lang {
        Lang::En => {
            let what = match switch.what {
                Missing::Bike if ebike => "e-bike",
                Missing::Bike => "bike",
                Missing::Dock => "dock",
            };
            if below == 1 {
                format!("if {here} has no {what} left, go to {there}")
            } else {
                format!("if {here} has fewer than {below} {what}s, go to {there}")
            }
        }
        Lang::Fr => {
            let [one, several] = match switch.what {
                Missing::Bike if ebike => ["vélo électrique", "vélos électriques"],
                Missing::Bike => ["vélo", "vélos"],
                Missing::Dock => ["place", "places"],
            };
            if below == 1 {
                format!("s’il n’y a plus de {one} à la station {here}, allez à la station {there}")
            } else {
                format!(
                    "s’il y a moins de {below}\u{a0}{several} à la station {here}, allez à la station {there}"
                )
            }
        }
    }
}

/// Why something is not in the answer.
pub(super) fn dropped(reason: DropReason, lang: Lang) -> &'static str {
    let [en, fr] = match reason {
        DropReason::NotRenting => ["rents no bikes", "ne loue pas de vélos"],
        DropReason::NotReturning => ["takes no bikes back", "ne reprend pas de vélos"],
        DropReason::Silent => {
            ["has not reported for too long", "ne donne plus de nouvelles depuis trop longtemps"]
        }
        DropReason::NoOutlook => {
            ["nobody can tell what will be there", "personne ne peut dire ce qu’il y aura"]
        }
        DropReason::CertainlyEmpty => ["there will be too few bikes", "il n’y aura pas assez de vélos"],
        DropReason::CertainlyFull => ["there will be too few docks", "il n’y aura pas assez de places"],
        DropReason::SlowerThanWalking => ["walking takes no longer", "à pied, ce n’est pas plus long"],
        DropReason::NoBetterThanAnother => {
            ["another journey is as good, or better", "un autre trajet est aussi bon ou meilleur"]
        }
        DropReason::BeyondTheLimit => ["more than were asked for", "au-delà du nombre demandé"],
    };
    match lang {
        Lang::En => en,
        Lang::Fr => fr,
    }
}

/// Why a request has no answer.
pub(super) fn refused(error: &RequestError, lang: Lang) -> String {
    match (error, lang) {
        (RequestError::OutsideServiceArea { end, place, nearest_m }, Lang::Fr) => {
            let end = match end {
                End::From => "le départ",
                End::To => "l’arrivée",
            };
            let km = |metres: f64| format!("{:.1}", metres / 1000.0).replace('.', ",");
            format!(
                "{end} ({:.5}, {:.5}) est hors de la zone desservie\u{a0}: la station la plus proche est à {}\u{a0}km, \
                 il en faut une à {}\u{a0}km au plus",
                place.lat,
                place.lon,
                km(*nearest_m),
                km(SERVICE_AREA_M)
            )
        }
        (RequestError::TimeOutOfRange { parameter, given, earliest, latest }, Lang::Fr) => {
            let [given, earliest, latest] = [given, earliest, latest].map(|at| lang.moment(*at));
            format!(
                "{parameter}, le {given}, est hors limites\u{a0}: il faut être entre le {earliest} et le {latest}"
            )
        }
        // What is wrong with a parameter is told to whoever writes the client.
        (error, _) => error.to_string(),
    }
}

/// The words of a journey in one line.
pub(super) fn line(lang: Lang) -> LineWords {
    match lang {
        Lang::En => LineWords::ENGLISH,
        Lang::Fr => LineWords {
            walk: "à pied",
            ride: "à vélo",
            bike: "vélo",
            ebike: "vélo électrique",
            dock: "place",
            in_time: "à l’heure",
            minutes: "\u{a0}min",
            probability: |p| format!("{p:.2}").replace('.', ","),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::StationId;

    fn reasons() -> impl Strategy<Value = Reason> {
        let station = || "[A-Z][a-z]{3,9}".prop_map(StationId::new);
        let (p, seconds) = (0.0..=1.0, -900.0..9_000.0);
        let silent = 7_200..1_000_000_i64;
        (station(), p, seconds, silent, 0..6).prop_map(
            |(station_id, p, seconds, silent_s, which)| match which {
                0 => Reason::NearestPickupRisky { station_id, p, saves_s: seconds },
                1 => Reason::NearestDropoffFilling { station_id, p, saves_s: seconds },
                2 => Reason::SaferThanFastest { gains_p: p, costs_s: seconds },
                3 => Reason::SavesOverWalking { saves_s: seconds },
                4 => Reason::StationSilent { station_id, silent_s },
                _ => Reason::MayBeLate { p },
            },
        )
    }

    fn switches() -> impl Strategy<Value = SwitchIf> {
        (1..=10_u16, any::<bool>()).prop_map(|(below, bike)| SwitchIf {
            station_id: StationId::new("1"),
            what: if bike { Missing::Bike } else { Missing::Dock },
            below,
            to: StationId::new("2"),
            journey: None,
        })
    }

    /// The numbers and the names in a sentence, sorted: names alone are written with a capital.
    fn facts(sentence: &str) -> Vec<String> {
        let mut facts: Vec<String> = Vec::new();
        for word in sentence.split(|c: char| !c.is_alphanumeric() && c != '-') {
            let is_fact = word.chars().any(|c| c.is_ascii_digit() || c.is_uppercase());
            facts.extend(is_fact.then(|| word.to_owned()));
        }
        facts.sort();
        facts
    }

    proptest! {
        #[test]
        fn a_reason_tells_the_same_in_both_languages(given in reasons()) {
            let [en, fr] = [Lang::En, Lang::Fr].map(|lang| reason(&given, |id| id.as_str(), lang));
            prop_assert_eq!(facts(&en), facts(&fr), "{} / {}", en, fr);
        }

        #[test]
        fn advice_tells_the_same_in_both_languages(given in switches(), ebike in any::<bool>()) {
            let bike = ebike.then_some(BikeKind::Ebike);
            let [en, fr] = [Lang::En, Lang::Fr].map(|lang| switch(&given, bike, "Temple", "Nation", lang));
            prop_assert_eq!(facts(&en), facts(&fr), "{} / {}", en, fr);
        }
    }

    #[test]
    fn french_reads_as_french() {
        let p = 0.251;
        let fr = |given: &Reason| reason(given, |id| id.as_str(), Lang::Fr);
        let station_id = StationId::new("Nation");
        assert_eq!(
            fr(&Reason::NearestDropoffFilling { station_id: station_id.clone(), p, saves_s: 60.0 }),
            "Nation est plus proche, mais on n’y trouve une place que 25\u{a0}fois sur\u{a0}100"
        );
        assert_eq!(fr(&Reason::SavesOverWalking { saves_s: 1_920.0 }), "32\u{a0}min plus tôt qu’à pied");
        let advice = SwitchIf {
            station_id: station_id.clone(),
            what: Missing::Bike,
            below: 1,
            to: station_id,
            journey: None,
        };
        assert_eq!(
            switch(&advice, None, "Nation", "Temple", Lang::Fr),
            "s’il n’y a plus de vélo à la station Nation, allez à la station Temple"
        );
        assert_eq!(
            switch(&SwitchIf { below: 3, ..advice }, Some(BikeKind::Ebike), "Nation", "Temple", Lang::Fr),
            "s’il y a moins de 3\u{a0}vélos électriques à la station Nation, allez à la station Temple"
        );
    }
}
