// What Squelch and its servers say of themselves, as lines of the settings.
import type { ServerView } from "../../generated/ServerView";
import type { ServerId } from "../../generated/ServerId";
import type { About, Licence } from "../../ipc";
import { words } from "../../words";
import type { Line, Press } from "./line";

/** What the lines do things with. */
export interface AboutHands {
  readonly source: () => void;
  readonly licence: (licence: Licence) => void;
  readonly folder: () => void;
  readonly write: (server: ServerId) => void;
}

/** The lines: Squelch's, where the shell has said something, and one for each server. */
export function aboutLines(about: About | null, servers: readonly ServerView[], hands: AboutHands): readonly Line[] {
  return [...(about ? ofSquelch(about, hands) : []), ...servers.map((server) => ofServer(server, hands))];
}

function ofSquelch(about: About, hands: AboutHands): Line[] {
  const own = words.sheet;
  const licence = (which: Licence): Press => ({
    id: `licence-${which}`,
    name: own.licence[which],
    run: () => hands.licence(which),
  });
  return [
    {
      id: "version",
      section: "about",
      name: `${words.program.name} ${about.version}`,
      what: own.versionWhat,
      also: own.version,
      kind: "plain",
      facts: [[own.build, about.build]],
    },
    {
      id: "licences",
      section: "about",
      name: own.licences,
      what: own.licencesWhat,
      note: about.notices ? null : own.noNotices,
      also: own.licencesAlso,
      kind: "plain",
      facts: [[own.source, about.source]],
      presses: [
        { id: "open-source", name: own.openSource, run: hands.source },
        licence("mit"),
        licence("apache"),
        ...(about.notices ? [licence("thirdParty")] : []),
      ],
    },
    {
      id: "folders",
      section: "about",
      name: own.folders,
      what: own.foldersWhat,
      also: own.foldersAlso,
      kind: "plain",
      facts: [
        [own.settingsFolder, about.data],
        [own.logsFolder, about.logs],
      ],
      presses: [{ id: "open-data-folder", name: own.openFolder, run: hands.folder }],
    },
  ];
}

function ofServer(server: ServerView, hands: AboutHands): Line {
  const own = words.sheet;
  const { branding, version, routes, support } = server;
  const write: Press = { id: `write-${server.id}`, name: own.write, run: () => hands.write(server.id) };
  return {
    id: `server-${server.id}`,
    section: "about",
    name: own.server(server.name),
    what: own.serverWhat,
    also: own.serverAlso,
    kind: "plain",
    facts: [
      [own.address, server.address],
      ...(branding === null ? [] : [[own.branding, branding] as const]),
      [own.version, version ?? own.unknown],
      ...(routes === null ? [] : [[own.routes, own.routesOf(routes)] as const]),
      [own.support, support?.text ?? own.noSupport],
    ],
    presses: support?.mail ? [write] : [],
  };
}
