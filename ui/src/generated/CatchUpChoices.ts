import type { CatchUpMode } from "./CatchUpMode";
export type CatchUpChoices = { mode: CatchUpMode, afterSeconds: number, mostMinutes: number | null };
