//! `velib feed`: looks at any GBFS document, here or on the web, and tells what of it can be used.
//!
//! A discovery document on the web is followed: each feed it lists that is read here is checked too. A file is judged
//! without the network. Documents are judged one by one; whether the stations of two of them agree is not asked.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde::Serialize;
use velib_domain::Timestamp;
use velib_gbfs::{
    Discovery, DocumentKind, Examination, RejectReason,
    client::{ClientConfig, FeedClient},
    examine, parse_discovery,
};

use crate::{edge, table};

/// The kinds that a discovery document is followed to.
const FOLLOWED: [DocumentKind; 4] = [
    DocumentKind::SystemInformation,
    DocumentKind::VehicleTypes,
    DocumentKind::StationInformation,
    DocumentKind::StationStatus,
];

/// What to do with a feed.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Tells what a document is, how much of it can be used, and why the rest cannot. The address of a gbfs.json
    /// is followed to the feeds it lists. Fails when a document gives nothing.
    Check(CheckOptions),
}

#[derive(clap::Args)]
struct CheckOptions {
    /// A file, or an https address (http on this machine).
    #[arg(value_name = "FILE|URL")]
    document: String,
    /// Print JSON, a list of documents, instead of a table.
    #[arg(long)]
    json: bool,
}

/// What was found out about one document.
#[derive(Serialize)]
struct Finding {
    document: String,
    kind: Option<&'static str>,
    version: Option<String>,
    updated_at: Option<Timestamp>,
    accepted: usize,
    rejected: BTreeMap<&'static str, usize>,
    error: Option<String>,
}

/// Checks, and fails where a document was of no use.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let Task::Check(options) = options.task;
    let client = FeedClient::new(ClientConfig::default())?;
    let findings = check(&client, &options.document, edge::now()).await?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        print!("{}", told(&findings));
    }
    let useless = findings.iter().filter_map(Finding::complaint);
    let useless = useless.collect::<Vec<_>>().join("\n");
    ensure!(useless.is_empty(), "{useless}");
    Ok(())
}

async fn check(client: &FeedClient, document: &str, now: Timestamp) -> anyhow::Result<Vec<Finding>> {
    let body = read(client, document).await?;
    let first = Finding::of(document, examine(&body, now).map_err(anyhow::Error::from));
    let mut findings = vec![first];
    if is_address(document)
        && let Ok(discovery) = parse_discovery(&body)
    {
        findings.extend(follow(client, &discovery, now).await);
    }
    Ok(findings)
}

async fn follow(client: &FeedClient, discovery: &Discovery, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for kind in FOLLOWED {
        if let Some(url) = discovery.feeds.get(kind.as_str()) {
            findings.push(Finding::of(url, listed(client, url, kind, now).await));
        }
    }
    findings
}

/// Examines a document that must be of the kind it is listed as.
async fn listed(
    client: &FeedClient,
    url: &str,
    kind: DocumentKind,
    now: Timestamp,
) -> anyhow::Result<Examination> {
    let examination = examine(&client.fetch(url).await?, now)?;
    let found = examination.kind;
    ensure!(found == kind, "it is listed as {kind} and holds {found}: correct the address in gbfs.json");
    Ok(examination)
}

async fn read(client: &FeedClient, document: &str) -> anyhow::Result<Vec<u8>> {
    if is_address(document) {
        return Ok(client.fetch(document).await?.to_vec());
    }
    std::fs::read(document).with_context(|| format!("reading {document}"))
}

fn is_address(document: &str) -> bool {
    document.contains("://")
}

impl Finding {
    fn of(document: &str, examined: anyhow::Result<Examination>) -> Self {
        let (examination, error) = match examined {
            Ok(examination) => (Some(examination), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        let rejected = examination.iter().flat_map(|examination| &examination.rejected);
        Self {
            document: document.to_owned(),
            kind: examination.as_ref().map(|examination| examination.kind.as_str()),
            version: examination.as_ref().and_then(|examination| examination.version.clone()),
            updated_at: examination.as_ref().and_then(|examination| examination.updated_at),
            accepted: examination.as_ref().map_or(0, |examination| examination.accepted),
            rejected: rejected.map(|(reason, count)| (reason.code(), *count)).collect(),
            error,
        }
    }

    fn complaint(&self) -> Option<String> {
        let nothing = || (self.accepted == 0).then(|| "nothing in it can be used".to_owned());
        let what = self.error.clone().or_else(nothing)?;
        let is_named = what.contains(&self.document);
        Some(if is_named { what } else { format!("{}: {what}", self.document) })
    }

    fn row(&self) -> Vec<String> {
        let rejected: usize = self.rejected.values().sum();
        let updated_at = self.updated_at.map(|at| at.to_string());
        vec![
            self.kind.unwrap_or("unusable").to_owned(),
            self.version.clone().unwrap_or_else(|| "-".to_owned()),
            updated_at.unwrap_or_else(|| "-".to_owned()),
            self.accepted.to_string(),
            rejected.to_string(),
            self.document.clone(),
        ]
    }
}

fn told(findings: &[Finding]) -> String {
    let rows: Vec<_> = findings.iter().map(Finding::row).collect();
    let header = ["kind", "version", "updated", "accepted", "rejected", "document"];
    let mut text = table::render(&header, &rows);
    let reasons: Vec<_> = findings.iter().flat_map(reasons).collect();
    if !reasons.is_empty() {
        text += "\n";
        text += &table::render(&["rejected in", "records", "because"], &reasons);
    }
    text
}

fn reasons(finding: &Finding) -> impl Iterator<Item = Vec<String>> + '_ {
    let kind = finding.kind.unwrap_or_default();
    RejectReason::ALL.into_iter().filter_map(move |reason| {
        let count = finding.rejected.get(reason.code())?;
        Some(vec![kind.to_owned(), count.to_string(), format!("{reason} ({})", reason.code())])
    })
}
