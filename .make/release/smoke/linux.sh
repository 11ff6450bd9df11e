# shellcheck shell=bash disable=SC2154,SC2034
# What a release's AppImage and rpm have to do before it is published (the deb: .make/package-tests). In the release
# workflow, on systems that this is not built on: SQUELCH_PACKAGES=FOLDER .make/tests/run .make/release/smoke appimage

# shellcheck source=/dev/null
. .make/package-tests/desktop.sh

# plays COMMAND...: it shows a window and a call is heard.
plays() {
  tidy=(tidy_desktop)
  a_desktop
  silent || fail "something sounds before Squelch is started"
  start "$@" --demo
  within 90 a_window_is_shown
  within 60 a_call_is_heard
  stop
  succeeded
}

test_the_appimage_shows_its_window_and_plays_a_call() {
  local appimage
  appimage=$(the_package AppImage)
  chmod +x "$appimage"
  run unsquashfs -offset "$("$appimage" --appimage-offset)" -lc "$appimage"
  succeeded
  ! grep -qE 'libwayland-(client|cursor|egl)' <<<"$out" || fail "it has the build machine's Wayland libraries"
  # Containers have no FUSE. Unpacked first and not by APPIMAGE_EXTRACT_AND_RUN, which starts Squelch as a child: asking it
  # to end would end only the parent.
  (cd "$T" && "$appimage" --appimage-extract >/dev/null) || fail "it cannot be unpacked"
  plays "$T/squashfs-root/AppRun"
}

test_the_rpm_is_installed_plays_a_call_and_is_removed() {
  run dnf --assumeyes install "$(the_package rpm)"
  succeeded
  run timeout 120 squelch-listen --demo --no-sound --calls 1
  succeeded
  plays /usr/bin/squelch
  run dnf --assumeyes remove squelch
  succeeded
  [ ! -e /usr/bin/squelch ] || fail "it is still there"
}
