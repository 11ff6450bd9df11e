//! The least a Tauri program can be, for `make bench` to measure Squelch against: a window with nothing in it, a window
//! that was destroyed, or none at all.

#![forbid(unsafe_code)]

use tauri::{RunEvent, WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    let wish = std::env::args().nth(1).unwrap_or_default();
    // A page of its own, because a window without one starts only half of what shows pages.
    let builder = tauri::Builder::default().register_uri_scheme_protocol("blank", |_, _| {
        tauri::http::Response::new(b"<!doctype html><title>Empty</title>".to_vec())
    });
    let app = builder.build(tauri::generate_context!())?;
    if wish != "--hidden" {
        let blank = WebviewUrl::CustomProtocol("blank://localhost/".parse().expect("it is an address"));
        let window =
            WebviewWindowBuilder::new(&app, "main", blank).title("Squelch").inner_size(1080.0, 720.0).build()?;
        if wish == "--destroyed" {
            tauri::async_runtime::spawn(async move {
                // As long as a window needs to be complete; what is measured is what it leaves behind.
                tokio::time::sleep(std::time::Duration::from_secs(3)).await;
                window.destroy().expect("it is there");
            });
        }
    }
    app.run(|_, event| {
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}
