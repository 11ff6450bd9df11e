# shellcheck shell=bash disable=SC2154,SC2016
# `.make/release/*`: what the release workflow calls.

R=$ROOT/.make/release

# signed_by PAIR VERSION: a signature as the command writes it, as far as anybody here looks at it. PAIR is eight letters.
signed_by() {
  printf 'untrusted comment: signature\n%s\ntrusted comment: timestamp:1\tfile:x\tversion:%s\nsum\n' \
    "$(printf 'ED%s and the rest' "$1" | base64 -w0)" "$2" | base64 -w0
}

# a_key PAIR [COMMENT]: the public half.
a_key() { printf 'untrusted comment: %s\n%s\n' "${2:-minisign public key}" "$(printf 'Ed%s and the rest' "$1" | base64 -w0)" | base64 -w0; }

# packages_of VERSION PAIR: one of each kind, all signed.
packages_of() {
  local name
  mkdir -p "$T/out"
  for name in "Squelch_$1_amd64.deb" "Squelch_$1_arm64.deb" "Squelch-$1-1.x86_64.rpm" "Squelch-$1-1.aarch64.rpm" \
    "Squelch_$1_amd64.AppImage" "Squelch_$1_aarch64.AppImage" "Squelch_$1_x64-setup.exe" "Squelch_$1_universal.app.tar.gz"; do
    echo "$name" >"$T/out/$name"
    signed_by "$2" "$1" >"$T/out/$name.sig"
  done
}

# a_tree_with_key KEY: a copy of the scripts beside a configuration with this key.
a_tree_with_key() {
  mkdir -p "$T/repo/.make" "$T/repo/src-tauri"
  cp -r "$R" "$T/repo/.make/"
  printf '{"plugins": {"updater": {"pubkey": "%s"}}}' "$1" >"$T/repo/src-tauri/tauri.conf.json"
}

may_publish() { node "$T/repo/.make/release/may-publish.mjs" "$T/out" "$1"; }
manifest() { node "$R/manifest.mjs" "$T/out" "$1" "${2:-https://example.org/download/v$1}" <<<"${NOTES:-Fewer silences.}"; }

