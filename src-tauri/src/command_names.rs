/// The shell's commands, in the order of `commands.rs`. Included by `build.rs` too, which makes a permission of each.
pub(crate) const COMMANDS: &[&str] = &["subscribe", "send", "try_demo", "report", "close", "power", "update", "look_for_update", "install_update", "global_keys", "choosing_key"];
