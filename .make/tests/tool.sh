# shellcheck shell=bash disable=SC2154,SC2016
# `.make/tool`: one version of each tool, built once.

tool() { env CARGO_TARGET_DIR="$T/target" "$ROOT/.make/tool" "$@"; }

test_a_tool_that_is_missing_is_built_in_the_version_named() {
  stand_in cargo
  run tool cargo-deny 0.20.2
  succeeded
  called '^cargo install .*--locked .*cargo-deny@=0.20.2$'
}

test_a_tool_that_is_there_in_this_version_is_not_built_again() {
  stand_in cargo
  mkdir -p "$T/target/tools"
  echo '"cargo-deny 0.20.2 (registry+somewhere)" = ["cargo-deny"]' >"$T/target/tools/.crates.toml"
  run tool cargo-deny 0.20.2
  succeeded
  not_called '^cargo'
}

test_a_tool_of_another_version_is_replaced() {
  stand_in cargo
  mkdir -p "$T/target/tools"
  echo '"cargo-deny 0.20.20 (registry+somewhere)" = ["cargo-deny"]' >"$T/target/tools/.crates.toml"
  run tool cargo-deny 0.20.2
  succeeded
  called '^cargo install'
}
