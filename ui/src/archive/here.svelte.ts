// The archive on this computer, for whatever shows calls and talkgroups: what is kept for ever, and what nobody has heard.
import { getContext, setContext } from "svelte";

import type { ArchiveView } from "../generated/ArchiveView";
import type { QueuedView } from "../generated/QueuedView";
import type { ServerId } from "../generated/ServerId";
import type { TalkgroupKey } from "../generated/TalkgroupKey";
import type { UnheardView } from "../generated/UnheardView";

/** What that needs of the core. */
export interface ArchiveCore {
  unheard(): Promise<UnheardView[]>;
  playUnheard(server: ServerId, talkgroup: TalkgroupKey | null): Promise<QueuedView>;
}

const same = (a: TalkgroupKey, b: TalkgroupKey): boolean => a.server === b.server && a.talkgroup === b.talkgroup;

/** What is known of it. */
export class ArchiveHere {
  #core: ArchiveCore;
  #failed: (reason: unknown) => void;
  #view: () => ArchiveView | null;
  /** What nobody has heard, as it was when it was looked last. */
  unheard = $state.raw<readonly UnheardView[]>([]);
  /** What became of the last wish to hear it. */
  queued = $state.raw<QueuedView | null>(null);

  /** `failed` is told of what could not be done. */
  constructor(core: ArchiveCore, view: () => ArchiveView | null, failed: (reason: unknown) => void) {
    this.#core = core;
    this.#view = view;
    this.#failed = failed;
  }

  /** Whether a talkgroup's calls are kept for ever. */
  keeps(talkgroup: TalkgroupKey): boolean {
    return this.#view()?.talkgroups.some((one) => same(one, talkgroup)) ?? false;
  }

  /** How many of its calls nobody has heard, as far as was looked. */
  unheardOf(talkgroup: TalkgroupKey): number {
    return this.unheard.find((one) => same(one.talkgroup, talkgroup))?.calls ?? 0;
  }

  /** How many calls of a server nobody has heard, as far as was looked. */
  unheardAt(server: ServerId): number {
    const there = this.unheard.filter((one) => one.talkgroup.server === server);
    return there.reduce((calls, one) => calls + one.calls, 0);
  }

  /** Looks what nobody has heard. What cannot be read is shown nowhere, and is no news: its trouble is. */
  look(): void {
    this.#core.unheard().then(
      (unheard) => (this.unheard = unheard),
      () => (this.unheard = []),
    );
  }

  /** Queues what nobody has heard, of a talkgroup or of all at a server. */
  play(server: ServerId, talkgroup: TalkgroupKey | null): void {
    this.queued = null;
    this.#core.playUnheard(server, talkgroup).then((queued) => (this.queued = queued), this.#failed);
  }
}

const HERE = Symbol("archive");

/** Makes it known to everything inside. */
export function provideArchive(archive: ArchiveHere): ArchiveHere {
  return setContext(HERE, archive);
}

/** The one of this window, where there is one. */
export function archiveHere(): ArchiveHere | null {
  return getContext<ArchiveHere | undefined>(HERE) ?? null;
}
