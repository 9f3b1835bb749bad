//! One table over every stored document: what it is, how much of it can be used, and why the rest cannot.
//!
//! The table is the snapshot beside this file. The JSON Schemas among the fixtures are left out: they describe
//! documents and are none.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use velib_domain::Timestamp;
use velib_gbfs::{DocumentError, Examination, examine};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
const FOLDERS: [&str; 3] = ["paris_raw_gbfs", "gbfs_fixtures", "malformed_real"];

/// Every file below a folder, in the order of its path.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    entries.into_iter().flat_map(below).collect()
}

fn is_document(path: &Path) -> bool {
    let is_schema = path.components().any(|part| part.as_os_str() == "json_schemas");
    !is_schema && path.file_name().is_some_and(|name| name != "README.md")
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut file = File::open(path).unwrap();
    let mut body = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut body).unwrap();
    } else {
        file.read_to_end(&mut body).unwrap();
    }
    body
}

fn line(name: &str, outcome: Result<Examination, DocumentError>) -> String {
    let used = match outcome {
        Ok(used) => used,
        Err(DocumentError::NotRead { holds }) => return format!("    {name:<64} holds {holds}\n"),
        Err(error) => return format!("    {name:<64} {error}\n"),
    };
    let version = used.version.as_deref().unwrap_or("-");
    let mut line = format!("    {name:<64} {:<19} {version:<7} {:>4}", used.kind, used.accepted);
    for (reason, count) in &used.rejected {
        line.extend([", ", reason.code(), " ", &count.to_string()]);
    }
    line + "\n"
}

#[test]
fn every_stored_document_is_used_or_refused_for_a_reason() {
    let (mut table, mut heading) = (String::new(), None);
    let much_later: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    for folder in FOLDERS {
        let folder = Path::new(DATA).join(folder);
        if !folder.is_dir() {
            println!("skipped: {} is not there", folder.display());
            return;
        }
        for path in files_below(&folder).into_iter().filter(|path| is_document(path)) {
            let name = path.strip_prefix(DATA).unwrap();
            if name.parent() != heading.as_deref() {
                heading = name.parent().map(Path::to_owned);
                table.extend([&name.parent().unwrap().to_string_lossy(), "\n"]);
            }
            let name = name.file_name().unwrap().to_string_lossy();
            table += &line(&name, examine(&unpacked(&path), much_later));
        }
    }
    insta::assert_snapshot!(table);
}
