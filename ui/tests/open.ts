// The window for component tests, with an invented core behind it.
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { expect, vi } from "vitest";

import App from "../src/App.svelte";
import type { CallDetails } from "../src/generated/CallDetails";
import type { CallKey } from "../src/generated/CallKey";
import type { Command } from "../src/generated/Command";
import type { DirectoryView } from "../src/generated/DirectoryView";
import type { FoundPage } from "../src/generated/FoundPage";
import type { GlobalKeysView } from "../src/generated/GlobalKeysView";
import type { ImportSummary } from "../src/generated/ImportSummary";
import type { Message } from "../src/generated/Message";
import type { QueuedView } from "../src/generated/QueuedView";
import type { SearchQuery } from "../src/generated/SearchQuery";
import type { SavedCalls } from "../src/generated/SavedCalls";
import type { ServerId } from "../src/generated/ServerId";
import type { SharedLink } from "../src/generated/SharedLink";
import type { Snapshot } from "../src/generated/Snapshot";
import type { TalkgroupKey } from "../src/generated/TalkgroupKey";
import type { TimelineQuery } from "../src/generated/TimelineQuery";
import type { TimelineView } from "../src/generated/TimelineView";
import type { UnheardView } from "../src/generated/UnheardView";
import type { SoundDevices } from "../src/generated/SoundDevices";
import type { UpdateStage } from "../src/generated/UpdateStage";
import type { UpdateTime } from "../src/generated/UpdateTime";
import type { UpdateView } from "../src/generated/UpdateView";
import type { About, Autostart, CloseChoice, Ended, Invitation, Licence, SavedFolder } from "../src/ipc";
import { Mirror } from "../src/mirror.svelte";
import { parts } from "../src/parts.svelte";
import type { ExportCore } from "../src/saving/exporter.svelte";
import { directory, page, snapshotOf } from "./town";

// As if each had been wanted before; that they come when they are wanted is for the real window and `parts.test.ts`.
await Promise.all(Object.values(parts).map((part) => part.load()));

/** A timeline of a time of which nothing is kept. */
export const EMPTY: TimelineView = {
  lanes: [],
  calls: [],
  lane: [],
  starts: [],
  lengths: [],
  states: "",
  shapes: [],
  gaps: [],
  isCut: false,
};

/** Where a call is shared. */
export const LINK = "https://scanner.harbor.example/call/7f1c";

/** What Squelch says of itself. */
export const ABOUT: About = {
  version: "1.2.3",
  build: "linux x86_64, release",
  source: "https://example.org/squelch",
  notices: true,
  data: "somewhere/squelch",
  logs: "somewhere/squelch/logs",
};

