// The sound device, as lines of the settings.
import type { DeviceChoice } from "../../generated/DeviceChoice";
import type { DeviceView } from "../../generated/DeviceView";
import type { SettingsView } from "../../generated/SettingsView";
import type { SoundDevice } from "../../generated/SoundDevice";
import type { SoundDevices } from "../../generated/SoundDevices";
import type { WhenLost } from "../../generated/WhenLost";
import type { Wish } from "../../ipc";
import { words } from "../../words";
import type { Line, Press } from "./line";

/** What the lines go by. */
export interface DeviceFacts {
  readonly settings: SettingsView;
  /** What there is to choose from; nothing until that is known. */
  readonly listed: SoundDevices | null;
  readonly device: DeviceView;
}

/** The value of the default. Devices are told apart by their names, which no two have in common; theirs have a sign before. */
const DEFAULT = "default";
const valueOf = (name: string): string => `=${name}`;

/** The lines. `look` lists the devices again. */
export function deviceLines(facts: DeviceFacts, wish: Wish, look: () => void): readonly Line[] {
  const own = words.devices;
  const set = (choice: WhenLost): Promise<boolean> => wish({ kind: "change", setting: { name: "deviceLost", choice } });
  return [
    which(facts, wish, look),
    {
      id: "device-lost",
      section: "sound",
      name: own.lost,
      what: own.lostWhat,
      also: own.lostAlso,
      kind: "choice",
      value: facts.settings.deviceLost,
      choices: [
        ["move", own.move],
        ["wait", own.wait],
      ],
      choose: (value) => set(value as WhenLost),
    },
  ];
}

function which({ settings, listed, device }: DeviceFacts, wish: Wish, look: () => void): Line {
  const own = words.devices;
  const tone: Press = { id: "test-tone", name: own.tone, run: () => void wish({ kind: "testTone" }) };
  const line = { id: "device-choice", section: "sound", name: own.device, also: own.also } as const;
  if (listed !== null && !listed.offered) return { ...line, what: own.notOffered, kind: "plain", presses: [tone] };
  const devices = listed?.devices ?? [];
  const chosen = chosenOf(settings.device, devices);
  const away = chosen !== null && !devices.some(({ name }) => name === chosen);
  const now = devices.find(({ isDefault }) => isDefault);
  return {
    ...line,
    what: own.what,
    note: noteOf(device, listed),
    kind: "choice",
    value: chosen === null ? DEFAULT : valueOf(chosen),
    choices: [
      [DEFAULT, now ? own.defaultNow(now.name) : own.default],
      ...devices.map(({ name }) => [valueOf(name), name] as const),
      // It stays chosen. Before the list is there nobody knows.
      ...(away ? [[valueOf(chosen), listed ? own.away(chosen) : chosen] as const] : []),
    ],
    choose: (value) => {
      const choice = wished(value, settings.device, devices);
      return wish({ kind: "change", setting: { name: "device", device: choice } });
    },
    presses: [tone, { id: "look-for-devices", name: own.again, run: look }],
  };
}

/** The name of the chosen device, as it is called now: by its id, or else by its name, as the core finds it. */
function chosenOf(choice: DeviceChoice, devices: readonly SoundDevice[]): string | null {
  if (choice.kind === "default") return null;
  return devices.find(({ id }) => id === choice.id)?.name ?? choice.name;
}

function wished(value: string, now: DeviceChoice, devices: readonly SoundDevice[]): DeviceChoice {
  if (value === DEFAULT) return { kind: "default" };
  const device = devices.find(({ name }) => valueOf(name) === value);
  // One that is not there is the one that is chosen already.
  return device ? { kind: "named", id: device.id, name: device.name } : now;
}

function noteOf(device: DeviceView, listed: SoundDevices | null): string | null {
  if (device.kind === "open" && device.insteadOf !== null) return words.devices.standsIn(device.insteadOf, device.name);
  return listed?.devices.length === 0 ? words.devices.none : null;
}
