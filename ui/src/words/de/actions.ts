// What the window's actions are called, and what else people call them.
import { plural } from "../../format";
import type * as english from "../en/actions";

const names: Readonly<Record<english.ActionId, english.Named>> = {
  pause: { name: "Pause oder weiter", also: "anhalten stopp halt fortsetzen warten abspielen" },
  skip: { name: "Diesen Funkspruch überspringen", also: "nächster vor weiter auslassen skip" },
  replay: { name: "Diesen oder den letzten Funkspruch wiederholen", also: "noch einmal nochmal zurück voriger replay" },
  live: { name: "Live ein oder aus", also: "hören mithören automatisch stream los" },
  mute: { name: "Stumm ein oder aus", also: "ton leise ruhe stummschalten lautlos mute" },
  louder: { name: "Lauter", also: "lautstärke erhöhen mehr" },
  quieter: { name: "Leiser", also: "lautstärke senken weniger verringern" },
  playMissed: { name: "Verpasstes abspielen", also: "nachholen aufholen nachhören lücke abwesend weg ja" },
  skimMissed: {
    name: "Von Verpasstem nur abspielen, was heraussticht",
    also: "nachholen überfliegen wichtig vorrang gehalten lesezeichen abwesend weg",
  },
  dropMissed: { name: "Verpasstes auslassen", also: "verwerfen ignorieren lücke abwesend weg nein" },
  hold: { name: "Diese Sprechgruppe halten oder freigeben", also: "bleiben nur kanal hold" },
  holdSystem: { name: "Dieses System halten oder freigeben", also: "bleiben nur hold" },
  avoid: {
    name: "Diese Sprechgruppe 30 Minuten sperren, oder freigeben",
    also: "meiden ignorieren lockout ausblenden halbe stunde",
  },
  avoidHour: { name: "Diese Sprechgruppe 1 Stunde sperren", also: "meiden ignorieren lockout ausblenden 60 minuten" },
  avoidTwoHours: {
    name: "Diese Sprechgruppe 2 Stunden sperren",
    also: "meiden ignorieren lockout ausblenden 120 minuten",
  },
  avoidUntilReleased: {
    name: "Diese Sprechgruppe bis zur Freigabe sperren",
    also: "meiden ignorieren lockout ausblenden immer dauerhaft",
  },
  release: { name: "Diese Sprechgruppe freigeben", also: "entsperren loslassen beenden wieder hören" },
  releaseAll: { name: "Alles Gehaltene und Gesperrte freigeben", also: "entsperren loslassen leeren zurücksetzen" },
  talkgroups: {
    name: "Sprechgruppen wählen, oder die Liste schließen",
    also: "auswahl kanäle baum profile einschalten ausschalten",
  },
  presets: { name: "Profile", also: "anwenden wählen umbenennen entfernen liste auswahl presets scanliste" },
  savePreset: { name: "Die Auswahl als Profil speichern", also: "behalten name neu sichern sprechgruppen preset" },
  notify: {
    name: "Funksprüche dieser Sprechgruppe melden, oder nicht mehr",
    also: "benachrichtigen alarm hinweis glocke",
  },
  raisePriority: { name: "Vorrang dieser Sprechgruppe erhöhen", also: "zuerst nächster höher wichtig priorität" },
  lowerPriority: { name: "Vorrang dieser Sprechgruppe senken", also: "zuletzt später niedriger unwichtig priorität" },
  search: {
    name: "Archiv durchsuchen, oder die Suche schließen",
    also: "finden suchen funksprüche vergangen verlauf alt mitschrift",
  },
  find: { name: "Nach gesagten Wörtern suchen", also: "finden text mitschrift archiv transkript" },
  bookmarks: { name: "Funksprüche mit Lesezeichen", also: "favoriten gemerkt gespeichert liste" },
  bookmark: { name: "Lesezeichen für diesen Funkspruch setzen oder entfernen", also: "favorit stern merken behalten" },
  save: {
    name: "Die Aufnahme dieses Funkspruchs speichern",
    also: "herunterladen datei exportieren behalten sichern mp3 wav download",
  },
  export: {
    name: "Die ausgewählten Funksprüche exportieren, oder diesen",
    also: "zusammenfügen zip flac wav speichern mehrere viele herunterladen datei liste stimme export",
  },
  record: {
    name: "Ab jetzt aufnehmen, oder die Aufnahme beenden",
    also: "mitschneiden band aufzeichnen datei flac wav start ende rec",
  },
  share: { name: "Diesen Funkspruch mit einem Link teilen", also: "senden kopieren url adresse öffentlich" },
  details: {
    name: "Details dieses Funkspruchs, oder sie ausblenden",
    also: "info frequenz standort decoder fehler einheit hörer",
  },
  nameUnit: { name: "Die Einheit benennen, die spricht", also: "umbenennen alias funkgerät rufname wer eigener name" },
  newest: { name: "Zum neuesten Funkspruch", also: "liste oben letzter springen" },
  servers: {
    name: "Server",
    also: "anmelden abmelden konto login entfernen verbinden verbindung passwort benutzer",
  },
  addServer: { name: "Server hinzufügen", also: "neu verbinden adresse" },
  reconnect: { name: "Verlorene Verbindungen jetzt neu versuchen", also: "verbinden wiederholen netz server" },
  settings: { name: "Einstellungen", also: "optionen konfiguration mikrofon autostart sprache" },
  alerts: { name: "Benachrichtigungen", also: "meldungen ruhezeit hinweis glocke" },
  help: { name: "Tasten, und wie man sie ändert", also: "tastatur kürzel tastenkürzel global hilfe belegung" },
  palette: { name: "Alle Befehle", also: "palette suchen finden aktionen" },
  report: { name: "Problem melden", also: "fehler bug diagnose protokoll log hilfe" },
  about: { name: "Über Squelch", also: "version lizenz quelltext ordner betreiber adresse info" },
  checkForUpdates: { name: "Nach Updates suchen", also: "neu version aktualisieren installieren über" },
  themeSystem: { name: "Aussehen: wie der Desktop", also: "thema design farben system automatisch" },
  themeDark: { name: "Aussehen: dunkel", also: "thema design farben schwarz nacht" },
  themeLight: { name: "Aussehen: hell", also: "thema design farben weiß tag" },
  themeHighContrast: {
    name: "Aussehen: hoher Kontrast",
    also: "thema design farben barrierefrei schwarz weiß gelb",
  },
  themeLcd: { name: "Aussehen: Scanner-Display", also: "thema design farben bernstein lcd klassisch beleuchtung" },
  compact: { name: "Schmale Leiste, oder das ganze Fenster", also: "mini klein eine zeile im vordergrund kompakt" },
  display: {
    name: "Anzeige",
    also: "aussehen thema schriftgröße schrift helligkeit bewegung uhr 12 24 stunden optionen",
  },
  sound: { name: "Ton", also: "gerät ausgabe lautsprecher kopfhörer headset testton audio lautheit optionen" },
  textLarger: { name: "Größere Schrift", also: "zoom vergrößern text hinein" },
  textSmaller: { name: "Kleinere Schrift", also: "zoom verkleinern text heraus" },
  singleKeys: { name: "Einzeltasten-Kürzel ein oder aus", also: "tastatur tasten schalter einzeltasten" },
  quit: { name: "Squelch beenden", also: "schließen ende verlassen" },
};

