//! The parameters of `/v1/journeys` as a form: the same names, the same values, the same checks as in the query.

use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        RefOr, Required, Schema,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    body::{Form, whole},
    openapi::without_null,
    parameters::Parameters,
};

/// A journey to plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JourneyForm {
    /// Where it starts: latitude,longitude in degrees.
    #[schema(
        pattern = r"^-?[0-8]?[0-9](\.[0-9]{1,9})?,-?(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,9})?$",
        example = "48.8674,2.3636"
    )]
    from: String,
    /// Where it ends: latitude,longitude in degrees.
    #[schema(
        pattern = r"^-?[0-8]?[0-9](\.[0-9]{1,9})?,-?(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,9})?$",
        example = "48.8421,2.3219"
    )]
    to: String,
    /// When to leave, RFC 3339, at most 24 hours ahead; now where neither this nor `arrive_by` is given.
    #[schema(format = DateTime)]
    depart_at: Option<String>,
    /// When to be there at the latest, RFC 3339, in place of `depart_at`.
    #[schema(format = DateTime)]
    arrive_by: Option<String>,
    /// The kind of bike; any if left out.
    #[schema(pattern = "^(any|mechanical|ebike)$")]
    bike: Option<String>,
    /// The farthest walk at either end, in metres along the streets.
    #[schema(minimum = 1, maximum = 5000, default = 1000)]
    #[serde(default, deserialize_with = "whole")]
    max_walk_m: Option<u32>,
    /// People who travel together, a bike and a dock for each.
    #[schema(minimum = 1, maximum = 5, default = 1)]
    #[serde(default, deserialize_with = "whole")]
    riders: Option<u32>,
    /// What to spare the traveller: time, or failures; balanced if left out.
    #[schema(pattern = "^(fast|balanced|safe)$")]
    risk: Option<String>,
    /// Metres a second on foot.
    #[schema(minimum = 0.3, maximum = 3.0, default = 1.25)]
    walk_m_per_s: Option<f64>,
    /// Whether the traveller holds a bike already, so that only docks matter.
    riding: Option<bool>,
    /// How each leg carries its line on the ground; geojson if left out.
    #[schema(pattern = "^(none|geojson|polyline6)$")]
    geometry: Option<String>,
    /// The most journeys by bike to tell, the best first.
    #[schema(minimum = 1, maximum = 5, default = 5)]
    #[serde(default, deserialize_with = "whole")]
    limit: Option<u32>,
    /// The language of sentences; that of the `accept-language` header if left out, or English.
    #[schema(pattern = "^(en|fr)$")]
    lang: Option<String>,
    /// Whether to tell what was left out, and why.
    debug: Option<bool>,
}

impl Form for JourneyForm {
    const EXAMPLE: &'static str = r#"{"from": "48.8674,2.3636", "to": "48.8421,2.3219"}"#;
}

impl JourneyForm {
    /// As they would stand in a query.
    pub(super) fn into_parameters(self) -> Parameters {
        let given = [
            ("from", Some(self.from)),
            ("to", Some(self.to)),
            ("depart_at", self.depart_at),
            ("arrive_by", self.arrive_by),
            ("bike", self.bike),
            ("max_walk_m", self.max_walk_m.map(|metres| metres.to_string())),
            ("riders", self.riders.map(|riders| riders.to_string())),
            ("risk", self.risk),
            ("walk_m_per_s", self.walk_m_per_s.map(|speed| speed.to_string())),
            ("riding", self.riding.map(|riding| riding.to_string())),
            ("geometry", self.geometry),
            ("limit", self.limit.map(|most| most.to_string())),
            ("lang", self.lang),
            ("debug", self.debug.map(|debug| debug.to_string())),
        ];
        given.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    }
}

/// The query has the form's fields, and no null: what is not meant is left out.
impl IntoParams for JourneyForm {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let RefOr::T(Schema::Object(form)) = Self::schema() else { return Vec::new() };
        let parameter = |(name, schema): (String, RefOr<Schema>)| {
            let required = if form.required.contains(&name) { Required::True } else { Required::False };
            let (schema, description) = without_null(schema);
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(required)
                .description(description)
                .schema(Some(schema))
                .build()
        };
        form.properties.into_iter().map(parameter).collect()
    }
}
