// Every word the window says, in one place, so that another language is one more such folder.
//
// Sentences of the core (`Problem.message`) come as they are; names and transcripts come from servers.
import type { LinkView } from "./generated/LinkView";
import type { AccountView } from "./generated/AccountView";
import type { Problem } from "./generated/Problem";
import type { RowState } from "./generated/RowState";
import { wait } from "./format";
import { actionWords, keyWords, paletteWords } from "./words/actions";
import { listeningWords } from "./words/listening";
import { programWords } from "./words/program";
import { serverWords } from "./words/servers";
import { settingWords } from "./words/settings";
import { talkgroupWords } from "./words/talkgroups";

export const words = {
  actions: actionWords,
  palette: paletteWords,
  changeKeys: keyWords,
  ...programWords,
  ...serverWords,
  ...listeningWords,
  ...talkgroupWords,
  ...settingWords,
};

/** A link's state in a word or two. `leftMs` is the time until the next attempt. */
export function linkWords(link: LinkView, leftMs: number): string {
  switch (link.kind) {
    case "idle":
      return "not connected";
    case "probing":
      return "looking";
    case "untrusted":
      return "certificate not trusted";
    case "connecting":
      return "connecting";
    case "live":
      return "live";
    case "waiting":
      return leftMs > 0 ? `reconnecting in ${wait(leftMs)}` : "reconnecting";
    case "refused":
      return "cannot be used";
  }
}

/** An account's state in a word or two. */
export function accountWords(account: AccountView): string {
  switch (account.kind) {
    case "signedOut":
      return "signed out";
    case "anonymous":
      return "no account";
    case "signingIn":
      return "signing in";
    case "signedIn":
      return account.user;
    case "passwordChange":
      return "new password needed";
  }
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

/** A call's failure, short enough for its row; the whole sentence is the row's tooltip. */
function failureWords(problem: Problem): string {
  switch (problem.code) {
    case "audioMissing":
      return "audio not found";
    case "audioRefused":
      return "audio refused";
    case "audioUnreachable":
      return "did not arrive";
    case "audioUnplayable":
      return "cannot be played";
    default:
      return "failed";
  }
}