export const actionWords: typeof english.actionWords = {
  names,
  groups: { listening: "Hören", choosing: "Was zu hören ist", archive: "Archiv und Lesezeichen", window: "Fenster" },

  goLive: "Live einschalten",
  liveOff: "Live ausschalten",
  recordOff: "Aufnahme beenden",
  recordOn: "Ab jetzt aufnehmen",
  avoidFor: (minutes) => `${minutes} sperren`,
  avoidUntil: "Bis zur Freigabe sperren",
  applyPreset: (name) => `Profil „${name}“ anwenden`,
  singleOff: "Einzeltasten-Kürzel ausschalten",
  singleOn: "Einzeltasten-Kürzel einschalten",

  why: {
    first: "Geht, sobald ein Server gehört wird.",
    nothingPlays: "Gerade läuft nichts.",
    nothingPlayed: "Bisher ist nichts gelaufen.",
    nothingMissed: "Nichts Verpasstes wartet.",
    nothingStandsOut:
      "Von Verpasstem sticht nichts heraus: keine Sprechgruppe davon ist gehalten oder hat hohen Vorrang.",
    noCall: "Auf der Karte ist kein Funkspruch.",
    isExporting: "Andere Funksprüche werden gerade exportiert.",
    isStopping: "Die Aufnahme wird gerade abgeschlossen.",
    noUnit: "Welche Einheit spricht, ist nicht bekannt.",
    unlisted: "Der Server führt die Sprechgruppe dieses Funkspruchs nicht.",
    systemUnlisted: "Der Server führt das System dieses Funkspruchs nicht.",
    loudest: "Lauter geht es nicht.",
    softest: "Leiser geht es nicht.",
    highest: "Ihr Vorrang ist schon hoch.",
    lowest: "Ihr Vorrang ist schon niedrig.",
    largest: "Größer geht es nicht.",
    smallest: "Kleiner geht es nicht.",
    notChosen: "Diese Sprechgruppe ist weder gehalten noch gesperrt.",
    nothingChosen: "Nichts ist gehalten oder gesperrt.",
    noCalls: "Noch keine Funksprüche.",
    noLinkLost: "Keine Verbindung ist verloren.",
    isLook: "So sieht es jetzt aus.",
    isPreset: "Das ist die jetzige Auswahl.",
  },
};

export const paletteWords: typeof english.paletteWords = {
  title: "Befehle",
  button: "Alle Befehle",
  search: "Befehle suchen",
  list: "Befehle",
  recent: "Zuletzt benutzt",
  presets: "Profile",
  all: "Alle",
  found: (n) => plural(n, { one: "# Befehl", other: "# Befehle" }),
  nothing: (query) => `Kein Befehl heißt so ähnlich wie „${query}“.`,
};

export const keyWords: typeof english.keyWords = {
  none: "Keine",
  press: "Taste drücken",
  how: "Die gewünschte Taste drücken. Esc lässt alles, wie es war, die Rücktaste nimmt sie weg.",
  keyFor: (action, keys) => `${action}: ${keys}. Taste ändern`,
  pressFor: (action) => `Taste drücken für: ${action}`,
  reset: (action, keys) => `${action}: zurück zu ${keys}`,
  resetAll: "Alle Tasten wie ursprünglich",
  refused: {
    taken: (action) => `Das ist die Taste für „${action}“. Eine andere drücken, oder sie dort zuerst wegnehmen.`,
    takenEverywhere: (action) =>
      `Das ist in allen Programmen die Taste für „${action}“. Eine andere drücken, oder sie dort zuerst wegnehmen.`,
    text: "Diese Taste bearbeitet Text. Bitte eine andere.",
    control: "Diese Taste bewegt durchs Fenster und drückt, was darin ist. Bitte eine andere.",
    system: "Diese Taste gehört dem System. Bitte eine andere.",
  },
};
