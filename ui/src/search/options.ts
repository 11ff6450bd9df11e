// What can be chosen from a server's list: systems, talkgroups, groups, tags.
import type { DirectoryView } from "../generated/DirectoryView";
import { folded } from "../talkgroups/search";
import { allOf, sublineOf, systemTitle, titleOf } from "../talkgroups/tree";
import type { Listing, Wanted } from "./wanted";

/** One to choose. */
export interface Option {
  /** Its own within its list: a database id, or the name of a group or tag. */
  key: string;
  title: string;
  /** What else tells it from others. */
  sub: string;
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** All there are. Talkgroups are those of the chosen systems, where some are chosen. */
export function optionsOf(directory: DirectoryView, listing: Listing, systems: Wanted["systems"]): Option[] {
  const all = allOf(directory);
  switch (listing) {
    case "systems":
      return directory.systems.map((system) => ({
        key: String(system.id),
        title: systemTitle(system),
        sub: String(system.number),
      }));
    case "talkgroups":
      return all
        .filter(({ system }) => systems.length === 0 || systems.includes(system.id))
        .map((listed) => ({
          key: String(listed.talkgroup.id),
          title: titleOf(listed.talkgroup),
          sub: sublineOf(listed, "tag"),
        }));
    case "groups":
    case "tags": {
      const names = new Set(all.map(({ talkgroup }) => (listing === "groups" ? talkgroup.group : talkgroup.tag)));
      names.delete("");
      return [...names].sort(byName.compare).map((name) => ({ key: name, title: name, sub: "" }));
    }
  }
}

/** Those in which every word is found. */
export function matching(options: readonly Option[], query: string): readonly Option[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return options;
  return options.filter(({ title, sub }) => {
    const text = folded(`${title}\n${sub}`);
    return wanted.every((word) => text.includes(word));
  });
}

/** What is chosen of a list, as keys. */
export function keysOf(wanted: Wanted, listing: Listing): string[] {
  return wanted[listing].map(String);
}

/** What is set once one of a list is chosen, or is not any more. */
export function turned(wanted: Wanted, listing: Listing, key: string): Partial<Wanted> {
  const before = keysOf(wanted, listing);
  const keys = before.includes(key) ? before.filter((one) => one !== key) : [...before, key];
  return { [listing]: listing === "systems" || listing === "talkgroups" ? keys.map(Number) : keys };
}
