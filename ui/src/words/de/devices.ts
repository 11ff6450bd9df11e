// Audiogeräte: wo Funksprüche zu hören sind, und was ohne das Gerät aus ihnen wird.
import type * as english from "../en/devices";

export const deviceWords: typeof english.deviceWords = {
  devices: {
    device: "Audiogerät",
    what: "Wo Funksprüche zu hören sind. Bei einem gewählten Gerät bleibt Squelch, dem Standard folgt es, wenn er wechselt.",
    also: "ausgabe lautsprecher kopfhörer headset soundkarte ton wählen testton",
    default: "Der Standard des Systems",
    defaultNow: (name) => `Der Standard des Systems, jetzt ${name}`,
    away: (name) => `${name}, gerade nicht da`,
    standsIn: (chosen, name) => `${chosen} ist nicht da: Bis es zurück ist, spielt ${name}.`,
    none: "Zurzeit gibt es kein Audiogerät.",
    notOffered: "Auf diesem System lässt sich kein Gerät wählen: Zu hören ist, wo das System abspielt.",
    tone: "Testton abspielen",
    again: "Geräte neu suchen",
    lost: "Wenn das Audiogerät verschwindet",
    lostWhat:
      "Was aus Funksprüchen wird, wenn ein Stecker gezogen oder ein Headset leer ist; verloren geht so oder so keiner.",
    lostAlso: "abziehen kopfhörer getrennt bluetooth fehlt pause lautsprecher",
    move: "Mit dem Standard weitermachen",
    wait: "Pausieren, bis es zurück ist",
  },
};
