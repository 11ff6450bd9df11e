// The texts of the window in all its languages.
import { afterEach, describe, expect, test } from "vitest";

import { languageOf, localeOf, NAMES, type Spoken } from "../src/language";
import { clock, day, megahertz, number, plural } from "../src/format";
import { said } from "../src/said";
import { coreWords, problemWords, speak, words, wordsIn } from "../src/words";
import { german } from "../src/words/de";
import { english } from "../src/words/en";
import { filesBelow } from "./files";

const languages = Object.keys(NAMES) as Spoken[];
const LANGUAGES = { en: await wordsIn("en"), de: await wordsIn("de") };

afterEach(() => speak(english, []));

type Text = string | ((...args: never[]) => string);

/** All texts of a language by their place, such as `feed.fresh`. The core's sentences are compared below. */
function textsOf(what: object, place = ""): Map<string, Text> {
  const texts = new Map<string, Text>();
  for (const [name, value] of Object.entries(what)) {
    const at = place === "" ? name : `${place}.${name}`;
    if (at === "language" || at === "problems") continue;
    if (typeof value === "string" || typeof value === "function") texts.set(at, value as Text);
    else for (const [inner, text] of textsOf(value as object, at)) texts.set(inner, text);
  }
  return texts;
}

type Call = (...args: unknown[]) => string;

/** What is given to those that take a name and a number, or nothing; the others get numbers, and then names. */
const GIVEN: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  "select.left": [[null], [60_000]],
  "now.announce": [
    ["Alpha", "Beta", "Gamma"],
    ["Alpha", "Beta", null],
  ],
  "bookmarks.noneWhat": [["Alpha"], [null]],
  "timeline.call": [
    ["Alpha", "12:00", "0:05", "heard", "0:02"],
    ["Alpha", "12:00", null, "heard", null],
  ],
  "recording.saved": [1, 2].map((n) => [n, "Alpha", "Beta", "Gamma"]),
  "search.pick": [0, 1, 2].map((n) => ["Alpha", n]),
  "search.pickFind": [["Alpha"]],
  "search.found": [null, 2, 9].flatMap((all) => [
    [2, all, true],
    [2, all, false],
  ]),
  "search.foundWhat": [null, 2, 9].flatMap((all) => [
    [2, all, true],
    [0, all, false],
  ]),
};
const NUMBERS = [0, 1, 2, 1234].map((n) => [n, n, n]);

/** What a text says. */
function sayings(place: string, text: Text | undefined): string[] {
  if (typeof text !== "function") return [text ?? ""];
  return (GIVEN[place] ?? [...NUMBERS, ["Alpha", "Beta", "Gamma"]]).map((args) => (text as Call)(...args));
}

/** What needs no words. */
const SILENT = ["hearing.marks.normal", "state.found", "state.unplayed"];

/** The same in German: names, signs, and words that German has, too. */
const SAME = [
  "program.name",
  "add.example",
  "certificate.digest",
  "updates.title",
  "catching.speed",
  "player.live",
  "player.pause",
  "player.withKey",
  "keyNames.Alt",
  "keyNames.Super",
  "keyNames.Tab",
  "linkState.live",
  "settings.pauseThen",
  "servers.marks.orange",
  "servers.more",
  "talkgroups.server",
  "talkgroups.bys.system",
  "talkgroups.system",
  "talkgroups.line",
  "feed.row",
  "now.announce",
  "details.decoder",
  "details.name",
  "details.numbered",
  "details.show",
  "details.system",
  "details.unknown",
  "display.percent",
  "display.uniden",
  "display.whistler",
  "hearing.balance",
  "hearing.marks.normal",
  "hearing.mix",
  "hearing.priorities.normal",
  "exporting.reason",
  "recording.extent",
  "search.dayExample",
  "search.server",
  "share.what",
  "state.found",
  "state.unplayed",
  "timeline.hour",
];

describe.each(languages)("in %s", (language) => {
  test("every text says something, whatever number or name it takes", () => {
    speak(LANGUAGES[language], []);
    const isSilent = (said: unknown): boolean =>
      typeof said !== "string" || said.trim() === "" || /undefined|null|#/.test(said);
    const silent = [...textsOf(words)].filter(([place, text]) => sayings(place, text).some(isSilent));
    expect(silent.map(([place]) => place).sort()).toEqual(SILENT);
  });

  test("no text of a number makes nonsense of it", () => {
    speak(LANGUAGES[language], []);
    const said = ([place, text]: [string, Text]): string[] =>
      typeof text === "function" && !(place in GIVEN) ? NUMBERS.map((args) => (text as Call)(...args)) : [];
    const nonsense = [...textsOf(words)].filter((one) => said(one).some((what) => /NaN|Infinity/.test(what)));
    expect(nonsense.map(([place]) => place)).toEqual([]);
  });
});

