// Choosing talkgroups, and choices with a name.
import { number, plural } from "../../format";

export const talkgroupWords = {
  talkgroups: {
    title: "Talkgroups",
    open: (fresh: number) => (fresh === 0 ? "Talkgroups" : plural(fresh, { other: "Talkgroups, # new" })),
    server: "Server",
    by: "Listed by",
    bys: { system: "System", group: "Group", tag: "Tag" },
    search: "Search talkgroups",
    clear: "Clear the search",
    found: (n: number, all: number) => `${number(n)} of ${number(all)}`,
    foundWhat: (n: number, all: number) =>
      plural(all, {
        one: `${number(n)} of # talkgroup found`,
        other: `${number(n)} of # talkgroups found`,
      }),
    on: (n: number, all: number) => `${number(n)} of ${number(all)} on`,
    allOn: "All on",
    allOff: "All off",
    foundOn: (n: number) => plural(n, { other: "# found: on" }),
    foundOff: (n: number) => plural(n, { other: "# found: off" }),
    unfold: "Unfold all",
    fold: "Fold all",
    more: "Presets and folding",
    number: (n: number) => `Talkgroup ${n}`,
    system: (n: number) => `System ${n}`,
    noGroup: "(No group)",
    noTag: "(No tag)",
    held: "held",
    avoided: (left: string) => `avoid, ${left}`,
    avoid: "avoid",
    new: "new",
    moreFor: (title: string) => `More for ${title}`,
    line: (...parts: string[]) => parts.filter((part) => part !== "").join(", "),
    fresh: (n: number) =>
      plural(n, {
        one: "# new talkgroup is heard. Keep it?",
        other: "# new talkgroups are heard. Keep them?",
      }),
    keep: "Keep",
    showFresh: "Show",
    showAll: "Show all",
    loading: "Fetching the list of talkgroups",
    failed: "The list of talkgroups could not be fetched.",
    again: "Try again",
    notYet: (server: string) => `No talkgroups of ${server} are known yet. They come with the link to it.`,
    connect: "Connect now",
    look: "See what it needs",
    none: (server: string) => `${server} lists no talkgroups. Its operator may add some.`,
    ask: "Ask it again",
    nothing: (query: string) => `No talkgroup is called anything like “${query}”.`,
    kept: {
      account: (server: string) => `Kept in your account at ${server}.`,
      computer: () => "Kept on this computer.",
      failed: (server: string) => `${server} did not take the last change. It is kept on this computer and sent again.`,
    },
  },

  hearing: {
    priority: "Priority",
    priorities: { high: "High: plays next", normal: "Normal", low: "Low: after all others" },
    /** On lines; none for what is normal. */
    marks: { high: "high priority", normal: "", low: "low priority" },
    balance: "Balance",
    balanceOf: (balance: number) => {
      if (balance === 0) return "Middle";
      const [side, part] = [balance < 0 ? "Left" : "Right", Math.round(Math.abs(balance) * 100)];
      return part === 100 ? side : `${side} ${number(part)} %`;
    },
    offset: "Volume",
    /** On a line: what is not as usual. */
    mix: (...parts: string[]) => parts.filter((part) => part !== "").join(", "),
  },

  presets: {
    title: "Presets",
    what: "A preset is what is switched on and held now, under a name. Applying one brings that back.",
    save: "Save as…",
    manage: "Rename or remove…",
    name: "Name of the preset",
    rule: "Up to 60 characters.",
    saveNow: "Save",
    replace: "Replace",
    replaces: "This replaces the preset of the same name.",
    rename: "Rename",
    renameWhat: (name: string) => `New name for ${name}`,
    renameTo: (name: string) => `Rename ${name}`,
    removeWhat: (name: string) => `Remove ${name}`,
    removeSure: (name: string) => `Remove ${name} for good?`,
  },
};
