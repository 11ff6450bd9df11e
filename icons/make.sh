#!/bin/sh
# Draws every size of the icon from its SVG. Needs rsvg-convert (librsvg2-bin), icotool (icoutils), png2icns (icnsutils).
set -eu
cd "$(dirname "$0")"
sizes=$(mktemp -d)
trap 'rm -rf "$sizes"' EXIT

draw() { rsvg-convert --width "$2" --height "$2" --output "$3" "$1"; }

for size in 16 24 32 48 64 128 256 512; do draw icon.svg "$size" "$sizes/$size.png"; done
cp "$sizes/32.png" 32x32.png
cp "$sizes/128.png" 128x128.png
cp "$sizes/256.png" 128x128@2x.png
cp "$sizes/512.png" icon.png
icotool --create --output=icon.ico "$sizes/16.png" "$sizes/24.png" "$sizes/32.png" "$sizes/48.png" "$sizes/64.png" --raw="$sizes/256.png"
png2icns icon.icns "$sizes/16.png" "$sizes/32.png" "$sizes/48.png" "$sizes/128.png" "$sizes/256.png" "$sizes/512.png" >/dev/null

# 32 px serves panels of 22 to 32 px; the desktop scales it.
for state in live unheard playing paused off lost signed-out; do draw "tray/$state.svg" 32 "tray/$state.png"; done
