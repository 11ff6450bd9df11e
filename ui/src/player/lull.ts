// Why nothing sounds, and what can be done about it.
import type { DeviceView } from "../generated/DeviceView";
import type { ListeningView } from "../generated/ListeningView";
import type { MicrophoneView } from "../generated/MicrophoneView";
import type { PlaybackView } from "../generated/PlaybackView";
import type { ServerId } from "../generated/ServerId";
import type { ServerView } from "../generated/ServerView";
import { standingOf } from "../servers/standing";
import { problemWords, words } from "../words";

/** What a button under the sentence does. */
export type Remedy =
  | { kind: "live" }
  | { kind: "resume" }
  | { kind: "unmute"; server: ServerId }
  | { kind: "defaultDevice" }
  | { kind: "reconnect"; server: ServerId }
  | { kind: "open"; server: ServerId };

/** Why nothing sounds: a headline, a sentence, and a way out where there is one. */
export interface Lull {
  title: string;
  what: string;
  tone: "calm" | "warn" | "bad";
  /** What is read aloud once for as long as it stays the same: no counts, no times. */
  news: string;
  action: { name: string; remedy: Remedy } | null;
}

interface Facts {
  playback: PlaybackView;
  listening: ListeningView;
  device: DeviceView;
  microphone: MicrophoneView;
  servers: readonly ServerView[];
}

/** Why nothing sounds, or nothing while something does. The nearest cause first: what blocks even a call that is there. */
export function lullOf(facts: Facts): Lull | null {
  const lull = causeOf(facts);
  return lull && { news: `${lull.title}. ${lull.what}`.trim(), ...lull };
}

type Cause = Omit<Lull, "news"> & { news?: string };

function causeOf(facts: Facts): Cause | null {
  const { playback, listening, device } = facts;
  if (device.kind === "missing") return missing(problemWords(device.problem), device.elsewhere);
  if (playback.state === "playing") return null;
  if (listening.paused) {
    const action = { name: words.now.resume, remedy: { kind: "resume" } } as const;
    if (facts.microphone.doing === "pause") {
      const what = words.now.pausedBy(programOf(facts.microphone));
      return { title: words.now.paused, what, tone: "warn", action };
    }
    const what = words.now.pausedWhat(listening.waiting);
    return { title: words.now.paused, what, tone: "warn", news: words.now.paused, action };
  }
  if (playback.state === "loading") return { title: words.now.loading, what: "", tone: "calm", action: null };
  const link = silentServers(facts.servers);
  if (link) return link;
  if (!listening.live) {
    const action = { name: words.now.goLive, remedy: { kind: "live" } } as const;
    return { title: words.now.off, what: words.now.offWhat, tone: "calm", action };
  }
  const [muted] = facts.servers;
  if (muted && facts.servers.every((server) => server.own.muted)) {
    const action = { name: words.now.unmuteServer(muted.name), remedy: { kind: "unmute", server: muted.id } } as const;
    return { title: words.now.serversMuted, what: words.now.serversMutedWhat, tone: "calm", action };
  }
  if (playback.row) return { title: words.now.between, what: "", tone: "calm", action: null };
  return { title: words.now.nothing, what: words.now.nothingWhat, tone: "calm", action: null };
}

/** What uses the microphone, by the name that the system gives it. */
export function programOf(microphone: MicrophoneView): string {
  return microphone.by || words.player.anotherProgram;
}

function missing(what: string, elsewhere: boolean): Cause {
  const action = elsewhere ? ({ name: words.now.useDefault, remedy: { kind: "defaultDevice" } } as const) : null;
  return { title: words.now.noDevice, what, tone: "bad", action };
}

// One server that delivers is enough: the others have their own line above.
function silentServers(servers: readonly ServerView[]): Cause | null {
  const [first] = servers;
  if (!first || servers.some((server) => server.link.kind === "live")) return null;
  const down = servers.find((server) => server.link.kind === "waiting");
  if (down && down.link.kind === "waiting") {
    const action = { name: words.now.tryNow, remedy: { kind: "reconnect", server: down.id } } as const;
    return { title: words.now.linkLost, what: problemWords(down.link.problem), tone: "warn", action };
  }
  const out = servers.find((server) => standingOf(server) === "signIn");
  if (out) {
    const problem = out.account.kind === "signedOut" ? out.account.problem : null;
    const what = problem ? problemWords(problem) : words.now.signedOutWhat;
    const action = { name: words.signIn.go, remedy: { kind: "open", server: out.id } } as const;
    return { title: words.now.signedOut, what, tone: "warn", action };
  }
  const asked = servers.find((server) => standingOf(server) === "passwordChange");
  if (asked) {
    const action = { name: words.prompt.look, remedy: { kind: "open", server: asked.id } } as const;
    return { title: words.now.newPassword, what: words.prompt.password(asked.name), tone: "warn", action };
  }
  const barred = servers.find((server) => server.link.kind === "refused" || server.link.kind === "untrusted");
  if (barred && "problem" in barred.link) {
    const action = { name: words.prompt.look, remedy: { kind: "open", server: barred.id } } as const;
    return { title: words.now.linkLost, what: problemWords(barred.link.problem), tone: "bad", action };
  }
  return { title: words.now.connecting, what: words.now.connectingWhat, tone: "calm", action: null };
}
