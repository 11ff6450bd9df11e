# shellcheck shell=bash disable=SC2154,SC2034
# The deb replaces itself by a newer one, through its window (tests/window/updating.rs).

test_an_installed_squelch_updates_itself_through_the_window_and_keeps_its_login() {
  tidy=(tidy_packages)
  a_machine_without_squelch
  # The same features as everywhere, so that nothing is compiled again.
  run env SQUELCH_DEB="$(the_package deb)" \
    cargo test --workspace --locked --features "${FEATURES:-squelch/custom-protocol,squelch-core/bindings}" \
    --test window -- --ignored --exact \
    updating::an_installed_squelch_updates_itself_through_the_window_and_keeps_its_login
  succeeded
  grep -q '1 passed' <<<"$out" || fail "the test was not found"
}