test_the_manifest_offers_every_kind_of_package_its_own_file() {
  packages_of 1.2.3 AAAAAAAA
  out=$(SOURCE_DATE_EPOCH=0 node "$R/manifest.mjs" "$T/out" 1.2.3 https://example.org/v1.2.3 <<<'Fewer silences.')
  printf '%s' "$out" >"$T/latest.json"
  run node -e '
    const { version, notes, pub_date, platforms } = require(process.argv[1]);
    const end = (key) => platforms[key].url.replace("https://example.org/v1.2.3/", "");
    console.log(version, notes, pub_date, Object.keys(platforms).length);
    for (const key of Object.keys(platforms)) console.log(key, end(key), Boolean(platforms[key].signature));' "$T/latest.json"
  succeeded
  said '1.2.3 Fewer silences. 1970-01-01T00:00:00.000Z 14'
  said 'linux-x86_64-deb Squelch_1.2.3_amd64.deb true'
  said 'linux-aarch64-deb Squelch_1.2.3_arm64.deb true'
  said 'linux-x86_64-rpm Squelch-1.2.3-1.x86_64.rpm true'
  said 'linux-aarch64-rpm Squelch-1.2.3-1.aarch64.rpm true'
  said 'linux-x86_64-appimage Squelch_1.2.3_amd64.AppImage true'
  said 'linux-x86_64 Squelch_1.2.3_amd64.AppImage true'
  said 'linux-aarch64 Squelch_1.2.3_aarch64.AppImage true'
  said 'windows-x86_64-nsis Squelch_1.2.3_x64-setup.exe true'
  said 'windows-x86_64 Squelch_1.2.3_x64-setup.exe true'
  said 'darwin-aarch64-app Squelch_1.2.3_universal.app.tar.gz true'
  said 'darwin-x86_64 Squelch_1.2.3_universal.app.tar.gz true'
}

test_a_missing_package_makes_no_manifest() {
  packages_of 1.2.3 AAAAAAAA
  rm "$T/out/Squelch-1.2.3-1.aarch64.rpm"
  run manifest 1.2.3
  failed
  said 'linux-aarch64-rpm'
}

test_a_package_without_a_signature_makes_no_manifest() {
  packages_of 1.2.3 AAAAAAAA
  rm "$T/out/Squelch_1.2.3_amd64.deb.sig"
  run manifest 1.2.3
  failed
  said 'Squelch_1.2.3_amd64.deb is not signed'
}

test_a_signature_for_another_version_makes_no_manifest() {
  packages_of 1.2.3 AAAAAAAA
  signed_by AAAAAAAA 1.2.2 >"$T/out/Squelch_1.2.3_amd64.deb.sig"
  run manifest 1.2.3
  failed
  said 'signed for version 1.2.2, not 1.2.3'
}

test_a_package_of_another_version_makes_no_manifest() {
  packages_of 1.2.3 AAAAAAAA
  run manifest 1.2.4
  failed
  said 'is not of version 1.2.4'
}

test_two_packages_of_one_kind_make_no_manifest() {
  packages_of 1.2.3 AAAAAAAA
  cp "$T/out/Squelch_1.2.3_amd64.deb" "$T/out/Squelch_1.2.2_amd64.deb"
  run manifest 1.2.3
  failed
  said 'there are 2'
}

test_a_manifest_is_never_for_http_and_never_without_notes() {
  packages_of 1.2.3 AAAAAAAA
  run manifest 1.2.3 http://example.org/
  failed
  said 'not https'
  NOTES=' ' run manifest 1.2.3
  failed
  said 'no notes'
}

test_a_release_that_everybody_can_be_updated_from_may_be_published() {
  packages_of 1.2.3 AAAAAAAA
  a_tree_with_key "$(a_key AAAAAAAA)"
  run may_publish 1.2.3
  succeeded
}

test_the_throw_away_key_is_not_published() {
  packages_of 1.2.3 AAAAAAAA
  a_tree_with_key "$(a_key AAAAAAAA)"
  mkdir "$T/repo/src-tauri/packaging"
  a_key AAAAAAAA >"$T/repo/src-tauri/packaging/updater-key.throw-away"
  run may_publish 1.2.3
  failed
  said 'throw-away'
  # One that says so itself needs no file.
  rm "$T/repo/src-tauri/packaging/updater-key.throw-away"
  a_tree_with_key "$(a_key AAAAAAAA 'throw-away key, to be replaced')"
  run may_publish 1.2.3
  failed
  said 'throw-away'
}

test_the_key_in_this_tree_is_refused_as_long_as_it_is_the_throw_away_one() {
  local marker=$ROOT/src-tauri/packaging/updater-key.throw-away
  packages_of 1.2.3 AAAAAAAA
  run node "$R/may-publish.mjs" "$T/out" 1.2.3
  failed
  if [ -e "$marker" ]; then said 'throw-away'; else said 'signed with another key'; fi
}

test_a_release_without_a_key_or_with_unsigned_packages_is_not_published() {
  packages_of 1.2.3 AAAAAAAA
  a_tree_with_key ''
  run may_publish 1.2.3
  failed
  said 'has no plugins.updater.pubkey'
  a_tree_with_key "$(a_key AAAAAAAA)"
  rm "$T/out"/*.exe.sig
  run may_publish 1.2.3
  failed
  said 'setup.exe is not signed'
}

test_packages_signed_with_another_key_are_not_published() {
  packages_of 1.2.3 BBBBBBBB
  a_tree_with_key "$(a_key AAAAAAAA)"
  run may_publish 1.2.3
  failed
  said 'signed with another key'
}

test_what_the_real_command_signs_is_what_the_manifest_and_the_check_expect() {
  local tauri=$ROOT/ui/node_modules/.bin/tauri
  [ -x "$tauri" ] || (cd "$ROOT" && make --no-print-directory ui/node_modules/.package-lock.json >/dev/null)
  packages_of 1.2.3 AAAAAAAA
  rm "$T/out"/*.sig
  "$tauri" signer generate --ci --password secret --write-keys "$T/key" >/dev/null 2>&1
  a_tree_with_key "$(cat "$T/key.pub")"
  run env TAURI_SIGNING_PRIVATE_KEY="$(cat "$T/key")" TAURI_SIGNING_PRIVATE_KEY_PASSWORD=secret "$R/sign-updates" "$T/out" 1.2.3
  succeeded
  run may_publish 1.2.3
  succeeded
  run manifest 1.2.3
  succeeded
}

test_without_the_key_nothing_is_signed_and_that_is_no_failure() {
  packages_of 1.2.3 AAAAAAAA
  rm "$T/out"/*.sig
  run env -u TAURI_SIGNING_PRIVATE_KEY "$R/sign-updates" "$T/out" 1.2.3
  succeeded
  said 'nothing in'
  ! ls "$T/out"/*.sig 2>/dev/null || fail "something was signed"
}

test_missing_secrets_for_signing_are_named_where_everybody_sees_them() {
  for system in windows macos updates; do
    rm -f "$T/output" "$T/page"
    run env -u SIGNPATH_API_TOKEN -u APPLE_CERTIFICATE GITHUB_OUTPUT="$T/output" GITHUB_STEP_SUMMARY="$T/page" \
      APPLE_ID= "$R/signing" "$system"
    succeeded
    said "::warning title=Not signed ($system)::"
    grep -q 'ready=false' "$T/output" || fail "the next steps are not told"
    grep -q 'Not signed' "$T/page" || fail "the page of the run does not say it"
  done
}

test_with_every_secret_signing_is_announced_as_ready() {
  run env GITHUB_OUTPUT="$T/output" GITHUB_STEP_SUMMARY="$T/page" SIGNPATH_API_TOKEN=a SIGNPATH_ORGANIZATION=b \
    "$R/signing" windows
  succeeded
  grep -q 'ready=true' "$T/output" || fail "the next steps are not told"
  [ ! -s "$T/page" ] || fail "it complains"
}

test_one_missing_secret_is_enough_for_not_signing() {
  run env -u SIGNPATH_ORGANIZATION GITHUB_OUTPUT="$T/output" SIGNPATH_API_TOKEN=a "$R/signing" windows
  succeeded
  said 'Missing: SIGNPATH_ORGANIZATION.'
  grep -q 'ready=false' "$T/output" || fail "it would sign"
}

test_checksums_cover_every_file_and_are_right() {
  mkdir "$T/out"
  echo one >"$T/out/one.deb"
  echo two >"$T/out/a file with spaces"
  run "$R/checksums" "$T/out"
  succeeded
  said '2 files'
  # A second time the list itself is not counted.
  run "$R/checksums" "$T/out"
  said '2 files'
  echo changed >"$T/out/one.deb"
  run sh -c "cd '$T/out' && sha256sum --check SHA256SUMS"
  failed
}

test_an_empty_folder_has_no_checksums() {
  mkdir "$T/out"
  run "$R/checksums" "$T/out"
  failed
}

# a_tree_of_sources: a commit with the scripts in it; cargo and npm only pretend.
a_tree_of_sources() {
  local tree=$T/repo
  mkdir -p "$tree"/{.make,.cargo,src-tauri/listen,src-tauri/core,ui,target/tools/bin} "$T/out"
  cp -r "$R" "$tree/.make/"
  echo '[build]' >"$tree/.cargo/config.toml"
  echo '{}' >"$tree/ui/package-lock.json"
  printf '/target\n' >"$tree/.gitignore"
  touch "$tree"/src-tauri/{listen,core}/Cargo.toml
  git -C "$tree" init -q
  git -C "$tree" add .
  GIT_COMMITTER_DATE='2026-01-02T03:04:05Z' git -C "$tree" -c user.name=a -c user.email=a@example.org commit -qm all
  unset CARGO_TARGET_DIR
}

# a_list [COMPONENTS]: what cargo and npm write about what something is made of.
a_list() { printf '{"bomFormat": "CycloneDX", "components": [%s]}' "${1-{\}}"; }

test_what_it_is_made_of_is_listed_for_both_programs_and_the_window() {
  a_tree_of_sources
  stand_in cargo "for crate in . listen core; do echo '$(a_list)' >src-tauri/\$crate/squelch-sbom.json; done"
  stand_in npm "echo '$(a_list)'"
  run "$T/repo/.make/release/sbom" "$T/out" 1.2.3
  succeeded
  [ "$(ls "$T/out")" = $'squelch-1.2.3.cargo.cdx.json\nsquelch-listen-1.2.3.cargo.cdx.json\nsquelch-ui-1.2.3.npm.cdx.json' ] ||
    fail "there are: $(ls "$T/out")"
  called '^cargo cyclonedx .*--all .*--features squelch/custom-protocol'
  called '^npm sbom .*--omit dev'
  [ -z "$(git -C "$T/repo" status --porcelain)" ] || fail "it left: $(git -C "$T/repo" status --porcelain)"
}

test_a_list_of_nothing_is_no_list() {
  a_tree_of_sources
  stand_in cargo "for crate in . listen; do echo '$(a_list)' >src-tauri/\$crate/squelch-sbom.json; done"
  stand_in npm "echo '$(a_list '')'"
  run "$T/repo/.make/release/sbom" "$T/out" 1.2.3
  failed
  said 'squelch-ui-1.2.3.npm.cdx.json lists nothing'
}

# vendored: what npm fetches goes into a cache, by computer.
vendored() {
  stand_in cargo 'mkdir -p vendor/symphonia-0.5; echo code >vendor/symphonia-0.5/lib.rs'
  stand_in npm 'while [ $# -gt 0 ]; do case $1 in --cache) cache=$2 ;; --cpu) cpu=$2 ;; esac; shift; done
    mkdir -p "$cache" node_modules; echo "for $cpu" >"$cache/$cpu"; echo unpacked >node_modules/it'
  run "$T/repo/.make/release/vendor" "$T/out" 1.2.3
}

test_every_source_is_packed_for_building_without_a_network_on_both_kinds_of_computer() {
  a_tree_of_sources
  echo 'of somebody' >"$T/repo/not committed"
  vendored
  succeeded
  called '^cargo vendor --locked '
  tar -xzf "$T/out/squelch-1.2.3-vendored.tar.gz" -C "$T"
  [ -s "$T/squelch-1.2.3/vendor/symphonia-0.5/lib.rs" ] || fail "the crates are not in it"
  [ "$(cat "$T/squelch-1.2.3/npm-cache"/*)" = $'for arm64\nfor x64' ] || fail "npm's packages are not in it, for both"
  [ "$(grep -c '^npm ci .*--ignore-scripts .*--os linux --libc glibc' "$T/calls")" = 2 ] || fail "for another system"
  grep -q '^\[build\]' "$T/squelch-1.2.3/.cargo/config.toml" || fail "cargo's settings are gone"
  grep -q '^directory = "vendor"' "$T/squelch-1.2.3/.cargo/config.toml" || fail "cargo would use a network"
  [ ! -e "$T/squelch-1.2.3/ui/node_modules" ] || fail "what npm unpacked is in it"
  [ ! -e "$T/squelch-1.2.3/not committed" ] || fail "what belongs to nobody is in it"
}

test_the_same_commit_is_packed_the_same_again() {
  a_tree_of_sources
  vendored
  succeeded
  mv "$T/out/squelch-1.2.3-vendored.tar.gz" "$T/first"
  vendored
  succeeded
  cmp "$T/first" "$T/out/squelch-1.2.3-vendored.tar.gz" || fail "two runs differ"
}

# a_version VERSION: a tree in which everything says so.
a_version() {
  mkdir -p "$T/repo/.make" "$T/repo/src-tauri/packaging" "$T/repo/ui"
  cp -r "$R" "$T/repo/.make/"
  printf '[workspace.package]\nversion = "%s"\n\n[workspace.dependencies]\nversion = "9"\n' "$1" >"$T/repo/Cargo.toml"
  printf '{\n  "version": "%s"\n}\n' "$1" >"$T/repo/ui/package.json"
  printf '<release version="%s" date="2026-11-25"/>\n<release version="0.0.1" date="2026-11-01"/>\n' "$1" >"$T/repo/src-tauri/packaging/x.metainfo.xml"
  printf '.TH SQUELCH 1 2026-11-25 "Squelch %s"\n' "$1" >"$T/repo/src-tauri/packaging/squelch.1"
  printf '# Changes\n\n## Unreleased\n\nLater.\n\n## %s - 2026-11-25\n\n- Now.\n\n## 0.0.1 - 2026-11-01\n\n- Then.\n' "$1" >"$T/repo/CHANGELOG.md"
}

test_a_tag_that_everything_agrees_with_gives_the_version() {
  a_version 1.2.3
  run "$T/repo/.make/release/version" v1.2.3
  succeeded
  [ "$out" = 1.2.3 ] || fail "not the version alone"
}

test_everything_that_names_another_version_is_named() {
  a_version 1.2.3
  sed -i 's/1.2.3/1.2.2/' "$T/repo/ui/package.json" "$T/repo/src-tauri/packaging/x.metainfo.xml" \
    "$T/repo/src-tauri/packaging/squelch.1"
  run "$T/repo/.make/release/version" v1.2.4
  failed
  said 'ui/package.json says 1.2.2'
  said 'metainfo is 1.2.2'
  said 'squelch.1 is of another version'
  said 'The tag is v1.2.4'
}

test_this_tree_agrees_with_itself_about_its_version() {
  run "$R/version"
  succeeded
}

test_the_notes_of_a_version_are_those_and_no_others() {
  a_version 1.2.3
  run "$T/repo/.make/release/notes" 1.2.3
  succeeded
  [ "$out" = '- Now.' ] || fail "not its notes"
}

test_a_version_without_notes_is_not_released() {
  a_version 1.2.3
  sed -i 's/## 1.2.3/## 1.2.30/' "$T/repo/CHANGELOG.md"
  run "$T/repo/.make/release/version" v1.2.3
  failed
  said 'says nothing about 1.2.3'
}

test_every_action_is_pinned_by_its_commit() {
  uses=$(grep -rhoE 'uses: *[^ ]+' "$ROOT/.github" | sed 's/uses: *//')
  [ -n "$uses" ] || fail "no action was found"
  out=$(grep -vE '^\./|@[0-9a-f]{40}$' <<<"$uses")
  [ -z "$out" ] || fail "these can change under us"
}

test_every_container_names_a_release() {
  containers=$(grep -rhoE '(container|image): *[^ ]+' "$ROOT/.github" | sed 's/[a-z]*: *//')
  [ -n "$containers" ] || fail "no container was found"
  # A digest would be better: the tag of a release still gets its updates.
  out=$(grep -vE ':[0-9]+(\.[0-9]+)*$|@sha256:[0-9a-f]{64}$' <<<"$containers")
  [ -z "$out" ] || fail "these can become another release under us"
}

test_every_script_that_a_workflow_calls_is_there_and_may_be_started() {
  scripts=$(grep -rhoE '\.make/[a-z./-]+' "$ROOT/.github/workflows" | sort -u)
  [ "$(wc -l <<<"$scripts")" -gt 10 ] || fail "found only: $scripts"
  for script in $scripts; do
    [ -e "$ROOT/$script" ] || fail "$script is not there"
    case "$script" in *.mjs) continue ;; esac
    [ -d "$ROOT/$script" ] || [ -x "$ROOT/$script" ] || fail "$script may not be started"
  done
}

