export type CatchUpState = "notNeeded" | "offered" | "on";
