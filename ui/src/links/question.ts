// What a link that was clicked comes to: a question with what a yes does, or words.
import type { CallKey } from "../generated/CallKey";
import type { Row } from "../generated/Row";
import type { ServerId } from "../generated/ServerId";
import type { ServerView } from "../generated/ServerView";
import type { Invitation } from "../ipc";
import { problemWords, words } from "../words";

/** What a yes does. */
export type Does =
  { kind: "add"; address: string } | { kind: "show"; server: ServerId } | { kind: "play"; call: CallKey };

/** What is asked, or said where nothing can be accepted. */
export interface Question {
  title: string;
  what: string;
  accept: { name: string; does: Does } | null;
}

/** The server at this host and port, if Squelch uses it. A usual port is not written in an origin. */
function serverAt(address: string, servers: readonly ServerView[]): ServerView | null {
  const bare = (origin: string): string => origin.replace(/^[a-z]+:\/\//, "");
  const usual = (server: ServerView): string => `${bare(server.address)}:${server.encrypted ? 443 : 80}`;
  return servers.find((server) => bare(server.address) === address || usual(server) === address) ?? null;
}

/** What to ask about an invitation, with what is known now. */
export function questionOf(invitation: Invitation, servers: readonly ServerView[], rows: readonly Row[]): Question {
  if ("problem" in invitation)
    return { title: words.link.refusedTitle, what: problemWords(invitation.problem), accept: null };
  const { address } = invitation;
  const server = serverAt(address, servers);
  const add = { name: words.link.open, does: { kind: "add", address } } as const;
  if (invitation.kind === "server") {
    if (!server) return { title: words.link.openTitle(address), what: words.link.openWhat, accept: add };
    const accept = { name: words.link.show, does: { kind: "show", server: server.id } } as const;
    return { title: words.link.knownTitle(server.name), what: words.link.knownWhat, accept };
  }
  if (!server) return { title: words.link.openTitle(address), what: words.link.strangerWhat(address), accept: add };
  const row = rows.find((one) => one.key.server === server.id && one.key.call === invitation.call);
  if (!row) return { title: words.link.goneTitle, what: words.link.goneWhat(server.name), accept: null };
  const accept = { name: words.link.play, does: { kind: "play", call: row.key } } as const;
  return { title: words.link.callTitle(row.title), what: words.link.callWhat(server.name), accept };
}
