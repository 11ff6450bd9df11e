// One quiet line per server that needs something while listening goes on.
import type { ServerId } from "../generated/ServerId";
import type { ServerView } from "../generated/ServerView";
import { problemWords, words } from "../words";
import { standingOf } from "./standing";

/** What a line offers. */
export type Offer = "open" | "reconnect";

/** One line. */
export interface Prompt {
  server: ServerId;
  text: string;
  /** Whether calls are missed or will be; the others are offers. */
  tone: "warn" | "calm";
  offer: { name: string; does: Offer } | null;
}

/** The line for a server, or none. */
export function promptOf(server: ServerView): Prompt | null {
  const line = (text: string, name: string, does: Offer): Prompt => ({
    server: server.id,
    text,
    tone: "warn",
    offer: { name, does },
  });
  switch (standingOf(server)) {
    case "signIn":
      return line(signedOutText(server), words.servers.signIn, "open");
    case "passwordChange":
      return line(words.prompt.password(server.name), words.prompt.look, "open");
    case "untrusted":
      return line(words.prompt.untrusted(server.name), words.prompt.look, "open");
    case "refused":
      return line(words.prompt.refused(server.name), words.prompt.look, "open");
    case "unreachable":
    case "listening":
      return lostPrompt(server, line) ?? accountPrompt(server);
    case "probing":
    case "signingIn":
      return null;
  }
}

function signedOutText(server: ServerView): string {
  const problem = server.account.kind === "signedOut" ? server.account.problem : null;
  return problem ? problemWords(problem) : words.prompt.signedOut(server.name);
}

function lostPrompt(server: ServerView, line: (text: string, name: string, does: Offer) => Prompt): Prompt | null {
  if (server.link.kind !== "waiting") return null;
  return line(words.prompt.lost(server.name), words.program.again, "reconnect");
}

// A login that ended although listening went on, or one that cannot be kept.
function accountPrompt(server: ServerView): Prompt | null {
  const { account } = server;
  if (account.kind === "anonymous" && account.problem) {
    const offer = { name: words.servers.signIn, does: "open" } as const;
    return { server: server.id, text: problemWords(account.problem), tone: "calm", offer };
  }
  if (account.kind === "signedIn" && account.problem) {
    return { server: server.id, text: problemWords(account.problem), tone: "warn", offer: null };
  }
  return null;
}
