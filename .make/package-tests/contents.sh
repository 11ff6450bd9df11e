# shellcheck shell=bash disable=SC2154
# What is in the deb and in the rpm, without installing them.

# shellcheck source=/dev/null
. .make/package-tests/desktop.sh

# unpacked deb|rpm: its files below $T/files.
unpacked() {
  mkdir -p "$T/files"
  case "$1" in
    deb) dpkg-deb --extract "$(the_package deb)" "$T/files" ;;
    rpm) rpm2cpio "$(the_package rpm)" | (cd "$T/files" && cpio --extract --make-directories --quiet) ;;
  esac
}

# has PATH...: files, not empty.
has() { local path; for path; do [ -s "$T/files/$path" ] || fail "$path is not in the $kind"; done; }

test_both_packages_have_programs_manuals_icons_and_notices() {
  local kind
  for kind in deb rpm; do
    rm -rf "$T/files"
    unpacked "$kind"
    has usr/bin/squelch usr/bin/squelch-listen usr/share/man/man1/squelch.1.gz usr/share/man/man1/squelch-listen.1.gz \
      usr/share/applications/Squelch.desktop "usr/share/metainfo/$IDENTIFIER.metainfo.xml" \
      usr/share/icons/hicolor/{32x32,128x128,256x256@2,512x512}/apps/squelch.png \
      usr/share/icons/hicolor/scalable/apps/squelch.svg
  done
  kind=rpm
  has usr/share/licenses/squelch/{LICENSE-MIT,LICENSE-APACHE,third-party-licences.txt.gz} usr/share/doc/squelch/CHANGELOG.md
  unpacked deb
  kind=deb
  has usr/share/doc/squelch/{copyright,changelog.gz,third-party-licences.txt.gz}
}

test_what_desktops_and_software_centres_read_is_valid_as_installed() {
  local kind tree
  for kind in deb rpm; do
    rm -rf "$T/files"
    unpacked "$kind"
    tree=$T/files/usr/share
    run desktop-file-validate "$tree/applications/Squelch.desktop"
    succeeded
    run appstreamcli validate-tree --no-net "$T/files"
    succeeded
    # The entry starts a program that is there, under an icon that is there.
    grep -qx 'Exec=squelch %u' "$tree/applications/Squelch.desktop" || fail "the entry does not start squelch"
    grep -qx 'Icon=squelch' "$tree/applications/Squelch.desktop" || fail "the entry has another icon"
    ! grep -rqi 'autostart' "$tree/applications" || fail "the entry starts with the desktop"
    [ ! -e "$T/files/etc" ] || fail "it configures the system"
  done
}

test_the_manuals_name_every_option_and_no_other() {
  local program manual options
  unpacked deb
  for program in squelch squelch-listen; do
    manual=$(man --local-file "$T/files/usr/share/man/man1/$program.1.gz" 2>/dev/null | col -b)
    options=$("$T/files/usr/bin/$program" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u)
    for option in $options; do
      grep -qF -- "$option" <<<"$manual" || fail "the manual of $program does not name $option"
    done
    while read -r option; do
      grep -qxF -- "$option" <<<"$options" || fail "the manual of $program names $option, which it does not know"
    done < <(grep -oE -- '^ +(-[a-zA-Z], )?--[a-z][a-z-]+' <<<"$manual" | grep -oE -- '--[a-z-]+' | sort -u)
  done
}

test_squelch_listen_links_no_window_library() {
  unpacked deb
  run ldd "$T/files/usr/bin/squelch"
  grep -qE 'webkit|gtk' <<<"$out" || fail "the program with a window links none either: this test sees nothing"
  run ldd "$T/files/usr/bin/squelch-listen"
  succeeded
  ! grep -iE 'webkit|gtk|gdk|wayland|libX|xcb|EGL|GLES|appindicator|cairo|pango' <<<"$out" || fail "it links a window library"
}

test_the_rpm_asks_for_what_fedora_calls_the_same_libraries() {
  local need
  run rpm --query --package --nosignature --requires "$(the_package rpm)"
  succeeded
  for need in webkit2gtk4.1 gtk3 libayatana-appindicator-gtk3 alsa-lib dbus-libs; do
    grep -qE "^$need( |\$)" <<<"$out" || fail "it does not require $need"
  done
  grep -qE '^libc\.so\.6\(GLIBC_2\.[0-9]+\)' <<<"$out" || fail "it names no version of the C library"
}

test_the_rpm_says_what_it_is_and_runs_nothing_while_it_is_installed() {
  run rpm --query --package --nosignature --queryformat '%{NAME} %{VERSION} %{LICENSE} %{URL} %{SUMMARY}' "$(the_package rpm)"
  succeeded
  said "squelch $(dpkg-deb --field "$(the_package deb)" Version) MIT OR Apache-2.0 https://"
  said 'Listen to OpenScanner radio calls'
  run rpm --query --package --nosignature --scripts "$(the_package rpm)"
  succeeded
  [ -z "$out" ] || fail "it has scripts"
}

test_both_packages_carry_the_same_programs() {
  local sums
  unpacked deb
  sums=$(cd "$T/files/usr/bin" && sha256sum squelch-listen)
  rm -rf "$T/files"
  unpacked rpm
  run sh -c "cd '$T/files/usr/bin' && sha256sum squelch-listen"
  [ "$out" = "$sums" ] || fail "squelch-listen differs from that in the deb: $sums"
}

# The bundler writes into the program how it is installed; the updater asks for a package of that kind.
test_the_program_in_each_package_knows_which_kind_it_came_in() {
  local kind
  for kind in deb rpm; do
    rm -rf "$T/files"
    unpacked "$kind"
    grep -aq "__TAURI_BUNDLE_TYPE_VAR_${kind^^}" "$T/files/usr/bin/squelch" || fail "it cannot tell a $kind"
    ! grep -aq __TAURI_BUNDLE_TYPE_VAR_UNK "$T/files/usr/bin/squelch" || fail "in the $kind it does not know"
  done
}

test_the_notices_name_what_is_inside_and_come_out_the_same_again() {
  local work
  run node .make/notices.mjs "$T/first"
  succeeded
  run env TZ=Pacific/Auckland LC_ALL=C.UTF-8 node .make/notices.mjs "$T/second"
  succeeded
  cmp "$T/first" "$T/second" || fail "two runs differ"
  unpacked deb
  gzip -dc "$T/files/usr/share/doc/squelch/third-party-licences.txt.gz" | cmp - "$T/first" || fail "the deb has others"
  # From Rust, from C inside of Rust, for other systems, from npm.
  for work in '^symphonia 0' '^opusic-sys ' '^windows 0' 'svelte - 5' 'virtua - ' 'Mozilla Public License' 'Xiph.Org'; do
    grep -q "$work" "$T/first" || fail "they do not name $work"
  done
  # What is ours, and what only builds or tests.
  for work in 'squelch' 'proptest ' 'fantoccini ' '## vitest'; do
    ! grep -q "^$work" "$T/first" || fail "they name $work, which is not inside"
  done
}