# steps_with TEXT: the steps of the release workflow that have it in them, each ending with a line ---.
steps_with() {
  awk -v text="$1" '
    function end() { if (index(step, text)) print step "---"; step = "" }
    /^ *- / || /^  [a-z]/ { end() }
    { step = step $0 "\n" }
    END { end() }' "$ROOT/.github/workflows/release.yml"
}

test_the_deb_is_tried_with_tests_that_need_the_deb_alone() {
  pattern=$(sed -n "s/.*SQUELCH_PACKAGES=one .*package-tests '\(.*\)'$/\1/p" "$ROOT/.github/workflows/release.yml")
  [ -n "$pattern" ] || fail "the workflow tries no deb"
  # In a shell of its own, as the runner collects them.
  run bash -c '
    for file in .make/package-tests/*.sh; do . "$file"; done
    shopt -s extdebug
    for name in $(declare -F | sed -n "s/^declare -f \(test_.*\)/\1/p" | grep -E -- "$1"); do
      echo "$(declare -F "$name") $(declare -f "$name" | grep -oE "the_package [a-zA-Z]+|\bcargo\b|SQUELCH_DEB" | sort -u | paste -sd, -)"
    done' - "$pattern"
  succeeded
  [ "$(wc -l <<<"$out")" -ge 6 ] || fail "it selects too few"
  while read -r name _ file needs; do
    [ "$(basename "$file") $needs" = 'deb.sh the_package deb' ] || fail "$name of $file needs: $needs"
  done <<<"$out"
}

test_every_kind_that_a_listener_is_updated_with_is_tried() {
  local file glob tried
  packages_of 1.2.3 AAAAAAAA
  files=$(node --input-type=module -e "
    import { updates } from '$R/updates.mjs';
    for (const { file } of updates(process.argv[1], '1.2.3')) console.log(file);" "$T/out")
  [ "$(wc -l <<<"$files")" = "$(find "$T/out" -not -name '*.sig' -type f | wc -l)" ] || fail "the kinds are: $files"
  globs=$(sed -n '/^  try-/,/^  publish:/p' "$ROOT/.github/workflows/release.yml" |
    grep -oE 'package: "[^"]+"|out/\*[^ ]+' | sed -E 's/package: "(.*)"/\1/; s/^out\///')
  while read -r file; do
    tried=
    while read -r glob; do
      # shellcheck disable=SC2053 # It is a pattern.
      [[ $file != $glob ]] || tried=$glob
    done <<<"$globs"
    [ -n "$tried" ] || fail "nobody tries $file; tried are: $globs"
  done <<<"$files"
}

test_the_release_is_compiled_without_secrets() {
  local secrets
  secrets=$(steps_with 'secrets.')
  grep -q APPLE_CERTIFICATE <<<"$secrets" || fail "found no secrets: $secrets"
  out=$(steps_with 'secrets.' | awk -v RS='---\n' '/\.make\/package|cargo|npm|make ui/ && !/SQUELCH_ONLY(: |=)pack/')
  [ -z "$out" ] || fail "these compile what others wrote, and see secrets"
  steps_with 'SQUELCH_ONLY: compile' | grep -q 'universal-apple-darwin' || fail "the app is not compiled before"
}

test_a_rehearsal_does_not_get_the_key_for_updates() {
  out=$(grep -E 'secrets\.TAURI_SIGNING' "$ROOT/.github/workflows/release.yml")
  [ "$(wc -l <<<"$out")" = 2 ] || fail "the key is given in another way"
  ! grep -vF "github.event_name == 'push' && secrets." <<<"$out" || fail "it is given to everybody"
  # A push is one of a tag, and the environment with the key belongs to tags.
  out=$(sed -n '/^on:/,/^permissions:/p' "$ROOT/.github/workflows/release.yml")
  grep -q 'tags: \["v\*"\]' <<<"$out" || fail "no tag starts it"
  ! grep -qE 'branches|pull_request' <<<"$out" || fail "something else starts it"
  ! grep -E 'environment: release' <(sed -n '/^  draft:/,/^  try-/p' "$ROOT/.github/workflows/release.yml") || fail "a rehearsal would be refused"
}

test_a_release_takes_nothing_out_of_a_cache() {
  run grep -nE 'cache' <(sed 's/#.*//' "$ROOT/.github/workflows/release.yml")
  failed
  action=$ROOT/.github/actions/setup/action.yml
  grep -q 'default: ""' "$action" || fail "there is a cache without asking for one"
  grep -A1 'uses: actions/cache' "$action" | grep -q "if: inputs.cache != ''" || fail "there is a cache always"
  ! grep -E 'key.*runner\.os' "$action" || fail "systems of one name share what does not fit"
}

