//! The requests of the API's soak, and what an answer must be: a success that is honest about its age, or a stated 503.

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use reqwest::{Client, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// Counts older than this must not be called anything but remembered: what the API does unless it is configured.
const HOLDS_FOR_S: i64 = 300;

/// Ages are told in whole seconds.
const ROUNDING_S: i64 = 1;

/// Problems that may come with a 503 while the feed or the model is down.
const STATED: [&str; 2] = ["/problems/no-station-data", "/problems/model-unavailable"];

/// One kind of request.
pub struct Kind {
    pub name: &'static str,
    url: String,
    /// What is posted; none where it is only asked for.
    form: Option<Value>,
    /// Where in the answer the moment, the age and the source of its counts stand; none where it tells no counts.
    counts: Option<[&'static str; 3]>,
}

/// How a request ended.
pub enum Ended {
    /// With a success, whose counts are so old.
    Answered { age_s: i64 },
    /// With a stated 503.
    Stated(&'static str),
    /// With anything else.
    Wrong(String),
}

impl Kind {
    /// Every kind, as often as it is to be sent in a round.
    pub async fn all(api: &str) -> anyhow::Result<Vec<Self>> {
        let listed: Value = reqwest::get(format!("http://{api}/v1/stations")).await?.json().await?;
        let code = |index: usize| {
            let code = listed["stations"][index]["code"].as_str();
            code.map(ToOwned::to_owned).context("a station has no code")
        };
        let top = Some(["/as_of", "/age_s", "/source"]);
        let of_data = Some(["/data/snapshot_at", "/data/data_age_s", "/data/source"]);
        let kind = |name, path: String, counts| {
            let url = format!("http://{api}{path}");
            Self { name, url, form: None, counts }
        };
        let mut kinds = Vec::new();
        for round in 0..4 {
            for step in 0..5_u32 {
                let away = f64::from(step + 5 * round) / 1000.0;
                let (from, to) =
                    (format!("{:.4},2.3636", 48.85 + away), format!("{:.4},2.3219", 48.87 - away));
                kinds.push(match step {
                    0 => Self {
                        form: Some(json!({ "from": from, "to": to, "risk": "safe" })),
                        ..kind("a journey by form", "/v1/journeys".to_owned(), of_data)
                    },
                    _ => kind("a journey", format!("/v1/journeys?from={from}&to={to}"), of_data),
                });
                let station = code((step + 5 * round) as usize * 37)?;
                let watched = json!({ "station": station, "direction": "docks", "walk_s": 300 });
                kinds.push(match step {
                    0 => match round {
                        0 => kind("the figures", "/v1/kpis".to_owned(), top),
                        1 => kind("every forecast", "/v1/forecasts".to_owned(), top),
                        _ => kind("ten stations", "/stations".to_owned(), top),
                    },
                    1 => kind("a forecast", format!("/v1/stations/{station}/forecast"), top),
                    2 => Self {
                        form: Some(json!({ "stations": [watched] })),
                        ..kind("a favourite", "/v1/watch".to_owned(), top)
                    },
                    3 => kind("a prediction", format!("/predict/{station}"), top),
                    _ => match round {
                        0 => kind("every station", "/stations?all=true".to_owned(), top),
                        1 => kind("the map", "/v1/stations".to_owned(), top),
                        2 => kind("the status", "/v1/status".to_owned(), None),
                        _ => kind("the health", "/healthz".to_owned(), None),
                    },
                });
            }
        }
        Ok(kinds)
    }

    /// Sends it and judges the answer.
    pub async fn send(&self, client: &Client) -> Ended {
        self.ended(client).await.unwrap_or_else(|error| Ended::Wrong(format!("{}: {error:#}", self.name)))
    }

    async fn ended(&self, client: &Client) -> anyhow::Result<Ended> {
        let sent_at = now();
        let request = match &self.form {
            Some(form) => {
                client.post(&self.url).header(CONTENT_TYPE, "application/json").body(form.to_string())
            }
            None => client.get(&self.url),
        };
        let response = request.send().await?;
        let status = response.status().as_u16();
        let answer: Value = response.json().await.with_context(|| format!("status {status}"))?;
        if status == 503 {
            let stated = STATED.into_iter().find(|stated| answer["type"] == *stated);
            return stated.map(Ended::Stated).with_context(|| format!("503: {answer}"));
        }
        ensure!(status == 200, "{status}: {answer}");
        let Some(places) = self.counts else { return Ok(Ended::Answered { age_s: 0 }) };
        let told = places.map(|place| answer.pointer(place));
        let [Some(as_of), Some(age), Some(source)] = told else { bail!("it does not tell its age") };
        let age_s = judged(as_of.as_str(), age.as_i64(), source.as_str(), [sent_at, now()])?;
        Ok(Ended::Answered { age_s })
    }
}

/// Whether counts were as old as they say at some moment between the request and the end of its answer, and are called
/// remembered once they hold no longer.
fn judged(
    as_of: Option<&str>,
    age: Option<i64>,
    source: Option<&str>,
    [sent_at, read_at]: [Timestamp; 2],
) -> anyhow::Result<i64> {
    let (Some(as_of), Some(age_s), Some(source)) = (as_of, age, source) else { bail!("an odd age") };
    let as_of: Timestamp = as_of.parse()?;
    let [least, most] = [sent_at, read_at].map(|at| at.duration_since(as_of).as_secs());
    let honest = least - ROUNDING_S..=most + ROUNDING_S;
    ensure!(honest.contains(&age_s), "says {age_s} s and is {least} to {most} s old");
    ensure!(age_s <= HOLDS_FOR_S || source == "remembered", "{age_s} s old and called {source}");
    Ok(age_s)
}

#[expect(clippy::disallowed_methods, reason = "ages are judged by the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_that_is_not_true_or_not_named_is_found() {
        let between = ["2026-11-29T12:10:00Z", "2026-11-29T12:10:04Z"].map(|at| at.parse().unwrap());
        let judged =
            |age, source| judged(Some("2026-11-29T13:04:00+01:00"), Some(age), Some(source), between);
        assert_eq!(judged(359, "remembered").unwrap(), 359);
        assert_eq!(judged(364, "remembered").unwrap(), 364);
        assert!(judged(100, "live").unwrap_err().to_string().contains("says 100 s and is 360 to 364 s old"));
        assert!(judged(360, "live").unwrap_err().to_string().contains("called live"));
    }
}
