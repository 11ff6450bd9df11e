# shellcheck shell=bash disable=SC2154,SC2016
# `.make/types`, with a cargo that writes one type.

a_repository() {
  mkdir -p "$T/repo/.make" "$T/repo/ui/src/generated"
  cp "$ROOT/.make/types" "$T/repo/.make/"
  stand_in cargo "echo '$1' >\"\$TS_RS_EXPORT_DIR/Call.ts\""
}

types() { env -u CARGO_TARGET_DIR FEATURES=a "$T/repo/.make/types" "$@"; }

test_types_that_are_up_to_date_pass_the_check() {
  a_repository 'type Call = 1'
  echo 'type Call = 1' >"$T/repo/ui/src/generated/Call.ts"
  run types check
  succeeded
}

test_types_that_are_out_of_date_fail_the_check_and_stay_as_they_are() {
  a_repository 'type Call = 2'
  echo 'type Call = 1' >"$T/repo/ui/src/generated/Call.ts"
  run types check
  failed
  said 'make types'
  grep -qF 'type Call = 1' "$T/repo/ui/src/generated/Call.ts" || fail "the check changed a file"
}

test_writing_types_removes_those_that_no_longer_exist() {
  a_repository 'type Call = 2'
  echo 'type Gone = 1' >"$T/repo/ui/src/generated/Gone.ts"
  run types write
  succeeded
  [ ! -e "$T/repo/ui/src/generated/Gone.ts" ] || fail "Gone.ts is still there"
  grep -qF 'type Call = 2' "$T/repo/ui/src/generated/Call.ts" || fail "Call.ts was not written"
}

test_a_core_that_writes_no_types_is_an_error_not_an_empty_folder() {
  a_repository 'type Call = 1'
  stand_in cargo
  echo 'type Call = 1' >"$T/repo/ui/src/generated/Call.ts"
  run types write
  failed
  [ -e "$T/repo/ui/src/generated/Call.ts" ] || fail "the types are gone"
}