describe("German", () => {
  const [here, there] = [textsOf(english), textsOf(german)];

  test("has the texts that English has, and each takes what the English one takes", () => {
    expect([...there.keys()].sort()).toEqual([...here.keys()].sort());
    const takes = (text: Text | undefined): number => (typeof text === "function" ? text.length : -1);
    expect(
      [...here].filter(([place, text]) => takes(text) !== takes(there.get(place))).map(([place]) => place),
    ).toEqual([]);
  });

  test("says nothing in English but what is listed", () => {
    const same = [...here]
      .filter(([place, text]) => sayings(place, text).join() === sayings(place, there.get(place)).join())
      .map(([place]) => place);
    expect(same.sort()).toEqual([...SAME].sort());
  });

  test("has names for itself and for every action, and no two actions of one name", () => {
    const names = Object.values(german.actions.names).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(german.language.tag).toBe("de");
  });

  test("counts none, one and two as a person would", () => {
    speak(german, []);
    const { feed, now, palette, talkgroups, servers, select } = words;
    expect([0, 1, 2].map(feed.fresh)).toEqual(["0 neue Funksprüche", "1 neuer Funkspruch", "2 neue Funksprüche"]);
    expect([0, 1, 2].map(feed.waiting)).toEqual(["keiner wartet", "1 wartet", "2 warten"]);
    expect([0, 1, 2].map(now.pausedWhat)).toEqual(["Nichts wartet.", "1 Funkspruch wartet.", "2 Funksprüche warten."]);
    expect([0, 1, 2].map(palette.found)).toEqual(["0 Befehle", "1 Befehl", "2 Befehle"]);
    expect([0, 1, 2].map(servers.listening)).toEqual(["0 hören zu", "1 hört zu", "2 hören zu"]);
    expect([30, 60, 120].map(select.minutes)).toEqual(["30 Minuten", "1 Stunde", "2 Stunden"]);
    expect(talkgroups.foundWhat(44, 20_000)).toBe("44 von 20.000 Sprechgruppen gefunden");
  });
});

test("English counts none, one and two as a person would", () => {
  expect([0, 1, 2].map(words.feed.fresh)).toEqual(["0 new calls", "1 new call", "2 new calls"]);
  expect([0, 1, 2].map(words.now.pausedWhat)).toEqual(["Nothing waits.", "1 call waits.", "2 calls wait."]);
  expect([30, 60, 120].map(words.select.minutes)).toEqual(["30 minutes", "1 hour", "2 hours"]);
});

test("a name with the sign for the number in it stays as it is", () => {
  expect(words.saving.many(2, "Music/C#")).toBe("2 calls are saved in Music/C#.");
});

describe("the language", () => {
  test("is the one chosen, else the first of the desktop's that there are words in, else English", () => {
    expect(languageOf("de", ["en-US"])).toBe("de");
    expect(languageOf("en", ["de"])).toBe("en");
    expect(languageOf("system", ["fr-FR", "de-AT", "en"])).toBe("de");
    expect(languageOf("system", ["fr", "it"])).toBe("en");
    expect(languageOf("system", ["den"])).toBe("en");
    expect(languageOf("system", [])).toBe("en");
  });

  test("is written by the custom of the desktop's country, where that speaks it", () => {
    expect(localeOf("de", ["en-US", "de-CH"])).toBe("de-CH");
    expect(localeOf("en", ["de-CH"])).toBe("en-GB");
    // No tag that an engine takes.
    expect(localeOf("de", ["de_DE@euro"])).toBe("de-DE");
  });

  test("is told to the document", () => {
    speak(german, ["de-AT"]);
    expect(document.documentElement).toHaveAttribute("lang", "de");
    expect(document.documentElement).toHaveAttribute("dir", "ltr");
  });

  test("decides how numbers and times are written", () => {
    const evening = new Date(2026, 9, 14, 21, 5, 9).getTime();
    const all = (): string[] => [number(20_000), megahertz(154_280_000), day(evening), clock(evening, false)];
    expect(all()).toEqual(["20,000", "154.2800 MHz", "14 Oct", "21:05:09"]);
    speak(german, []);
    expect(all()).toEqual(["20.000", "154,2800 MHz", "14. Okt.", "21:05:09"]);
    expect(plural(1, { one: "# Ruf", other: "# Rufe" })).toBe("1 Ruf");
    speak(english, ["en-US"]);
    expect(all()).toEqual(["20,000", "154.2800 MHz", "Oct 14", "21:05:09"]);
  });
});

