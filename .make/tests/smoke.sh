# shellcheck shell=bash disable=SC2154,SC2016,SC2034,SC2317
# `.make/release/smoke*`: what tries a release's packages, on packages that are only made up.

# an_appimage: its runtime starts the program as a child when it is told to unpack and run; the program runs until asked
# to end, and says which process it is.
an_appimage() {
  mkdir "$T/packages"
  cat >"$T/AppRun" <<EOF
#!/bin/bash
trap 'kill \$waiting; exit 0' TERM
tail -f /dev/null &
waiting=\$!
echo \$\$ >"$T/process"
wait
EOF
  chmod +x "$T/AppRun"
  cat >"$T/packages/Squelch.AppImage" <<EOF
#!/bin/bash
case \$1 in
  --appimage-offset) echo 0 ;;
  --appimage-extract) mkdir squashfs-root && cp "$T/AppRun" squashfs-root/ ;;
  *) "$T/AppRun" "\$@" ;;
esac
EOF
}

# the_try_of_the_appimage: with a desktop on which everything is seen and heard as soon as the program runs.
the_try_of_the_appimage() {
  PACKAGES=$T/packages
  a_desktop() { :; }
  tidy_desktop() { :; }
  silent() { :; }
  a_window_is_shown() { [ -s "$T/process" ]; }
  a_call_is_heard() { :; }
  test_the_appimage_shows_its_window_and_plays_a_call
}

test_the_squelch_that_is_ended_is_the_one_in_the_appimage() {
  an_appimage
  stand_in unsquashfs
  run the_try_of_the_appimage_alone
  ! kill -0 "$(cat "$T/process")" 2>/dev/null || { kill "$(cat "$T/process")"; fail "it was left running"; }
  succeeded
}

# In a subshell, because the file beside it brings tests of its own.
the_try_of_the_appimage_alone() (
  # shellcheck source=/dev/null
  . "$ROOT/.make/release/smoke/linux.sh"
  the_try_of_the_appimage
)

# an_installer: puts down what the real one does, below $LOCALAPPDATA; PowerShell believes every signature but that of the
# file named $UNSIGNED.
an_installer() {
  export LOCALAPPDATA=$T/local UNSIGNED=${1:-}
  stand_in cygpath 'echo "${@: -1}"'
  stand_in powershell 'if [ -n "${FILE:-}" ]; then [ "$(basename "$FILE")" != "$UNSIGNED" ]; else [ -e "$LOCALAPPDATA/window" ]; fi'
  mkdir "$T/local"
  cat >"$T/Squelch_1.2.3_x64-setup.exe" <<'EOF'
#!/bin/bash
folder=$LOCALAPPDATA/Squelch
mkdir "$folder"
echo notices >"$folder/third-party-licences.txt"
printf '#!/bin/bash\n' >"$folder/squelch-listen.exe"
cat >"$folder/squelch.exe" <<'PROGRAM'
#!/bin/bash
trap 'kill $waiting; exit 0' TERM
tail -f /dev/null &
waiting=$!
echo kept >"$3/settings.json"
echo shown >"$LOCALAPPDATA/window"
wait
PROGRAM
printf '#!/bin/bash\nrm "$LOCALAPPDATA"/Squelch/*\n' >"$folder/uninstall.exe"
chmod +x "$folder"/*.exe
EOF
  chmod +x "$T/Squelch_1.2.3_x64-setup.exe"
}

the_try_of_the_installer() { "$ROOT/.make/release/smoke-windows" "$T/Squelch_1.2.3_x64-setup.exe"; }

test_a_signature_that_does_not_fit_any_more_fails_the_try_of_the_installer() {
  local file
  for file in Squelch_1.2.3_x64-setup.exe squelch.exe squelch-listen.exe; do
    rm -rf "$T/local"
    an_installer "$file"
    SQUELCH_SIGNED=true run the_try_of_the_installer
    failed
    said "The signature of $file is not valid."
  done
}

test_where_nothing_could_be_signed_no_signature_is_asked_for() {
  an_installer squelch.exe
  SQUELCH_SIGNED=false run the_try_of_the_installer
  succeeded
  not_called 'Get-AuthenticodeSignature'
}

# an_archive [FILE]: what the app updates itself with, with this file in it too. Every app passes codesign but an
# unsigned one.
an_archive() {
  local app=$T/Squelch.app/Contents
  mkdir -p "$app/MacOS" "$app/Resources"
  echo notices >"$app/Resources/third-party-licences.txt"
  [ -z "${1:-}" ] || echo more >"$T/Squelch.app/$1"
  tar -czf "$T/Squelch.app.tar.gz" -C "$T" Squelch.app
  stand_in lipo 'echo x86_64 arm64'
  stand_in codesign '[ ! -e "${@: -1}/unsigned" ]'
  stand_in hdiutil 'exit 9'
}

the_try_of_the_app() { "$ROOT/.make/release/smoke-macos" "$T/Squelch.dmg" "$T/Squelch.app.tar.gz"; }

test_an_update_with_files_that_only_a_mac_writes_fails_the_try_of_the_app() {
  an_archive ._Contents
  run the_try_of_the_app
  failed
  said "files that are not the app's"
}

test_an_update_whose_signature_does_not_fit_fails_the_try_of_the_app() {
  an_archive unsigned
  run the_try_of_the_app
  failed
  said 'updated/Squelch.app is not valid'
}

test_an_update_that_is_whole_is_followed_by_the_image() {
  an_archive
  run the_try_of_the_app
  failed
  called '^codesign --verify --deep --strict .*/updated/Squelch.app$'
  called '^hdiutil attach'
}