test_no_workflow_hides_a_failure_inside_of_an_argument() {
  run grep -rnE 'echo .*\$\(' "$ROOT/.github"
  failed
}

test_what_the_app_updates_itself_with_is_packed_without_files_of_the_mac() {
  packed=$(grep -E '\btar\b.*app\.tar\.gz' "$ROOT/.github/workflows/release.yml")
  for part in COPYFILE_DISABLE=1 --no-mac-metadata --no-xattrs; do
    grep -qF -- "$part" <<<"$packed" || fail "without $part: $packed"
  done
}

test_nothing_is_published_before_every_package_was_tried() {
  workflow=$ROOT/.github/workflows/release.yml
  needs=$(sed -n '/^  publish:/,/^    steps:/s/^    needs: //p' "$workflow")
  while read -r job; do
    grep -qw -- "$job" <<<"$needs" || fail "publishing does not wait for $job"
  done < <(grep -oE '^  try-[a-z]+' "$workflow")
  # And announced last of all.
  order=$(grep -oE 'gh release create .*--draft|may-publish|draft=false|upload .*latest.json' "$workflow" | grep -oE 'create|may-publish|draft=false|upload')
  [ "$order" = $'create\nmay-publish\ndraft=false\nupload' ] || fail "the order is another one: $order"
}
