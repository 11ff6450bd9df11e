// What a server accepts as a new password: at least 8 characters, and no more bytes than its hash can take.
import { bytes } from "../format";
import { words } from "../words";

const LEAST = 8; // Characters.
const MOST = 72; // Bytes.

/** What to say under the field. */
export interface Rule {
  text: string;
  tone: "" | "good" | "bad";
}

/** What to say about a new password. */
export function ruleOf(current: string, fresh: string): Rule {
  const length = [...fresh].length;
  if (length === 0) return { text: words.password.rule, tone: "" };
  if (length < LEAST) return { text: words.password.tooShort(length), tone: "" };
  if (bytes(fresh) > MOST) return { text: words.password.tooLong(bytes(fresh)), tone: "bad" };
  if (fresh === current) return { text: words.password.unchanged, tone: "bad" };
  return { text: words.password.fits, tone: "good" };
}

/** Whether a server would take it. */
export function fits(current: string, fresh: string): boolean {
  return ruleOf(current, fresh).tone === "good";
}
