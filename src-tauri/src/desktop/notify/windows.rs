//! Notifications of Windows: toasts, which appear under the name of the Start menu's entry that the installer made.
//!
//! A toast with the tag of one that is shown takes its place. Windows itself keeps them back while the user does not want
//! to be disturbed. Compiled on other systems and never run so far.

use std::collections::BTreeMap;

use squelch_core::alerts::{Alert, AlertId, Telling};
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::TypedEventHandler;
use windows::UI::Notifications::{ToastActivatedEventArgs, ToastNotification, ToastNotificationManager};
use windows::core::{HSTRING, IInspectable, Interface, Ref};

use super::words::{Notice, escaped};
use super::{Answer, spoken};

/// All of ours; tags are unique within a group.
const GROUP: &str = "squelch";

/// Shows what it is told to, until nobody tells any more.
pub(super) async fn show<R: Runtime>(app: AppHandle<R>, mut told: mpsc::UnboundedReceiver<Telling>) {
    let mut complained = false;
    // Answers come for as long as the toast is kept.
    let mut shown = BTreeMap::new();
    while let Some(telling) = told.recv().await {
        if let Err(error) = tell(&app, telling, &mut shown)
            && !std::mem::replace(&mut complained, true)
        {
            tracing::warn!("notifications failed: {error}");
        }
    }
}

fn tell<R: Runtime>(
    app: &AppHandle<R>,
    telling: Telling,
    shown: &mut BTreeMap<AlertId, ToastNotification>,
) -> windows::core::Result<()> {
    let program = HSTRING::from(&app.config().identifier);
    match telling {
        Telling::Show(alert) => {
            let toast = toast(app, &alert)?;
            ToastNotificationManager::CreateToastNotifierWithId(&program)?.Show(&toast)?;
            shown.insert(alert.id(), toast);
            Ok(())
        }
        Telling::Withdraw(id) => match shown.remove(&id) {
            Some(_) => {
                ToastNotificationManager::History()?.RemoveGroupedTagWithId(&tag(id), &HSTRING::from(GROUP), &program)
            }
            None => Ok(()),
        },
    }
}

fn toast<R: Runtime>(app: &AppHandle<R>, alert: &Alert) -> windows::core::Result<ToastNotification> {
    let xml = XmlDocument::new()?;
    xml.LoadXml(&HSTRING::from(markup(&Notice::of(alert, spoken(app)))))?;
    let toast = ToastNotification::CreateToastNotification(&xml)?;
    toast.SetTag(&tag(alert.id()))?;
    toast.SetGroup(&HSTRING::from(GROUP))?;
    let (app, alert) = (app.clone(), alert.clone());
    let answered = move |_: Ref<'_, ToastNotification>, answer: Ref<'_, IInspectable>| {
        let answer: ToastActivatedEventArgs = answer.ok()?.cast()?;
        if let Some(answer) = Answer::of(&answer.Arguments()?.to_string_lossy()) {
            crate::desktop::grant(&app, answer.wish(&alert));
        }
        Ok(())
    };
    toast.Activated(&TypedEventHandler::new(answered))?;
    Ok(toast)
}

/// At most 64 characters, which two numbers never reach.
fn tag(id: AlertId) -> HSTRING {
    HSTRING::from(match id {
        AlertId::Calls(talkgroup) => format!("calls-{}-{}", talkgroup.server.0, talkgroup.talkgroup.0),
        AlertId::Link(server) => format!("link-{}", server.0),
        AlertId::Login(server) => format!("login-{}", server.0),
        AlertId::Update => "update".to_owned(),
    })
}

/// Silent: calls are sound already.
fn markup(notice: &Notice) -> String {
    let buttons: String = notice
        .buttons
        .iter()
        .map(|(answer, label)| format!(r#"<action content="{}" arguments="{}"/>"#, escaped(label), answer.key()))
        .collect();
    format!(
        r#"<toast launch="{}"><visual><binding template="ToastGeneric"><text>{}</text><text>{}</text></binding></visual><actions>{buttons}</actions><audio silent="true"/></toast>"#,
        Answer::Open.key(),
        escaped(&notice.title),
        escaped(&notice.text),
    )
}
