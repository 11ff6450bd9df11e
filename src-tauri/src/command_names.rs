/// The shell's commands, in the order of `commands.rs`. Included by `build.rs` too, which makes a permission of each.
pub(crate) const COMMANDS: &[&str] = &["subscribe", "send", "try_demo", "report", "close", "power", "notifications", "update", "look_for_update", "install_update", "diagnostics", "open_folder", "autostart", "set_autostart", "invitation", "global_keys", "choosing_key"];
