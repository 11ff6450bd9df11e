// German.
//
// Glossary, after what listeners with a scanner say. One word for one thing, throughout:
//
//   call         der Funkspruch        talkgroup    die Sprechgruppe
//   system       das System            unit         die Einheit
//   group        die Gruppe            tag          die Kategorie
//   site         der Standort          spike        die Störspitze
//   hold         halten, gehalten      avoid        sperren, gesperrt
//   release      freigeben             preset       das Profil
//   live         live                  feed, list   die Liste
//   replay       wiederholen           skip         überspringen
//   mute         stumm                 volume       die Lautstärke
//   link         die Verbindung        link (URL)   der Link
//   sign in/out  an-/abmelden          login        die Anmeldung
//   account      das Konto             operator     der Betreiber
//   mark         das Farbzeichen       notification die Benachrichtigung
//   transcript   die Mitschrift        keychain     der Schlüsselbund
//   tray         der Infobereich       update       das Update
//   priority     der Vorrang           queue        die Warteschlange
//   bookmark     das Lesezeichen       share        teilen
//   display      die Anzeige           strip        die schmale Leiste
//   timeline     die Zeitleiste
//
// Nobody is addressed where a sentence does without; else it is “du”. Buttons are infinitives.
import type { Words } from "../en";
import { actionWords, keyWords, paletteWords } from "./actions";
import { archiveWords } from "./archive";
import { catchingWords } from "./catching";
import { deviceWords } from "./devices";
import { displayWords } from "./display";
import { exportingWords } from "./exporting";
import { listeningWords } from "./listening";
import { problems } from "./problems";
import { programWords } from "./program";
import { savingWords } from "./saving";
import { serverWords } from "./servers";
import { settingWords } from "./settings";
import { sheetWords } from "./sheet";
import { talkgroupWords } from "./talkgroups";
import { timelineWords } from "./timeline";

export const german: Words = {
  language: { tag: "de", direction: "ltr" },
  problems,
  actions: actionWords,
  palette: paletteWords,
  changeKeys: keyWords,
  ...programWords,
  ...serverWords,
  ...displayWords,
  ...listeningWords,
  ...catchingWords,
  ...deviceWords,
  ...talkgroupWords,
  ...archiveWords,
  ...timelineWords,
  ...savingWords,
  ...exportingWords,
  ...settingWords,
  ...sheetWords,
};
