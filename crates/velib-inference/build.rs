//! Tells the linker where libtorch will be found at run time, so that nobody exports `LD_LIBRARY_PATH`: in the folder
//! that built it, or in `lib` beside the binary's own folder, which is where the image has it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if std::env::var_os("CARGO_FEATURE_LIBTORCH").is_none() {
        return;
    }
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg-bins=-Wl,-rpath,{libtorch}/lib");
        println!("cargo::rustc-link-arg-benches=-Wl,-rpath,{libtorch}/lib");
    }
    println!("cargo::rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/../lib");
}