/** The window with an invented core: what it was sent, and a way to tell it something. */
export async function open(snapshot: Snapshot) {
  const sent: Command[] = [];
  const tells: ((message: Message | Ended) => void)[] = [];
  let refuse: unknown = null;
  let close: (tray: boolean) => void = () => undefined;
  let showSettings: () => void = () => undefined;
  let showCall: (call: CallKey) => void = () => undefined;
  let notifications: (there: boolean) => void = () => undefined;
  let update: (view: UpdateView) => void = () => undefined;
  let invite: (invitation: Invitation) => void = () => undefined;
  let globalKeys: (keys: GlobalKeysView) => void = () => undefined;
  let power: (battery: boolean) => void = () => undefined;
  const core = {
    subscribe: async (onMessage: (message: Message | Ended) => void) => {
      tells.push(onMessage);
      onMessage(snapshotOf({ ...snapshot, revision: tells.length * 100 }));
    },
    send: async (command: Command) => {
      sent.push(command);
      if (refuse) throw refuse;
    },
    talkgroups: vi.fn<(server: ServerId) => Promise<DirectoryView>>(async (server) => directory({ server })),
    search: vi.fn<(query: SearchQuery, after: string | null) => Promise<FoundPage>>(async () => page(0, 3)),
    bookmarks: vi.fn<(server: ServerId) => Promise<FoundPage>>(async () => page(0, 0, { total: 0 })),
    unheard: vi.fn<() => Promise<UnheardView[]>>(async () => []),
    playUnheard: vi.fn<(server: ServerId, talkgroup: TalkgroupKey | null) => Promise<QueuedView>>(async () => ({
      queued: 1,
      left: 0,
    })),
    timeline: vi.fn<(query: TimelineQuery) => Promise<TimelineView>>(async () => EMPTY),
    playOn: vi.fn<(call: CallKey, atMs: number, groups: readonly number[]) => Promise<void>>(async () => undefined),
    details: vi.fn<(call: CallKey) => Promise<CallDetails>>(async () => ({ transcript: null })),
    shared: vi.fn<(call: CallKey) => Promise<SharedLink | null>>(async () => null),
    share: vi.fn<(call: CallKey) => Promise<SharedLink>>(async () => ({ url: LINK, isNew: true })),
    unshare: vi.fn<(call: CallKey) => Promise<void>>(async () => undefined),
    openLink: vi.fn<(url: string) => Promise<void>>(async () => undefined),
    tryDemo: vi.fn(async () => undefined),
    onClosing: async (ask: (tray: boolean) => void) => void (close = ask),
    onSettings: async (show: () => void) => void (showSettings = show),
    onShowCall: async (show: (call: CallKey) => void) => void (showCall = show),
    onNotifications: async (tell: (there: boolean) => void) => void (notifications = tell),
    onPower: async (tell: (battery: boolean) => void) => void (power = tell),
    onInvitation: async (tell: (invitation: Invitation) => void) => void (invite = tell),
    onUpdate: async (tell: (view: UpdateView) => void) => void (update = tell),
    onGlobalKeys: async (tell: (keys: GlobalKeysView) => void) => void (globalKeys = tell),
    choosingKey: vi.fn<(on: boolean) => Promise<void>>(async () => undefined),
    dragWindow: vi.fn(async () => undefined),
    lookForUpdate: vi.fn(async () => undefined),
    installUpdate: vi.fn<(time: UpdateTime) => Promise<void>>(async () => undefined),
    diagnostics: vi.fn(async () => "Squelch 1.2.3"),
    autostart: vi.fn<() => Promise<Autostart>>(async () => ({ kind: "offered", on: false })),
    setAutostart: vi.fn<(on: boolean) => Promise<void>>(async () => undefined),
    about: vi.fn<() => Promise<About>>(async () => ABOUT),
    openSource: vi.fn(async () => undefined),
    openLicence: vi.fn<(licence: Licence) => Promise<void>>(async () => undefined),
    writeToSupport: vi.fn<(server: ServerId) => Promise<void>>(async () => undefined),
    exportSettings: vi.fn<(title: string) => Promise<string | null>>(async () => "squelch.json"),
    readSettings: vi.fn<(title: string) => Promise<ImportSummary | null>>(async () => null),
    savedFolder: vi.fn<() => Promise<SavedFolder>>(async () => ({ folder: "Downloads/Squelch", chosen: false })),
    chooseSavedFolder: vi.fn<(title: string) => Promise<boolean>>(async () => true),
    resetSavedFolder: vi.fn(async () => undefined),
    soundDevices: vi.fn<() => Promise<SoundDevices>>(async () => ({ offered: true, devices: [] })),
    reload: vi.fn(),
    openFolder: vi.fn(async () => undefined),
    saveCalls: vi.fn<(calls: readonly CallKey[], details: boolean) => Promise<SavedCalls>>(async (calls) => ({
      folder: "Downloads/Squelch",
      files: calls.map((call) => `call ${call.call}.mp3`),
      problems: [],
      missing: 0,
    })),
    exportCalls: vi.fn<ExportCore["exportCalls"]>(async (calls) => ({
      folder: "Downloads/Squelch",
      files: ["calls.flac"],
      calls: calls.length,
      lengthMs: 61_000,
      missing: [],
      missingCount: 0,
      problem: null,
      cancelled: false,
    })),
    cancelExport: vi.fn(async () => undefined),
    followExport: vi.fn<ExportCore["followExport"]>(async () => null),
    forgetExport: vi.fn(async () => undefined),
    canSpeak: vi.fn<ExportCore["canSpeak"]>(async () => true),
    showSaved: vi.fn(async () => undefined),
    close: vi.fn<(choice: CloseChoice) => Promise<void>>(async () => undefined),
  };
  const mirror = new Mirror(core);
  const view = render(App, { mirror });
  await mirror.start();
  await tick();
  const tell = async (message: Message | Ended) => {
    tells.at(-1)!(message);
    await tick();
  };
  return {
    ...view,
    sent,
    core,
    tells,
    mirror,
    tell,
    refuse: (what: unknown) => (refuse = what),
    close: (tray = true) => close(tray),
    showSettings: () => showSettings(),
    showCall: async (call: CallKey) => {
      showCall(call);
      await tick();
    },
    notifications: async (there: boolean) => {
      notifications(there);
      await tick();
    },
    power: (battery: boolean) => power(battery),
    invite: async (invitation: Invitation) => {
      invite(invitation);
      await tick();
    },
    globalKeys: async (keys: GlobalKeysView) => {
      globalKeys(keys);
      await tick();
    },
    update: async (stage: UpdateStage) => {
      update({ running: "1.2.3", stage });
      await tick();
    },
    user: userEvent.setup(),
  };
}

export const byId = (id: string): HTMLElement => screen.getByTestId(id);

/** Opens the settings with the mouse. */
export async function openSettings({ user }: Pick<Awaited<ReturnType<typeof open>>, "user">): Promise<HTMLElement> {
  await user.click(byId("settings"));
  return screen.findByTestId("settings-sheet");
}

/** Waits until what was open over the window has gone: nothing else takes the pointer before, a moment longer than it is seen. */
export const closed = async (role: "dialog" | "menu"): Promise<void> => {
  await waitFor(() => {
    expect(screen.queryByRole(role)).toBeNull();
    expect(document.body.style.pointerEvents).not.toBe("none");
  });
};
