# shellcheck shell=bash disable=SC2154,SC2016
# `.make/package` and `.make/check-windows`, with stand-ins for what takes minutes.

# a_tree: what .make/package needs around it; cargo and the bundler only pretend.
a_tree() {
  tree=$T/repo
  mkdir -p "$tree/.make" "$tree/src-tauri" "$tree/ui/node_modules/.bin"
  cp "$ROOT/.make/package" "$ROOT/.make/check-windows" "$tree/.make/"
  cp -r "$ROOT/src-tauri/packaging" "$ROOT/src-tauri/tauri.conf.json" "$tree/src-tauri/"
  cp "$ROOT/CHANGELOG.md" "$tree/"
  unset CARGO_TARGET_DIR SQUELCH_TARGET SQUELCH_ONLY
  stand_in rustc 'case $1 in -vV) echo "host: x86_64-unknown-linux-gnu" ;; *) echo "$SYSROOT" ;; esac'
  # The real one, but for the notices.
  stand_in node "[ \"\$1\" = .make/notices.mjs ] || exec '$(command -v node)' \"\$@\"; echo notices >\"\$2\""
  stand_in readelf 'printf "  Name: GLIBC_2.9\n  Name: GLIBC_2.36\n  Name: GLIBC_2.17\n"'
  # Finds the triple behind --target, or builds where cargo does without one.
  stand_in cargo 'folder=target; while [ $# -gt 0 ]; do [ "$1" = --target ] && folder=target/$2; shift; done
    mkdir -p "$folder/release"; echo program | tee "$folder/release/squelch" >"$folder/release/squelch-listen"'
  stand_in dpkg-deb
  stand_in lipo 'echo universal >"$3"'
  stand_in tauri 'mkdir -p target/release/bundle/deb; head -c "${DEB_SIZE:-1000}" /dev/zero >target/release/bundle/deb/Squelch.deb'
  mv "$T/bin/tauri" "$tree/ui/node_modules/.bin/"
}

package() { "$tree/.make/package" "$@"; }

test_a_package_is_compiled_once_with_both_programs() {
  a_tree
  run package deb rpm
  succeeded
  [ "$(grep -c '^cargo' "$T/calls")" = 1 ] || fail "cargo was called more than once"
  called '^cargo build --release --locked -p squelch -p squelch-listen --features squelch/custom-protocol$'
  called '^tauri bundle --ci --bundles deb,rpm '
  [ -s "$tree/target/package/squelch-listen-x86_64-unknown-linux-gnu" ] || fail "squelch-listen is not packed"
}

test_the_package_asks_for_the_c_library_it_was_built_with_and_keeps_its_other_needs() {
  a_tree
  run package deb
  succeeded
  called 'libc6 \(>= 2.36\)","libwebkit2gtk-4.1-0'
  called 'libc.so.6\(GLIBC_2.36\)\(64bit\)","webkit2gtk4.1'
}

test_without_a_version_of_the_c_library_nothing_is_packed() {
  local reading
  a_tree
  for reading in 'exit 1' 'printf "  Name: FUSE_2.9\n"' 'printf "  Name: GLIBC_2.9\n"; exit 1'; do
    stand_in readelf "$reading"
    run package deb
    failed
    not_called '^tauri'
  done
}

test_the_deb_is_packed_tighter_than_the_bundler_does() {
  a_tree
  run package deb
  succeeded
  called '^dpkg-deb --root-owner-group -Zxz -z9 -Sextreme --build target/package/deb target/release/bundle/deb/Squelch.deb$'
}

test_a_deb_above_the_limit_fails() {
  a_tree
  DEB_SIZE=12000001 run package deb
  failed
  said 'too much to download'
}

test_a_deb_at_the_limit_passes() {
  a_tree
  DEB_SIZE=12000000 run package deb
  succeeded
}

test_a_universal_program_is_made_of_both_kinds() {
  a_tree
  SQUELCH_TARGET=universal-apple-darwin run package app dmg
  succeeded
  called '^cargo .*--target aarch64-apple-darwin$'
  called '^cargo .*--target x86_64-apple-darwin$'
  called '^lipo -create -output target/universal-apple-darwin/release/squelch-listen '
  called '^tauri bundle .*--bundles app,dmg --target universal-apple-darwin '
}

