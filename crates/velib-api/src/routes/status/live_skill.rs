//! How issued forecasts turned out, as it is told: beside persistence on the same rows, and how many rows those are.

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Timestamp, calendar::paris_rfc3339};
use velib_forecast::{
    Horizon, LiveSkill,
    live_skill::HorizonSums,
    scores::{IssuedScores, IssuedSums},
};

use crate::{
    answer::{age_s, four_decimals},
    forecast_log::{Judged, WINDOW_DAYS},
    lang::Lang,
};

#[derive(Serialize, ToSchema)]
pub(super) struct LiveSkillStatus {
    /// When the log was held against the counts last.
    #[schema(format = DateTime)]
    judged_at: String,
    age_s: i64,
    /// How far back forecasts are judged.
    window_days: i32,
    /// Hours of these days that this process has not read yet.
    hours_unread: usize,
    /// One for each that issued forecasts, the last first.
    models: Vec<ModelSkill>,
}

#[derive(Serialize, ToSchema)]
struct ModelSkill {
    /// `model` or `persistence`.
    basis: String,
    model_version: String,
    /// Times at which forecasts of all stations were issued, one an hour at most, and judged at least in part.
    issues: u64,
    #[schema(format = DateTime)]
    first_issued_at: String,
    #[schema(format = DateTime)]
    last_issued_at: String,
    horizons: Vec<HorizonSkill>,
}

#[derive(Serialize, ToSchema)]
struct HorizonSkill {
    horizon_s: i64,
    /// Issues of which this horizon is judged.
    issues: u64,
    bikes: Option<CountSkill>,
    /// Free docks, where they were counted both times.
    docks: Option<CountSkill>,
}

#[derive(Serialize, ToSchema)]
struct CountSkill {
    /// Forecasts judged, each of one station.
    judged: u64,
    /// Mean absolute error of the median, in bikes or docks.
    mae: f64,
    /// That of the last count.
    persistence_mae: f64,
    /// One less the former over the latter: above 0 where forecasts were better; null where persistence made no error.
    skill: Option<f64>,
    /// Mean squared error of the probability of one or more.
    brier: f64,
    /// That of persistence.
    persistence_brier: f64,
    /// One less the former over the latter; null where persistence made no error.
    brier_skill: Option<f64>,
}

/// Why nothing is known; `None` where something is.
pub(super) fn reason(judged: &Judged, not_kept: Option<String>, lang: Lang) -> Option<String> {
    if !judged.skills.is_empty() {
        return None;
    }
    if let Some(reason) = not_kept {
        return Some(match lang {
            Lang::En => format!("forecasts are not kept: {reason}"),
            Lang::Fr => format!("les prévisions ne sont pas gardées\u{a0}: {reason}"),
        });
    }
    if let Some(reason) = &judged.failure {
        return Some(match lang {
            Lang::En => format!("the log of issued forecasts cannot be read: {reason}"),
            Lang::Fr => format!("le journal des prévisions émises est illisible\u{a0}: {reason}"),
        });
    }
    Some(match (judged.issues, judged.unread, lang) {
        (0, Some(0), Lang::En) => {
            format!("no forecasts were kept in the past {WINDOW_DAYS} days that are an hour old")
        }
        (0, Some(0), Lang::Fr) => {
            format!("aucune prévision vieille d’une heure n’a été gardée ces {WINDOW_DAYS} derniers jours")
        }
        (0, _, Lang::Fr) => "aucune prévision vieille d’une heure n’est encore connue\u{a0}: les premières de chaque heure sont gardées, et lues derrière les réponses, quelques heures à la fois".to_owned(),
        (0, _, Lang::En) => "no forecasts that are an hour old are known yet: the first of each hour are kept, and read behind answers, a few hours at a time".to_owned(),
        (issues, _, Lang::Fr) => format!(
            "émissions gardées\u{a0}: {issues}\u{a0}; aucun des moments qu’elles annonçaient n’a encore été compté à dix minutes près et raffiné"
        ),
        (issues, _, Lang::En) => format!(
            "issues kept: {issues}; none of the moments that they told of was counted within ten minutes and refined yet"
        ),
    })
}

impl LiveSkillStatus {
    pub(super) fn of(judged: &Judged, now: Timestamp) -> Option<Self> {
        let at = judged.at.filter(|_| !judged.skills.is_empty())?;
        Some(Self {
            judged_at: paris_rfc3339(at),
            age_s: age_s(at, now),
            window_days: WINDOW_DAYS,
            hours_unread: judged.unread.unwrap_or_default(),
            models: judged.skills.iter().map(ModelSkill::of).collect(),
        })
    }
}

impl ModelSkill {
    fn of(skill: &LiveSkill) -> Self {
        Self {
            basis: skill.model.basis.clone(),
            model_version: skill.model.version.clone(),
            issues: skill.issues,
            first_issued_at: paris_rfc3339(skill.first_issued_at),
            last_issued_at: paris_rfc3339(skill.last_issued_at),
            horizons: skill.horizons.iter().map(HorizonSkill::of).collect(),
        }
    }
}

impl HorizonSkill {
    fn of((horizon, sums): (&Horizon, &HorizonSums)) -> Self {
        Self {
            horizon_s: horizon.as_secs(),
            issues: sums.issues,
            bikes: CountSkill::of(&sums.bikes),
            docks: CountSkill::of(&sums.docks),
        }
    }
}

impl CountSkill {
    fn of(sums: &IssuedSums) -> Option<Self> {
        let IssuedScores { judged, mae, persistence_mae, skill, brier, persistence_brier, brier_skill } =
            sums.scores()?;
        Some(Self {
            judged,
            mae: four_decimals(mae),
            persistence_mae: four_decimals(persistence_mae),
            skill: skill.map(four_decimals),
            brier: four_decimals(brier),
            persistence_brier: four_decimals(persistence_brier),
            brier_skill: brier_skill.map(four_decimals),
        })
    }
}
