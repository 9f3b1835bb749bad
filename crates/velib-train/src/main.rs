//! `velib-train`: reads the command line; the verbs are wired in `verbs`.

mod verbs;

use std::process::ExitCode;

use clap::Parser;
use velib_train::config::{Arguments, Verb};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().verb {
        Verb::Fit(arguments) => verbs::fit(arguments).await,
        Verb::Evaluate(arguments) => verbs::evaluate(arguments).await,
        Verb::Compare(arguments) => verbs::compare(arguments).await,
        Verb::Blend(arguments) => verbs::blend(arguments).await,
        Verb::Refresh(arguments) => verbs::refresh(arguments).await,
        Verb::Package(arguments) => verbs::package(&arguments),
        Verb::Search(arguments) => verbs::search(arguments).await,
        Verb::Usable(arguments) => verbs::usable(&arguments).await,
        Verb::Kinds(arguments) => verbs::kinds(&arguments).await,
        Verb::Report(arguments) => verbs::report(&arguments),
    }
}
