// Where the focus is after a notice was put away.
import { describe, expect, test } from "vitest";

import { open } from "./open";
import { busy, problem, quiet, updateOf } from "./town";

const notice = (id: number) => ({ id, problem: problem("settingsNotSaved", `The settings cannot be written, ${id}.`) });
const dismiss = (id: number): HTMLElement =>
  [...document.querySelectorAll<HTMLElement>("[data-testid=notice]")]
    .find((line) => line.textContent?.includes(`written, ${id}.`))!
    .querySelector<HTMLElement>("[data-testid=dismiss]")!;

describe("a notice that was put away by key", () => {
  test("hands the focus on to the next one, and the last one to what is behind it", async () => {
    const { tell, user } = await open(busy({ notices: [notice(1), notice(2)] }));
    dismiss(1).focus();
    await user.keyboard("{Enter}");
    await tell(updateOf(101, { kind: "noticeWithdrawn", notice: 1 }));
    expect(dismiss(2)).toHaveFocus();
    await user.keyboard("{Enter}");
    await tell(updateOf(102, { kind: "noticeWithdrawn", notice: 2 }));
    expect(document.querySelector("main")).toContainElement(document.activeElement as HTMLElement);
  });

  test("hands it on also on the first screen", async () => {
    const { tell } = await open(quiet({ servers: [], notices: [notice(1)] }));
    dismiss(1).focus();
    await tell(updateOf(101, { kind: "noticeWithdrawn", notice: 1 }));
    expect(document.body).not.toHaveFocus();
  });
});

test("a notice that goes by itself leaves the focus where it is", async () => {
  const { tell, user } = await open(busy({ notices: [notice(1), notice(2)] }));
  dismiss(2).focus();
  await tell(updateOf(101, { kind: "noticeWithdrawn", notice: 1 }));
  expect(dismiss(2)).toHaveFocus();
  // A click on what takes no focus takes it away from the button.
  await user.click(document.querySelector("h2")!);
  await tell(updateOf(102, { kind: "noticeWithdrawn", notice: 2 }));
  expect(document.body).toHaveFocus();
});
