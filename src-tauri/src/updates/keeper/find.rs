//! Looks for a newer version: asks the configured addresses, and compares what they announce with what runs.

use std::sync::Arc;

use squelch_core::view::Release;
use tauri::{AppHandle, Runtime, Url};
use tauri_plugin_updater::{Update, UpdaterExt as _};

use super::Means;
use crate::updates::decide::{self, Rank};
use crate::updates::failure::Failure;
use crate::updates::fetch::{self, Care};
use crate::updates::kept::Package;

/// A newer version, and its package once it is here.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) update: Update,
    pub(super) release: Release,
    pub(super) package: Option<Package>,
}

fn configuration<R: Runtime>(app: &AppHandle<R>) -> Result<tauri_plugin_updater::Config, Failure> {
    let config = app.config().plugins.0.get("updater").cloned().unwrap_or_default();
    serde_json::from_value(config).map_err(Failure::Unconfigured)
}

/// Only in the configuration of a test.
pub(super) fn allows_plain_text<R: Runtime>(app: &AppHandle<R>) -> bool {
    configuration(app).is_ok_and(|config| config.dangerous_insecure_transport_protocol)
}

/// Asks the addresses in order, until one has an answer.
pub(super) async fn find<R: Runtime>(app: &AppHandle<R>, means: &Means, asked: bool) -> Result<Option<Found>, Failure> {
    let config = configuration(app)?;
    let plain = config.dangerous_insecure_transport_protocol;
    let care = means.care.clone().unwrap_or_else(|| fetch::careful(plain));
    let mut outcome = Ok(None);
    for address in &config.endpoints {
        outcome = ask(app, means, address, plain, &care, asked).await;
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

async fn ask<R: Runtime>(
    app: &AppHandle<R>,
    means: &Means,
    address: &Url,
    plain: bool,
    care: &Care,
    asked: bool,
) -> Result<Option<Found>, Failure> {
    let Some(list) = fetch::list(address, plain, care).await? else { return Ok(None) };
    let running = &app.package_info().version;
    let announced = list.get("version").and_then(|version| version.as_str()).unwrap_or_default().to_owned();
    match decide::rank(running, &announced) {
        None => return Err(Failure::NotAVersion(announced.chars().take(40).collect())),
        Some(Rank::Same) => return Ok(None),
        Some(Rank::Older) if asked => return Err(Failure::Older { announced, running: running.to_string() }),
        Some(Rank::Older) => {
            tracing::info!(announced, "the update server is behind");
            return Ok(None);
        }
        Some(Rank::Newer) => {}
    }
    let care = Arc::clone(care);
    let updater = app.updater_builder().executable_path(&means.program).configure_client(move |client| care(client));
    let Some(update) = updater.build()?.restore_update(list)? else { return Ok(None) };
    let notes = update.body.as_deref().and_then(decide::readable);
    let release = Release { version: update.version.clone(), notes };
    Ok(Some(Found { update, release, package: None }))
}
