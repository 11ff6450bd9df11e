// The window for component tests, with an invented core behind it.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { vi } from "vitest";

import App from "../src/App.svelte";
import type { CallKey } from "../src/generated/CallKey";
import type { Command } from "../src/generated/Command";
import type { DirectoryView } from "../src/generated/DirectoryView";
import type { GlobalKeysView } from "../src/generated/GlobalKeysView";
import type { Message } from "../src/generated/Message";
import type { ServerId } from "../src/generated/ServerId";
import type { Snapshot } from "../src/generated/Snapshot";
import type { UpdateStage } from "../src/generated/UpdateStage";
import type { UpdateTime } from "../src/generated/UpdateTime";
import type { UpdateView } from "../src/generated/UpdateView";
import type { Autostart, CloseChoice, Ended, Invitation } from "../src/ipc";
import { Mirror } from "../src/mirror.svelte";
import { directory, snapshotOf } from "./town";

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
    lookForUpdate: vi.fn(async () => undefined),
    installUpdate: vi.fn<(time: UpdateTime) => Promise<void>>(async () => undefined),
    diagnostics: vi.fn(async () => "Squelch 1.2.3"),
    autostart: vi.fn<() => Promise<Autostart>>(async () => ({ kind: "offered", on: false })),
    setAutostart: vi.fn<(on: boolean) => Promise<void>>(async () => undefined),
    openFolder: vi.fn(async () => undefined),
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
