# shellcheck shell=bash disable=SC2154,SC2016
# `.ci/run` and `.make/lint-docs`.

test_ci_runs_every_step_in_order_without_asking_anybody() {
  stand_in make '[ "$CI" = true ] && ! read -r'
  run env -u CI "$ROOT/.ci/run"
  succeeded
  [ "$(cat "$T/calls")" = $'make lint\nmake test\nmake test-packages\nmake check-windows' ] ||
    fail "called were: $(cat "$T/calls")"
  for step in lint test test-packages check-windows; do
    grep -qE "make $step: passed after [0-9]+ s" <<<"$out" || fail "it named no seconds for $step"
  done
}

test_ci_fails_with_the_step_that_failed_and_does_not_go_on() {
  stand_in make 'exit 2'
  run "$ROOT/.ci/run"
  failed
  said 'make lint: failed with 2'
  not_called 'make test'
}

test_testing_the_packages_brings_the_driver_of_the_window_and_finds_it_from_any_folder() {
  run make --no-print-directory -n test-packages
  succeeded
  said '.make/tool tauri-driver '
  grep -qE '^PATH="/[^"]*/tools/bin:.* \.make/tests/run \.make/package-tests$' <<<"$out" || fail "it is not looked for in one place"
}

# a_page TEXT: a repository whose README says this.
a_page() {
  mkdir -p "$T/repo/.make"
  cp "$ROOT/.make/lint-docs" "$T/repo/.make/"
  echo 'Nothing yet.' >"$T/repo/CHANGELOG.md"
  printf '%s\n' "$1" >"$T/repo/README.md"
  git -C "$T/repo" init -q
}

test_a_page_whose_links_lead_somewhere_passes() {
  a_page 'See [what changed](CHANGELOG.md#unreleased) and [Rust](https://rustup.rs).'
  run "$T/repo/.make/lint-docs"
  succeeded
}

test_a_link_to_nowhere_is_named() {
  a_page 'See [this](missing.md).'
  run "$T/repo/.make/lint-docs"
  failed
  said 'missing.md'
}

test_a_map_that_names_what_is_gone_is_found() {
  a_page $'## Map of the code\n\n```\nCHANGELOG.md   what changed\nsrc/gone.rs    what was there\n```'
  run "$T/repo/.make/lint-docs"
  failed
  said 'src/gone.rs'
}

test_a_folder_of_one_machine_is_found() {
  a_page "Look into /$(printf root)/notes."
  run "$T/repo/.make/lint-docs"
  failed
  said '/notes'
}

test_the_host_of_a_registry_is_found() {
  a_page "npm config set registry https://registry.$(printf npmjs).org"
  run "$T/repo/.make/lint-docs"
  failed
  said 'README.md:1'
}
