// Every word the window says, in one place and in the language chosen. A language is one folder in words/.
//
// Names and transcripts come from servers as they are.
import type { AccountView } from "./generated/AccountView";
import type { LinkView } from "./generated/LinkView";
import type { Problem } from "./generated/Problem";
import type { RowState } from "./generated/RowState";
import { localeOf, setLocale, type Spoken } from "./language";
import { said } from "./said";
import { english, type Words } from "./words/en";

/** The other languages: each is loaded when it is spoken, and takes no room before. */
const OTHERS: Readonly<Record<Exclude<Spoken, "en">, () => Promise<Words>>> = {
  de: async () => (await import("./words/de")).german,
};

/** All that the window says in a language. */
export async function wordsIn(language: Spoken): Promise<Words> {
  return language === "en" ? english : OTHERS[language]();
}

/** What the window says. Set before it is built, and not again: modules keep parts of it. */
export let words: Words = english;

/** Says these from now on; `wished` are the languages of the desktop, the dearest first. */
export function speak(theirs: Words, wished: readonly string[]): void {
  words = theirs;
  const { tag, direction } = words.language;
  setLocale(localeOf(tag, wished));
  document.documentElement.lang = tag;
  document.documentElement.dir = direction;
}

/** How long a sentence may be to stand in brackets, in characters. */
const SHORT = 100;

/** What went wrong and what can be done. */
export function problemWords({ code, message }: Problem): string {
  // Where the core did not answer, the window speaks for it.
  if (words.problems === null || message === words.program.noAnswer) return message;
  const there = said(message, words.problems.sentences);
  if (there !== null) return there;
  const what = words.problems.codes[code];
  return message.length > SHORT ? what : `${what} (${message})`;
}

/** A sentence of the core that belongs to no problem; one that nobody has translated comes as it is. */
export function coreWords(sentence: string): string {
  return words.problems === null ? sentence : (said(sentence, words.problems.sentences) ?? sentence);
}

/** A link's state in a word or two. `leftMs` is the time until the next attempt. */
export function linkWords(link: LinkView, leftMs: number): string {
  return link.kind === "waiting" ? words.linkState.waiting(leftMs) : words.linkState[link.kind];
}

/** An account's state in a word or two. */
export function accountWords(account: AccountView): string {
  return account.kind === "signedIn" ? account.user : words.accountState[account.kind];
}

/** What became of a call, in words. */
export function stateWords(state: RowState, isNext: boolean): string {
  switch (state.kind) {
    case "waiting":
      return isNext ? words.state.next : words.state.waiting;
    case "loading":
      return isNext ? words.state.nextLoading : words.state.loading;
    case "ready":
      return isNext ? words.state.nextReady : words.state.ready;
    case "notPlayed":
      return words.state.notPlayed[state.why];
    case "failed":
      return failureWords(state.problem);
    default:
      return words.state[state.kind];
  }
}

function failureWords({ code }: Problem): string {
  const { failed } = words.state;
  return code in failed ? failed[code as keyof typeof failed] : failed.other;
}
