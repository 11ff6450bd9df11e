export type SkippedView = { fromMs: number, toMs: number };
