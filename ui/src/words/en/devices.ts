// Sound devices: which one calls are heard from, and what becomes of them without it.
export const deviceWords = {
  devices: {
    device: "Sound device",
    what: "Where calls are heard. Squelch stays with a device that you choose, and follows the default when it changes.",
    also: "output speakers headset headphones earphones card audio choose test tone",
    default: "The system's default",
    defaultNow: (name: string) => `The system's default, now ${name}`,
    away: (name: string) => `${name}, which is not there`,
    standsIn: (chosen: string, name: string) => `${chosen} is not there: calls play on ${name} until it is back.`,
    none: "There is no sound device now.",
    notOffered: "On this system no device can be chosen: calls are heard wherever it plays them.",
    tone: "Sound a test tone",
    again: "Look for devices again",
    lost: "When the sound device goes away",
    lostWhat: "What becomes of calls when a plug is pulled or a headset runs empty; none is lost either way.",
    lostAlso: "unplug unplugged headphones disconnected bluetooth missing pause speakers",
    move: "Go on with the default",
    wait: "Pause until it is back",
  },
};
