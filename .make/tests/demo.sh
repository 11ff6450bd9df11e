# shellcheck shell=bash disable=SC2154,SC2016
# `.make/demo`: where the program is started, and when it is ended.

test_without_a_screen_the_demo_says_how_to_get_one_and_starts_nothing() {
  stand_in squelch
  stand_in uname 'echo Linux'
  run env -u DISPLAY -u WAYLAND_DISPLAY -u SQUELCH_HEADLESS "$ROOT/.make/demo" squelch
  failed
  said 'SQUELCH_HEADLESS=1'
  not_called '^squelch'
}

test_with_a_screen_the_program_is_started_with_its_demo() {
  stand_in squelch
  run env -u SQUELCH_HEADLESS -u SQUELCH_SECONDS DISPLAY=:7 "$ROOT/.make/demo" squelch
  succeeded
  called '^squelch --demo$'
}

test_a_program_that_ends_before_its_seconds_are_over_is_a_failure() {
  stand_in squelch 'exit 3'
  run env -u SQUELCH_HEADLESS SQUELCH_SECONDS=60 DISPLAY=:7 "$ROOT/.make/demo" squelch
  failed
  said 'ended by itself (exit code 3)'
}

test_a_program_that_lasts_is_ended_when_its_seconds_are_over() {
  stand_in squelch 'exec sleep 600'
  run env -u SQUELCH_HEADLESS SQUELCH_SECONDS=1 DISPLAY=:7 "$ROOT/.make/demo" squelch
  succeeded
}

# The virtual screen and bus are real commands elsewhere; here they only pass on what they were given.
a_virtual_screen() {
  stand_in squelch 'echo "home is $HOME"; exec sleep 600'
  stand_in xvfb-run 'shift 3; exec "$@"'
  stand_in dbus-run-session 'shift; exec "$@"'
  stand_in pulseaudio
  stand_in import 'touch "$3"'
}

test_headless_brings_its_own_silent_sound_server_and_home_and_takes_the_picture() {
  a_virtual_screen
  stand_in pactl '[ "$1" = exit ]'
  run env SQUELCH_HEADLESS=1 SQUELCH_SECONDS=1 SQUELCH_SCREENSHOT="$T/shot.png" "$ROOT/.make/demo" squelch
  succeeded
  called '^pulseaudio .*module-null-sink'
  called '^pactl exit$'
  [ -e "$T/shot.png" ] || fail "no picture was taken"
  ! grep -qxF "home is $HOME" <<<"$out" || fail "it used the person's own folder"
}

test_headless_uses_a_sound_server_that_is_there() {
  a_virtual_screen
  stand_in pactl
  run env SQUELCH_HEADLESS=1 SQUELCH_SECONDS=1 "$ROOT/.make/demo" squelch
  succeeded
  not_called '^pulseaudio'
  not_called '^pactl exit$'
}
