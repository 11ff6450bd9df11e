//! Declares the shell's commands, so that capabilities can name them and no window may call them without one.

#[allow(unreachable_pub)]
mod names {
    include!("src/command_names.rs");
}

fn main() {
    println!("cargo:rerun-if-changed=src/command_names.rs");
    let manifest = tauri_build::AppManifest::new().commands(names::COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities fit together");
}
