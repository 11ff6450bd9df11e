export type CatchUpMode = "off" | "offered" | "automatic";
