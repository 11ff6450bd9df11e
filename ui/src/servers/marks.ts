// What marks servers and their calls where there are several.
import type { ServerMark } from "../generated/ServerMark";
import type { ServerView } from "../generated/ServerView";

const COLORS: Readonly<Record<ServerMark, string>> = {
  blue: "#4b8dff",
  orange: "#ff9f43",
  green: "#36b37e",
  pink: "#e667a8",
  yellow: "#e0b93a",
  violet: "#a06bd6",
  teal: "#22a8b8",
  red: "#ff5d57",
};

/** All marks, in the order in which they are offered. */
export const MARKS = Object.keys(COLORS) as readonly ServerMark[];

/** A mark's colour; on a dot or a bar, never on text. */
export function colorOf(mark: ServerMark): string {
  return COLORS[mark];
}

/** What a call's server is called and marked with. */
export interface Marked {
  readonly name: string;
  readonly color: string;
}

/** The marks by server; none where there is only one, for then they say nothing. */
export function marksOf(servers: readonly ServerView[]): ReadonlyMap<number, Marked> {
  if (servers.length < 2) return new Map();
  return new Map(servers.map((server) => [server.id, { name: server.name, color: colorOf(server.own.mark) }]));
}
