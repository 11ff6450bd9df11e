# shellcheck shell=bash disable=SC2154,SC2016
# `.make/release/repack-appimage`, on an AppImage whose runtime only tells where its file system begins.

# an_appimage FILE...: with these in its usr/lib; $appimage is the whole, $T/AppDir its files.
an_appimage() {
  appimage=$T/Squelch.AppImage
  mkdir -p "$T/AppDir/usr/lib" "$T/AppDir/usr/bin"
  echo run >"$T/AppDir/AppRun"
  echo program >"$T/AppDir/usr/bin/squelch"
  chmod +x "$T/AppDir/AppRun" "$T/AppDir/usr/bin/squelch"
  for name; do echo "$name" >"$T/AppDir/usr/lib/$name"; done
  mksquashfs "$T/AppDir" "$T/files" -quiet -no-progress >/dev/null
  printf '#!/bin/sh\n[ "$1" = --appimage-offset ] && echo 4096\nexit\n' >"$appimage"
  truncate -s 4096 "$appimage"
  cat "$T/files" >>"$appimage"
}

listed() { unsquashfs -offset 4096 -lc "$appimage"; }

test_an_appimage_is_left_without_the_wayland_libraries_of_the_build_machine() {
  an_appimage libwayland-client.so.0 libwayland-client.so.0.21.0 libwayland-cursor.so.0 libwayland-egl.so.1 \
    libwayland-server.so.0 libwebkit2gtk-4.1.so.0
  run .make/release/repack-appimage "$appimage"
  succeeded
  said 'without usr/lib/libwayland-client.so.0.21.0'
  run listed
  ! grep -qE 'libwayland-(client|cursor|egl)' <<<"$out" || fail "one is still in it"
  said usr/lib/libwayland-server.so.0
  said usr/lib/libwebkit2gtk-4.1.so.0
  said AppRun
}

test_what_stays_in_an_appimage_is_unchanged_and_starts() {
  an_appimage libwayland-client.so.0
  head -c 4096 "$appimage" >"$T/runtime"
  run .make/release/repack-appimage "$appimage"
  succeeded
  [ -x "$appimage" ] || fail "it is no program any more"
  [ "$("$appimage" --appimage-offset)" = 4096 ] || fail "its runtime is broken"
  cmp -n 4096 "$T/runtime" "$appimage" || fail "its runtime has changed"
  unsquashfs -quiet -no-progress -offset 4096 -dest "$T/again" "$appimage" >/dev/null
  rm "$T/AppDir/usr/lib/libwayland-client.so.0"
  diff -r "$T/AppDir" "$T/again" || fail "its files have changed"
  [ -x "$T/again/AppRun" ] || fail "AppRun is no program any more"
}

test_an_appimage_without_those_libraries_is_not_taken_for_a_repacked_one() {
  an_appimage libwayland-server.so.0
  run .make/release/repack-appimage "$appimage"
  failed
  said 'Did linuxdeploy change?'
}

test_a_file_that_is_no_appimage_is_refused_and_left_alone() {
  printf '#!/bin/sh\necho hello\n' >"$T/Squelch.AppImage"
  cp "$T/Squelch.AppImage" "$T/before"
  run .make/release/repack-appimage "$T/Squelch.AppImage"
  failed
  said 'does not say where its file system begins'
  cmp "$T/before" "$T/Squelch.AppImage" || fail "it was changed"
}
