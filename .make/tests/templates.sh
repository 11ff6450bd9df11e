# shellcheck shell=bash disable=SC2154,SC2016
# `.make/release/templates.mjs` and what it fills in for winget, Homebrew and Flathub.

# sums_of VERSION: the checksums of a release.
sums_of() {
  local name number=1
  for name in "Squelch_$1_x64-setup.exe" "Squelch_$1_universal.dmg" "squelch-$1-vendored.tar.gz" "Squelch_$1_amd64.deb"; do
    printf '%064d *%s\n' "$number" "$name"
    number=$((number + 1))
  done >"$T/SHA256SUMS"
}

templates() { node "$ROOT/.make/release/templates.mjs" "$T/SHA256SUMS" "$1" "${2:-https://example.org/v$1}" "$T/lists"; }

test_every_list_gets_the_version_the_address_and_the_checksum_of_its_own_file() {
  sums_of 1.2.3
  run templates 1.2.3
  succeeded
  out=$(cat "$T/lists"/*/*)
  said 'InstallerUrl: "https://example.org/v1.2.3/Squelch_1.2.3_x64-setup.exe"'
  said "InstallerSha256: \"$(printf '%064d' 1)\""
  said "sha256 \"$(printf '%064d' 2)\""
  said 'url: "https://example.org/v1.2.3/squelch-1.2.3-vendored.tar.gz"'
  said "sha256: \"$(printf '%064d' 3)\""
  ! grep -E '@[A-Z0-9]+[:@]' <<<"$out" || fail "something was not filled in"
}

test_a_file_without_a_checksum_is_named() {
  sums_of 1.2.3
  sed -i '/dmg/d' "$T/SHA256SUMS"
  run templates 1.2.3
  failed
  said 'Squelch_1.2.3_universal.dmg'
}

test_an_address_without_https_is_refused() {
  sums_of 1.2.3
  run templates 1.2.3 http://example.org
  failed
  said 'not https'
}

test_no_list_promises_what_the_program_does_not_do() {
  local promise
  # What a list says of it, and the file in which Squelch does it.
  for promise in Protocols:protocols LaunchAgents:autostart org.freedesktop.Notifications:notify; do
    ! grep -rnF -- "${promise%%:*}" "$ROOT"/src-tauri/packaging/{winget,homebrew,flatpak} ||
      [ -e "$ROOT/src-tauri/src/desktop/${promise#*:}.rs" ] || fail "and Squelch has no ${promise#*:}"
  done
}

test_the_flatpak_is_built_without_network_and_without_the_updater() {
  manifest=$(echo "$ROOT"/src-tauri/packaging/flatpak/*.yml)
  grep -A1 'cargo build' "$manifest" | grep -q -- '--offline .*--no-default-features' || fail "it has the updater, or a network"
  grep -q 'npm ci --offline' "$manifest" || fail "npm uses a network"
}

test_every_file_that_the_flatpak_installs_from_the_tree_is_there() {
  manifest=$(echo "$ROOT"/src-tauri/packaging/flatpak/*.yml)
  files=$(grep -oE '(^| )(src-tauri/packaging|icons|\.make)/[A-Za-z0-9._/-]+' "$manifest" | sort -u)
  [ "$(wc -l <<<"$files")" -ge 6 ] || fail "found only: $files"
  for file in $files; do [ -e "$ROOT/$file" ] || fail "$file is not there"; done
}

test_the_flatpak_goes_by_the_identifier_and_owns_the_name_of_its_single_instance() {
  manifest=$(echo "$ROOT"/src-tauri/packaging/flatpak/*.yml)
  identifier=$(sed -n 's/.*"identifier" *: *"\(.*\)".*/\1/p' "$ROOT/src-tauri/tauri.conf.json")
  grep -qx "id: $identifier" "$manifest" || fail "another id"
  grep -q -- "--own-name=$identifier.SingleInstance" "$manifest" || fail "a second start would not find the first"
}
