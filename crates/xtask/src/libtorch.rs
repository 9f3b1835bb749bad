//! `cargo xtask libtorch`: the C++ library that tch links, unpacked once into `.libtorch/`.
//!
//! It comes out of the Python package of the same version, because that is reachable wherever pip is; only the CPU
//! libraries and the headers are kept. Nothing is fetched when the folder is complete, or when an exported `LIBTORCH`
//! names another complete one. GPU training needs a full installation named by `LIBTORCH`; it is not made here.

mod download;
mod stubs;
mod unpack;
mod wheel;

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use wheel::{VERSION, Wheel};

/// Beside the libraries: the checksum of the package they came from, written last, so that its presence means "done".
const MARKER: &str = "wheel.sha256";

/// What a folder must hold for tch to build and run.
const REQUIRED: [&str; 4] = ["lib/libtorch_cpu.so", "lib/libc10.so", "lib/libtorch.so", "include/torch"];

/// Fetches libtorch unless it is there, and tells where it is.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let folder = ensure(root)?;
    println!("libtorch is in {}", folder.display());
    Ok(())
}

/// The folder with libtorch, fetched first if it is not there.
pub(crate) fn ensure(root: &Path) -> anyhow::Result<PathBuf> {
    let ours = root.join(".libtorch").join(VERSION);
    if let Some(exported) = env::var_os("LIBTORCH").map(PathBuf::from)
        && exported != ours
    {
        return checked_override(exported);
    }
    let wheel = Wheel::for_this_machine()?;
    if is_complete(&ours, wheel) {
        return Ok(ours);
    }
    let store = root.join(".libtorch");
    fs::create_dir_all(&store).with_context(|| format!("making {}", store.display()))?;
    let one_at_a_time = File::create(store.join("lock"))?;
    one_at_a_time.lock().context("waiting for another run that fetches libtorch")?;
    if !is_complete(&ours, wheel) {
        let package = download::fetch(&store.join("download"), wheel)?;
        install(&package, wheel, &ours)?;
        fs::remove_file(&package).with_context(|| format!("removing {}", package.display()))?;
    }
    Ok(ours)
}

/// A libtorch that the user chose: used as it is, or refused by name.
fn checked_override(folder: PathBuf) -> anyhow::Result<PathBuf> {
    for part in REQUIRED {
        if !folder.join(part).exists() {
            bail!(
                "LIBTORCH is {}, which has no {part}: point it at a libtorch {VERSION}, or unset it to have one fetched",
                folder.display()
            );
        }
    }
    Ok(folder)
}

fn is_complete(folder: &Path, wheel: &Wheel) -> bool {
    let marked = fs::read_to_string(folder.join(MARKER)).is_ok_and(|sha256| sha256.trim() == wheel.sha256);
    marked && REQUIRED.iter().all(|part| folder.join(part).exists())
}

/// Unpacks beside the final place and moves there in one step: an interrupted run leaves nothing half done.
fn install(package: &Path, wheel: &Wheel, folder: &Path) -> anyhow::Result<()> {
    let unfinished = folder.with_extension("unfinished");
    remove_folder(&unfinished)?;
    unpack::unpack(package, &unfinished)?;
    stubs::build(&unfinished.join("lib"))?;
    fs::write(unfinished.join("build-version"), format!("{VERSION}\n"))?;
    fs::write(unfinished.join(MARKER), format!("{}\n", wheel.sha256))?;
    let replaced = folder.with_extension("replaced");
    remove_folder(&replaced)?;
    if folder.exists() {
        fs::rename(folder, &replaced).with_context(|| format!("moving {} aside", folder.display()))?;
    }
    fs::rename(&unfinished, folder).with_context(|| format!("moving libtorch to {}", folder.display()))?;
    remove_folder(&replaced)
}

fn remove_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}
