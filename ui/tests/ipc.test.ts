// Between the window and the core.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, test, vi } from "vitest";

import { send } from "../src/ipc";

afterEach(clearMocks);

test("wishes reach the core in the order in which they were had, also after one that was refused", async () => {
  const asked: { command: unknown; end: (how: "accepted" | "refused") => void }[] = [];
  mockIPC((_, payload) => {
    return new Promise((accept, refuse) => {
      const { command } = payload as { command: unknown };
      asked.push({ command, end: (how) => (how === "accepted" ? accept(null) : refuse({ code: "notPossible" })) });
    });
  });
  const [mute, sound, live] = [
    send({ kind: "mute", on: true }),
    send({ kind: "mute", on: false }),
    send({ kind: "listen", on: true }),
  ];
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.end("refused");
  await expect(mute).rejects.toEqual({ code: "notPossible" });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]!.end("accepted");
  await sound;
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  asked[2]!.end("accepted");
  await live;
  const wishes = asked.map((one) => one.command);
  expect(wishes).toEqual([
    { kind: "mute", on: true },
    { kind: "mute", on: false },
    { kind: "listen", on: true },
  ]);
});
