# shellcheck shell=bash disable=SC2154
# `.make/lint-names`, in a tree that has only what it looks at.

# an_owners_tree: everything goes by one identifier and one address.
an_owners_tree() {
  local tree=$T/repo id=org.example.Squelch address=https://code.example.org/owner/squelch
  mkdir -p "$tree"/{.make,src-tauri/{core/src/vault,listen/src,packaging}}
  cp "$ROOT/.make/lint-names" "$tree/.make/"
  echo "repository = \"$address\"" >"$tree/Cargo.toml"
  printf '{ "identifier": "%s",\n"homepage": "%s" }\n' $id $address >"$tree/src-tauri/tauri.conf.json"
  echo "const SERVICE: &str = \"$id\";" >"$tree/src-tauri/core/src/vault/keychain.rs"
  echo "const SERVICE: &str = \"org.example.squelch-listen\";" >"$tree/src-tauri/listen/src/keeping.rs"
  printf '<id>%s</id>\n<developer id="org.example">\n<url type="homepage">%s</url>\n' $id $address \
    >"$tree/src-tauri/packaging/$id.metainfo.xml"
  echo '## Addresses' >"$tree/README.md"
  printf '\140%s\140\n' Cargo.toml src-tauri/tauri.conf.json src-tauri/core/src/vault/keychain.rs \
    src-tauri/listen/src/keeping.rs src-tauri/packaging/$id.metainfo.xml >>"$tree/README.md"
  git -C "$tree" init -q
}

test_names_that_are_the_same_everywhere_pass() {
  an_owners_tree
  run "$T/repo/.make/lint-names"
  succeeded
}

test_an_identifier_that_was_forgotten_is_found_wherever_it_stands() {
  an_owners_tree
  echo 'name = "io.github.somebody.Squelch"' >"$T/repo/src-tauri/packaging/flat.yml"
  run "$T/repo/.make/lint-names"
  failed
  said 'flat.yml says io.github.somebody.Squelch'
}

test_a_keychain_with_a_name_of_its_own_is_found() {
  an_owners_tree
  echo 'const SERVICE: &str = "squelch";' >"$T/repo/src-tauri/core/src/vault/keychain.rs"
  run "$T/repo/.make/lint-names"
  failed
  said 'keychain.rs does not say "org.example.Squelch"'
}

test_another_repository_is_found_wherever_it_stands() {
  an_owners_tree
  echo 'See https://github.com/somebody/squelch/issues.' >>"$T/repo/README.md"
  run "$T/repo/.make/lint-names"
  failed
  said 'README.md says https://github.com/somebody/squelch;'
}

test_a_place_that_the_readme_does_not_name_is_found() {
  an_owners_tree
  echo 'https://code.example.org/owner/squelch' >"$T/repo/NEWS"
  run "$T/repo/.make/lint-names"
  failed
  said 'does not name NEWS'
}

test_a_file_is_not_named_by_the_folder_it_lies_in() {
  an_owners_tree
  echo 'https://code.example.org/owner/squelch' >"$T/repo/src-tauri/packaging/copyright"
  printf '\140src-tauri/packaging\140\n' >>"$T/repo/README.md"
  run "$T/repo/.make/lint-names"
  failed
  said 'does not name src-tauri/packaging/copyright'
}
