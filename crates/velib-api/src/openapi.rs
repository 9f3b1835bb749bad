//! The API's own description: OpenAPI 3.1, generated from the handlers and the types they answer with, and a page to browse
//! it in. `docs/openapi.json` holds a copy; a test compares.

mod page;

use axum::{Router, body::Bytes, http::header, response::IntoResponse, routing::get};
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self, ContentBuilder, Ref, RefOr, Response, ResponseBuilder, Schema, Type,
        path::{Operation, PathItem},
        schema::SchemaType,
    },
};

use crate::{
    problem::{PROBLEM_JSON, WrittenProblem},
    vintage::Vintage,
};

/// Where the document is.
const DOCUMENT: &str = "/openapi.json";

/// What no handler says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Paris Pulse",
        description = "Live stations, forecasts as probabilities, and journeys that weigh the cost of an empty or a full station. \
                       Times are Paris's, RFC 3339; probabilities lie between 0 and 1; what is unknown is null, never 0. \
                       `as_of` is the moment that numbers hold for: when the counts were fetched that they rest on, `age_s` seconds \
                       ago; of an answer that rests on no counts, when it was asked. \
                       Every refusal is an RFC 9457 problem with a stable `code` and a `hint`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "stations", description = "The network as it is now"),
        (name = "forecasts", description = "The network as it will be"),
        (name = "journeys", description = "From here to there"),
        (name = "older clients", description = "What clients knew before, with the fields they know"),
        (name = "operation", description = "Whether all is well"),
    ),
    components(schemas(WrittenProblem)),
)]
struct Document;

/// The document and the page that shows it; both come from this process alone.
pub(crate) fn pages(routes: openapi::OpenApi) -> Router {
    let json =
        Bytes::from(document(routes).to_pretty_json().expect("a document of text and numbers is JSON"));
    let vintage = Vintage::of(&json);
    let document = async move || {
        let json_type = [(header::CONTENT_TYPE, "application/json")];
        (vintage, json_type, json.clone()).into_response()
    };
    Router::new().route(DOCUMENT, get(document)).merge(page::routes())
}

fn document(routes: openapi::OpenApi) -> openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(routes);
    let limited = |path: &str| path != "/healthz";
    for (_, item) in document.paths.paths.iter_mut().filter(|(path, _)| limited(path)) {
        operations(item).for_each(with_refusals);
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [item.get.as_mut(), item.post.as_mut()].into_iter().flatten()
}

/// Adds the refusals that any request may meet.
fn with_refusals(operation: &mut Operation) {
    let mut refusals = vec![
        ("400", "Something is wrong with the request: `errors` says what"),
        ("414", "The query is too long"),
        (
            "503",
            "No answer now: no counts yet, no model, no time, or too many requests; `retry-after` says when to try again",
        ),
    ];
    if operation.request_body.is_some() {
        refusals.extend([("413", "The body is too large"), ("415", "The body is not JSON")]);
    }
    for (status, description) in refusals {
        operation.responses.responses.insert(status.to_owned(), RefOr::T(refusal(description)));
    }
}

fn refusal(description: &str) -> Response {
    let problem = Ref::from_schema_name(WrittenProblem::name());
    let content = ContentBuilder::new().schema(Some(problem)).build();
    ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build()
}

/// A field's schema for a query, in which there is no null, and what it is for.
pub(crate) fn without_null(schema: RefOr<Schema>) -> (RefOr<Schema>, Option<String>) {
    let RefOr::T(Schema::Object(mut field)) = schema else { return (schema, None) };
    if let SchemaType::Array(types) = &field.schema_type
        && let Some(only) = types.iter().find(|one| **one != Type::Null)
    {
        field.schema_type = SchemaType::Type(only.clone());
    }
    let description = field.description.take();
    (RefOr::T(Schema::Object(field)), description)
}