describe("what the core says", () => {
  const problem = (message: string) => ({ code: "linkLost", message, retry: { kind: "no" } }) as const;
  const sentences = german.problems!.sentences;

  test("is said in German by its sentences, with names and numbers in their places", () => {
    speak(german, []);
    expect(problemWords(problem("The server went silent. Squelch is connecting again."))).toBe(
      "Der Server ist verstummt. Squelch verbindet neu.",
    );
    expect(problemWords(problem("This call's audio uses AC-3 5.1, which Squelch does not play."))).toBe(
      "Der Ton dieses Funkspruchs benutzt AC-3 5.1, was Squelch nicht abspielt.",
    );
    const through =
      "The server does not answer. Squelch keeps trying. The way there leads through the proxy a.example:3128.";
    expect(problemWords(problem(through))).toBe(
      "Der Server antwortet nicht. Squelch versucht es weiter. Der Weg dorthin führt über den Proxy a.example:3128.",
    );
    expect(coreWords("Another program has this key.")).toBe("Ein anderes Programm hat diese Taste.");
  });

  test("is said by its code where nobody has translated it, with the sentence if that is short", () => {
    speak(german, []);
    expect(problemWords(problem("The moon is in between."))).toBe(
      "Die Verbindung ist verloren. (The moon is in between.)",
    );
    expect(problemWords(problem(`The moon is in between. ${"So it is. ".repeat(20)}`))).toBe(
      "Die Verbindung ist verloren.",
    );
    expect(coreWords("The moon is in between.")).toBe("The moon is in between.");
  });

  test("stays as it is in English, and so does what the window says for it", () => {
    expect(problemWords(problem("The moon is in between."))).toBe("The moon is in between.");
    speak(german, []);
    expect(problemWords(problem(words.program.noAnswer))).toBe(words.program.noAnswer);
  });

  test("keeps as many names and numbers in German as it has", () => {
    const holes = (text: string): number => text.split("{}").length;
    expect(Object.entries(sentences).filter(([english, german]) => holes(english) !== holes(german))).toEqual([]);
  });

  /** The core's source, with what is put into its sentences as `{}`. */
  const sources = ["core/src", "src"].flatMap((folder) =>
    filesBelow(`../src-tauri/${folder}`, [".rs"]).map(([file, text]): [string, string] => [
      `${folder}/${file}`,
      text.replace(/\\\n\s*/g, "").replace(/\{[a-zA-Z_.()]*\}/g, "{}"),
    ]),
  );
  const PROBLEMS = [
    "core/src/problem.rs",
    "core/src/problem/archive.rs",
    "core/src/problem/kept.rs",
    "core/src/problem/recording.rs",
    "core/src/problem/saving.rs",
    "core/src/problem/transfer.rs",
    "core/src/invitation.rs",
    "src/updates/failure.rs",
    "src/desktop/keys/taking.rs",
  ];

  test("is what is translated: no sentence here that the core does not say", () => {
    const source = sources.map(([, text]) => text).join("\n");
    // Those two the core puts together from a beginning and a reason.
    const beginnings = [
      "Your choice of talkgroups is kept on this computer ",
      "Your login could not be renewed yet: ",
      / has this key already\.$/,
    ];
    const parts = (sentence: string): string[] =>
      beginnings.reduce<string[]>((all, beginning) => all.flatMap((part) => part.split(beginning)), [sentence]);
    const gone = Object.keys(sentences).filter((sentence) =>
      parts(sentence).some((part) => !source.includes(part.replace(/\.$/, ""))),
    );
    expect(gone).toEqual([]);
  });

  test("is translated: all that the core says of a problem", () => {
    const tests = /#\[cfg\(test\)\][\s\S]*/;
    const files = sources.filter(([file]) => PROBLEMS.includes(file));
    expect(files.length).toBe(PROBLEMS.length);
    const source = files.map(([, text]) => text.replace(tests, "")).join("\n");
    const whole = [...source.matchAll(/"([A-Z][^"\n]* [^"\n]*[.?]|[A-Z][^"\n]* \{\})"/g)].map((match) => match[1]!);
    expect(whole.length).toBeGreaterThan(80);
    const filled = whole
      .filter((sentence) => !sentence.includes("yet: {}"))
      // What follows is another sentence of these.
      .map((sentence) => sentence.replace(/\. \{\}$/, ".").replaceAll("{}", "42"));
    expect(filled.filter((sentence) => said(sentence, sentences) === null)).toEqual([]);
  });
});
