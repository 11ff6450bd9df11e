# shellcheck shell=bash disable=SC2154
# `.make/unused.mjs`.

# a_window NAME...: a repository whose window imports `one`, is set up with `two`, is built with `three`'s command and
# linted with `four`'s, whose test loads `seven`, and asks for these packages.
a_window() {
  local name
  mkdir -p "$T/repo/ui/src" "$T/repo/ui/node_modules/five" "$T/repo/tests/window"
  cd "$T/repo" || fail "there is no repository"
  echo 'include_str!("../../ui/node_modules/@x/seven/seven.js")' >tests/window/main.rs
  printf 'lint:\n\tcd ui && npx fourth .\n' >Makefile
  echo 'import { x } from "one/deep"; // five' >ui/src/main.ts
  echo '{ "plugins": ["two"] }' >ui/.settings
  echo 'import "five";' >ui/node_modules/five/index.js
  for name in "$@"; do echo "\"$name\": \"1.0.0\""; done | paste -sd, >names
  echo '{ "scripts": { "build": "third --all" }, "dependencies": {'"$(cat names)"'} }' >ui/package.json
  echo '{ "packages": {
    "node_modules/three": { "bin": { "third": "x.js" } }, "node_modules/@x/four": { "bin": { "fourth": "x.js" } },
    "node_modules/five": { "bin": { "fifth": "x.js" } } } }' >ui/package-lock.json
}

test_packages_that_are_imported_set_up_or_called_are_used() {
  a_window one two three @x/four @types/one @x/seven
  run node "$ROOT/.make/unused.mjs"
  succeeded
}

test_a_package_that_nothing_uses_is_named() {
  a_window one five @types/six
  run node "$ROOT/.make/unused.mjs"
  failed
  said 'nothing uses: five, @types/six'
}
