# shellcheck shell=bash disable=SC2154,SC2016
# `out` and `code` come from `run`; the bodies of stand-ins are expanded by themselves.
# `.make/packages` on a Debian that exists only as stand-ins.

# a_debian INSTALLED...: a machine with Rust, Node and only these packages.
a_debian() {
  stand_in uname 'echo Linux'
  stand_in cargo
  stand_in rustc 'echo "rustc 1.95.0 (59807616e 2026-04-14)"'
  stand_in node 'echo v20.20.2'
  stand_in npm
  stand_in sudo 'exec "$@"'
  stand_in id 'echo 0'
  printf '%s\n' "$@" >"$T/installed"
  stand_in dpkg-query "shift 2; code=0; for p; do if grep -qxF -- \"\$p\" '$T/installed'; then echo \"\$p installed\"; else code=1; fi; done; exit \$code"
  # Like the real one it fails when nobody reads to the end of what it says.
  stand_in apt-cache 'printf "%s:\n  Candidate: 1.0\n" "$2"; seq 20000'
  stand_in apt-get
  mkdir -p "$T/repo/.make" "$T/repo/ui"
  cp "$ROOT/.make/packages" "$T/repo/.make/"
  printf '[workspace.package]\nrust-version = "1.90"\n' >"$T/repo/Cargo.toml"
  printf '{\n  "engines": {\n    "node": ">=20.19"\n  }\n}\n' >"$T/repo/ui/package.json"
}

packages() { "$T/repo/.make/packages" "$@"; }

test_a_machine_with_everything_is_left_alone_without_a_word() {
  a_debian shellcheck codespell appstream desktop-file-utils
  run packages lint
  succeeded
  [ -z "$out" ] || fail "it was not silent"
  not_called '^apt'
}

test_ci_installs_what_is_missing_without_asking_and_removes_nothing() {
  a_debian gcc g++ cmake
  CI=true run packages build
  succeeded
  called '^apt-get install -y .*--no-remove .*libwebkit2gtk-4.1-dev'
  not_called '^apt-get install .* cmake'
  not_called '^apt-get update'
}

test_without_a_terminal_and_without_ci_it_names_the_command_and_stops() {
  a_debian
  run env -u CI "$T/repo/.make/packages" lint
  failed
  said 'apt-get install --no-remove --no-install-recommends shellcheck codespell'
  not_called '^apt-get'
}

test_somebody_at_the_terminal_is_asked_and_may_refuse() {
  a_debian
  at_a_terminal n "env -u CI $T/repo/.make/packages lint"
  failed
  said 'Nothing was installed'
  not_called '^apt-get'
}

test_somebody_at_the_terminal_who_agrees_gets_the_packages() {
  a_debian
  at_a_terminal y "env -u CI $T/repo/.make/packages lint"
  succeeded
  called '^apt-get install .*shellcheck'
}

test_an_ordinary_user_installs_through_sudo() {
  a_debian
  stand_in id 'echo 1000'
  CI=true run packages lint
  succeeded
  called '^sudo env DEBIAN_FRONTEND=noninteractive apt-get install'
}

test_package_lists_are_brought_up_to_date_only_when_they_do_not_know_the_package() {
  a_debian
  stand_in apt-cache "[ -e '$T/updated' ] && printf '%s:\n  Candidate: 1.0\n' \"\$2\"; exit 0"
  stand_in apt-get "[ \"\$1\" = update ] && touch '$T/updated'; exit 0"
  CI=true run packages lint
  succeeded
  called '^apt-get update'
  called '^apt-get install .*shellcheck'
}

test_a_package_under_its_other_name_counts_as_installed() {
  a_debian gcc g++ cmake pkgconf libwebkit2gtk-4.1-dev libayatana-appindicator3-dev librsvg2-dev libasound2-dev \
    libdbus-1-dev xdg-utils
  run packages build
  succeeded
  not_called '^apt-get'
}

test_a_package_known_only_under_its_other_name_is_installed_under_that() {
  a_debian
  stand_in apt-cache '[ "$2" = pkg-config ] || printf "%s:\n  Candidate: 1.0\n" "$2"'
  CI=true run packages build
  succeeded
  called '^apt-get install .* pkgconf '
}

test_a_refusal_of_apt_is_reported_with_the_command_for_a_decision() {
  a_debian
  stand_in apt-get '[ "$1" = update ]'
  CI=true run packages test
  failed
  said 'pulseaudio and pipewire-audio'
}

test_missing_rust_is_said_before_anything_is_installed() {
  a_debian
  rm "$T/bin/cargo" "$T/bin/rustc"
  run env CI=true PATH="$T/bin:/usr/bin:/bin" "$T/repo/.make/packages" build
  failed
  said 'rustup.rs'
  not_called '^apt-get'
}

test_a_rust_that_is_too_old_is_named_with_what_is_needed() {
  a_debian
  stand_in rustc 'echo "rustc 1.9.0 (something)"'
  run packages build
  failed
  said 'needs Rust 1.90 or newer; this is Rust 1.9.0'
}

test_a_node_that_is_too_old_is_named_with_what_is_needed() {
  a_debian
  stand_in node 'echo v18.19.0'
  run packages build
  failed
  said 'built with Node'
  said '20.19'
  said 'this is Node 18.19.0'
}

test_another_linux_is_told_what_to_install() {
  a_debian
  rm "$T/bin/apt-get" "$T/bin/dpkg-query"
  stand_in pkg-config 'exit 1'
  for tool in bash sed awk grep head sort tr dirname env cat; do ln -s "$(command -v $tool)" "$T/bin/$tool"; done
  run env PATH="$T/bin" "$T/repo/.make/packages" build
  failed
  said 'only on Debian and Ubuntu'
  said 'webkit2gtk-4.1'
}

test_a_browser_is_installed_only_where_there_is_none_of_any_name() {
  a_debian
  for tool in bash sed awk grep head sort tr dirname env cat seq; do ln -s "$(command -v $tool)" "$T/bin/$tool"; done
  run env CI=true PATH="$T/bin" "$T/repo/.make/packages" test
  succeeded
  called '^apt-get install .* chromium'
  : >"$T/calls"
  stand_in google-chrome
  run env CI=true PATH="$T/bin" "$T/repo/.make/packages" test
  succeeded
  called '^apt-get install .* xvfb'
  not_called 'chromium'
}

test_packaging_and_windows_bring_what_only_they_need() {
  a_debian
  CI=true run packages packaging windows
  succeeded
  called '^apt-get install .*rpm2cpio .*squashfs-tools .*gcc-mingw-w64-x86-64'
  not_called 'libwebkit2gtk'
}

test_an_unknown_group_is_refused() {
  a_debian
  run packages everything
  failed
  said "no group called 'everything'"
}