test_a_signature_may_come_between_compiling_and_packing() {
  a_tree
  SQUELCH_ONLY=compile run package deb
  succeeded
  not_called '^tauri'
  SQUELCH_ONLY=pack run package deb
  succeeded
  [ "$(grep -c '^cargo' "$T/calls")" = 1 ] || fail "packing compiled again"
  called '^tauri bundle'
}

# a_tree_for_windows [MARK]: the same, and cargo makes a program with this in it.
a_tree_for_windows() {
  a_tree
  export SQUELCH_TARGET=x86_64-pc-windows-msvc
  exe=$tree/target/$SQUELCH_TARGET/release/squelch.exe
  stand_in cargo 'folder=target/x86_64-pc-windows-msvc/release; mkdir -p "$folder"; echo listen >"$folder/squelch-listen.exe"
    printf "MZ\0'"${1-__TAURI_BUNDLE_TYPE_VAR_UNK}"'\377end" >"$folder/squelch.exe"'
}

test_the_program_for_windows_is_finished_before_it_is_signed_and_packed_as_it_is() {
  a_tree_for_windows
  SQUELCH_ONLY=compile run package nsis
  succeeded
  printf 'MZ\0__TAURI_BUNDLE_TYPE_VAR_NSS\377end' | cmp - "$exe" || fail "it does not know how it is installed"
  printf signature >>"$exe"
  cp "$exe" "$T/signed"
  SQUELCH_ONLY=pack run package nsis
  succeeded
  cmp "$T/signed" "$exe" || fail "it was changed after it was signed"
  called '^tauri bundle .*--bundles nsis .*--no-binary-patching'
}

test_on_other_systems_the_bundler_says_how_the_program_is_installed() {
  a_tree
  run package deb rpm
  succeeded
  not_called 'no-binary-patching'
}

test_a_program_for_windows_that_cannot_be_told_how_it_is_installed_is_not_packed() {
  a_tree_for_windows nothing
  SQUELCH_ONLY=compile run package nsis
  failed
  said 'Did Tauri change?'
  SQUELCH_ONLY=pack run package nsis
  failed
  said 'does not know that an installer brings it'
  not_called '^tauri'
}

test_windows_gets_the_installer_its_program_is_marked_for_and_no_other_package() {
  a_tree_for_windows
  run package nsis msi
  failed
  not_called '^cargo'
}

test_an_unknown_system_is_said_and_nothing_is_built() {
  a_tree
  SQUELCH_TARGET=x86_64-unknown-freebsd run package deb
  failed
  said 'not packed for x86_64-unknown-freebsd'
  not_called '^cargo'
}

test_windows_is_compiled_and_linked_with_the_target_that_is_there() {
  a_tree
  export SYSROOT=$T/rust
  mkdir -p "$SYSROOT/lib/rustlib/x86_64-pc-windows-gnu"
  stand_in rustup
  stand_in cargo 'd=target/x86_64-pc-windows-gnu/debug; mkdir -p $d; echo MZ | tee $d/squelch.exe >$d/squelch-listen.exe'
  run "$tree/.make/check-windows"
  succeeded
  called '^cargo build --locked --target x86_64-pc-windows-gnu -p squelch -p squelch-listen '
  not_called '^rustup'
}

test_windows_without_its_libraries_and_without_rustup_is_said_in_words() {
  a_tree
  export SYSROOT=$T/rust
  for tool in bash dirname env; do ln -s "$(command -v $tool)" "$T/bin/$tool"; done
  run env PATH="$T/bin" "$tree/.make/check-windows"
  failed
  said 'no rustup to add them'
  not_called '^cargo'
}

test_a_link_that_made_no_program_for_windows_fails() {
  a_tree
  export SYSROOT=$T/rust
  mkdir -p "$SYSROOT/lib/rustlib/x86_64-pc-windows-gnu"
  stand_in cargo 'd=target/x86_64-pc-windows-gnu/debug; mkdir -p $d; echo ELF | tee $d/squelch.exe >$d/squelch-listen.exe'
  run "$tree/.make/check-windows"
  failed
  said 'no program for Windows'
}
