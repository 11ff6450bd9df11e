# shellcheck shell=bash disable=SC2154,SC2034
# For the tests beside this file: packages, and a desktop of one's own with a screen, a session bus and a sound card
# that exist only for the test and whose sound is recorded.

PACKAGES=${SQUELCH_PACKAGES:-${CARGO_TARGET_DIR:-target}/release/bundle}
IDENTIFIER=$(sed -n 's/.*"identifier" *: *"\(.*\)".*/\1/p' src-tauri/tauri.conf.json)

# the_package KIND: the only one (make package removes older ones).
the_package() {
  local found
  mapfile -t found < <(find "$PACKAGES" -name "*.$1" -not -path '*/data/*')
  if [ ${#found[@]} != 1 ]; then
    echo "There must be one .$1 in $PACKAGES; there are ${#found[@]}. make package builds it." >&2
    return 1
  fi
  realpath "${found[0]}"
}

# within SECONDS COMMAND...: as soon as the command succeeds; fails the test if it never does.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "never came true: $*"
    sleep 0.1
  done
}

# ── Packages ──

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Never asks: without a terminal it could only wait for ever. For the lists it waits, should somebody else be at them.
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" </dev/null; }

version_installed() { dpkg-query -W -f='${db:Status-Status} ${Version}' squelch 2>/dev/null | sed -n 's/^installed //p'; }

# A Squelch that somebody uses is not for testing.
a_machine_without_squelch() {
  [ -z "$(version_installed)" ] || [ "${CI:-}" = true ] ||
    fail "Squelch is installed here. Remove it first, or test in a container: apt-get remove squelch"
  apt purge squelch >/dev/null 2>&1 || true
  [ ! -e /usr/bin/squelch ] || fail "/usr/bin/squelch is there and belongs to no package"
}

# install DEB: as a person would.
install() {
  run apt install --no-remove "$1"
  succeeded
}

tidy_packages() { apt purge squelch >/dev/null 2>&1 || true; }

# newer DEB: the same files under a higher version; prints where.
newer() {
  local tree=$T/newer
  dpkg-deb --raw-extract "$1" "$tree"
  sed -i 's/^Version: .*/Version: 99.0.0/' "$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$T/squelch_99.0.0.deb" >/dev/null
  echo "$T/squelch_99.0.0.deb"
}

# ── A desktop ──

a_desktop() {
  mkdir -m 700 "$T/home" "$T/run"
  export HOME=$T/home XDG_RUNTIME_DIR=$T/run
  unset WAYLAND_DISPLAY XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME
  Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$T/display" 2>"$T/xvfb.log" &
  screen=$!
  within 20 grep -q . "$T/display"
  DISPLAY=:$(cat "$T/display")
  export DISPLAY
  # Both lines: where it listens, and its process.
  dbus-daemon --session --fork --print-address=1 --print-pid=1 >"$T/bus"
  DBUS_SESSION_BUS_ADDRESS=$(sed -n 1p "$T/bus")
  export DBUS_SESSION_BUS_ADDRESS
  pulseaudio -n --daemonize=yes --exit-idle-time=-1 --log-target="file:$T/pulseaudio.log" \
    -L module-native-protocol-unix \
    -L "module-null-sink sink_name=null rate=48000 channels=2 format=s16le norewinds=1"
  parec -d null.monitor --format=s16le --rate=48000 --channels=2 --raw >"$T/sound.raw" &
  recorder=$!
  within 20 test -s "$T/sound.raw"
}

tidy_desktop() {
  local process
  for process in ${squelch:-} ${recorder:-} ${screen:-} "$(sed -n 2p "$T/bus" 2>/dev/null)"; do
    kill "$process" 2>/dev/null || true
  done
  pactl exit >/dev/null 2>&1 || true
  wait 2>/dev/null
}

# Forgets what was recorded so far. A sample of both channels has four bytes.
listen_anew() { heard=$((($(stat -c %s "$T/sound.raw") + 3) / 4 * 4)); }

# The loudest moment of what was recorded, in decibels below full scale; silence is -91.
loudest() {
  tail -c "+$((${heard:-0} + 1))" "$T/sound.raw" |
    ffmpeg -nostdin -hide_banner -f s16le -ar 48000 -ac 2 -i pipe:0 -af volumedetect -f null - 2>&1 |
    sed -n 's/.*max_volume: \(-\?[0-9]*\).*/\1/p'
}

silent() { [ "$(loudest)" -lt -80 ]; }

# Speech reaches -20 and more; a click at opening the device would not.
a_call_is_heard() { [ "$(loudest)" -gt -30 ]; }

# start PROGRAM...: in the background, as $squelch.
start() {
  "$@" >"$T/said" 2>&1 &
  squelch=$!
}

a_window_is_shown() { xdotool search --onlyvisible --name '^Squelch'; }

# stop: asks it to end as the end of a desktop session does, and waits until it has.
stop() {
  kill "$squelch"
  code=0
  wait "$squelch" || code=$?
  squelch=
  out=$(cat "$T/said")
}
