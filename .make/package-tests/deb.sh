# shellcheck shell=bash disable=SC2154,SC2034
# The deb, as people meet it: installed, started, upgraded, removed.

# shellcheck source=/dev/null
. .make/package-tests/desktop.sh

test_the_deb_can_be_downloaded_with_every_update() {
  run wc -c "$(the_package deb)"
  [ "${out%% *}" -le 12000000 ] || fail "more than 12 MB"
}

# What is installed here may be more than what the deb asks for, so this looks at the packages it leads to.
test_the_deb_leads_to_every_library_its_programs_use() {
  local libraries owners missing
  dpkg-deb --extract "$(the_package deb)" "$T/files"
  mapfile -t libraries < <(ldd "$T"/files/usr/bin/* | awk '/=> \// {print $3}' | sort -u | xargs realpath | sort -u)
  [ ${#libraries[@]} -gt 20 ] || fail "they use only: ${libraries[*]}"
  # Lists know a library with or without the /usr before it.
  owners=$(dpkg-query --search "${libraries[@]}" "${libraries[@]#/usr}" 2>/dev/null | sed 's/[:,].*//' | sort -u)
  [ "$(wc -l <<<"$owners")" -gt 15 ] || fail "they belong only to: $owners"
  missing=$(grep -vxF -f <(led_to "$(dpkg-deb --field "$(the_package deb)" Depends)") <<<"$owners")
  [ -z "$missing" ] || fail "they use libraries of these packages, to which no dependency leads: $missing"
  # This one is opened by name while the program runs.
  led_to "$(dpkg-deb --field "$(the_package deb)" Depends)" | grep -qx libayatana-appindicator3-1 || fail "without it there is no tray"
}

# led_to DEPENDS: the packages named there and all that those depend on, as far as they are installed.
led_to() {
  local names found=''
  names=$(package_names <<<"$1")
  while [ -n "$names" ]; do
    found=$(printf '%s\n' "$found" "$names" | sort -u)
    # shellcheck disable=SC2086 # One name a line.
    names=$(dpkg-query -W -f='${Depends}, ${Pre-Depends}\n' $names 2>/dev/null | package_names |
      grep -vxF -f <(printf '%s\n' "$found") || true)
  done
  printf '%s\n' "$found"
}

package_names() { tr ',|' '\n' | sed 's/^ *//; s/[ (:].*//' | grep . | sort -u; }

test_an_older_c_library_refuses_the_deb_instead_of_the_program() {
  run dpkg-deb --field "$(the_package deb)" Depends
  grep -qE '(^|, )libc6 \(>= 2\.[0-9]+\)' <<<"$out" || fail "names no version of libc6"
}

test_nothing_runs_while_the_deb_is_installed_and_nothing_starts_with_the_computer() {
  dpkg-deb --raw-extract "$(the_package deb)" "$T/deb"
  run ls "$T/deb/DEBIAN"
  [ "$(sort <<<"$out")" = $'control\nmd5sums' ] || fail "there is more than names and sums"
  run find "$T/deb/etc" "$T/deb/usr/lib" "$T/deb/lib"
  ! grep -qE 'autostart|systemd' <<<"$out" || fail "something starts by itself"
}

test_an_installed_squelch_shows_its_window_and_plays_a_call() {
  tidy=(tidy_desktop tidy_packages)
  a_machine_without_squelch
  install "$(the_package deb)"
  [ "$(version_installed)" = "$(dpkg-deb --field "$(the_package deb)" Version)" ] || fail "another version is installed"
  a_desktop
  silent || fail "something sounds before Squelch is started"
  start /usr/bin/squelch --demo
  within 60 a_window_is_shown
  within 60 a_call_is_heard
  stop
  succeeded
}

test_an_installed_squelch_listen_plays_a_call_without_a_screen() {
  tidy=(tidy_desktop tidy_packages)
  a_machine_without_squelch
  install "$(the_package deb)"
  a_desktop
  run env -u DISPLAY timeout 120 /usr/bin/squelch-listen --demo --calls 1
  succeeded
  within 20 a_call_is_heard
}

test_an_upgrade_goes_under_a_running_squelch_and_leaves_what_it_kept() {
  local newer kept
  tidy=(tidy_desktop tidy_packages)
  a_machine_without_squelch
  install "$(the_package deb)"
  a_desktop
  start /usr/bin/squelch --demo
  within 60 a_window_is_shown
  newer=$(newer "$(the_package deb)")
  install "$newer"
  [ "$(version_installed)" = 99.0.0 ] || fail "the newer version is not installed"
  kill -0 "$squelch" || fail "the running Squelch did not survive"
  listen_anew
  within 60 a_call_is_heard
  stop
  succeeded
  kept=$HOME/.local/share/$IDENTIFIER/settings.json
  [ -s "$kept" ] || fail "$kept is gone"
  start /usr/bin/squelch --demo
  within 60 a_window_is_shown
  stop
  succeeded
}

test_removing_leaves_what_the_listener_kept_and_purging_asks_nothing() {
  local files file
  tidy=(tidy_desktop tidy_packages)
  a_machine_without_squelch
  install "$(the_package deb)"
  files=$(dpkg-query --listfiles squelch)
  a_desktop
  start /usr/bin/squelch --demo
  within 60 a_window_is_shown
  stop
  succeeded
  run apt remove squelch
  succeeded
  [ -z "$(version_installed)" ] || fail "it is still installed"
  [ -d "$HOME/.local/share/$IDENTIFIER" ] || fail "removing took the listener's own folder"
  # Nobody is there to answer, and here nothing forbids to ask.
  run as_root env -u DEBIAN_FRONTEND dpkg --purge squelch
  succeeded
  [ -d "$HOME/.local/share/$IDENTIFIER" ] || fail "purging took the listener's own folder"
  for file in $files; do
    # A folder that other packages use too stays.
    if [ ! -d "$file" ] && [ -e "$file" ]; then fail "$file was left behind"; fi
  done
}
