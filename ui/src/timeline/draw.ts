// Draws the timeline. Only what can be seen is drawn, so that thousands of calls cost no more than the lanes in sight.
import { markColor } from "../color";
import type { CallKey } from "../generated/CallKey";
import { sameCall } from "../state";
import type { Look } from "../theme";
import type { Mark, Stretch } from "./stretch";
import { placeOf, rounds, type Window } from "./view";

/** How high a lane is, and the line of times above all of them. */
export const LANE = 34;
export const AXIS = 20;

/** The window's own colours. */
export interface Paint {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly over: string;
  readonly live: string;
}

/** What is to be drawn. */
export interface Picture {
  readonly stretch: Stretch;
  /** The time that is shown, on the part right of the names. */
  readonly window: Window;
  /** How wide the names are. */
  readonly names: number;
  readonly height: number;
  /** How far the lanes are scrolled. */
  readonly scrolled: number;
  /** None where that is out of sight. */
  readonly now: number | null;
  /** The call in the player, and how far it has come. */
  readonly playing: { readonly key: CallKey; readonly position: number } | null;
  /** Where Enter would play from. */
  readonly place: { readonly key: CallKey; readonly position: number } | null;
  readonly look: Look;
  readonly paint: Paint;
  /** Writes a time on the line. */
  readonly clock: (ms: number) => string;
}

/** Draws all of it, on a canvas of that many pixels for each of the page's. */
export function draw(context: CanvasRenderingContext2D, picture: Picture, density: number): void {
  const { window, names, height } = picture;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, names + window.width, height);
  context.save();
  context.translate(names, 0);
  drawTimes(context, picture);
  context.beginPath();
  context.rect(0, AXIS, window.width, height - AXIS);
  context.clip();
  drawGaps(context, picture);
  drawLanes(context, picture);
  drawNow(context, picture);
  context.restore();
}

function drawTimes(context: CanvasRenderingContext2D, { window, height, paint, clock }: Picture): void {
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "center";
  for (const time of rounds(window)) {
    const x = Math.round(placeOf(window, time));
    context.fillStyle = paint.line;
    context.fillRect(x, AXIS, 1, height);
    // One that would be cut off says nothing.
    if (x < 26 || x > window.width - 26) continue;
    context.fillStyle = paint.soft;
    context.fillText(clock(time), x, AXIS / 2);
  }
}

/** A gap lies behind the lanes of its server. */
function drawGaps(context: CanvasRenderingContext2D, { stretch, window, scrolled, paint }: Picture): void {
  for (const { server, fromMs, toMs } of stretch.gaps) {
    const [from, to] = [placeOf(window, fromMs), placeOf(window, toMs)];
    const first = stretch.lanes.findIndex((lane) => lane.server === server);
    const count = stretch.lanes.filter((lane) => lane.server === server).length;
    if (first < 0 || to < 0 || from > window.width) continue;
    const [x, end] = [Math.max(0, from), Math.min(window.width, to)];
    const y = AXIS + first * LANE - scrolled;
    context.save();
    context.beginPath();
    context.rect(x, y, Math.max(2, end - x), count * LANE);
    context.clip();
    context.strokeStyle = paint.over;
    context.lineWidth = 3;
    context.beginPath();
    for (let at = x - count * LANE; at < end; at += 10) {
      context.moveTo(at, y + count * LANE);
      context.lineTo(at + count * LANE, y);
    }
    context.stroke();
    context.restore();
  }
}

function drawLanes(context: CanvasRenderingContext2D, picture: Picture): void {
  const { stretch, window, scrolled, height, look, paint } = picture;
  const first = Math.max(0, Math.floor(scrolled / LANE));
  const last = Math.min(stretch.lanes.length, Math.ceil((scrolled + height - AXIS) / LANE));
  for (let lane = first; lane < last; lane += 1) {
    const top = AXIS + lane * LANE - scrolled;
    context.fillStyle = paint.line;
    context.fillRect(0, top + LANE - 1, window.width, 1);
    const color = markColor(stretch.lanes[lane]?.color ?? null, look);
    for (const mark of stretch.seen(lane, window.end - window.span, window.end))
      drawCall(context, picture, mark, top, color);
  }
}

function drawCall(context: CanvasRenderingContext2D, picture: Picture, mark: Mark, top: number, color: string): void {
  const { window, paint, playing, place } = picture;
  const x = placeOf(window, mark.start);
  const width = Math.max(2, (mark.length / window.span) * window.width - 1);
  const [middle, room] = [top + LANE / 2 - 1, LANE / 2 - 6];
  const position = playing && sameCall(playing.key, mark.key) ? playing.position : null;
  if (position !== null) {
    context.fillStyle = paint.over;
    context.fillRect(x - 2, top + 2, width + 4, LANE - 5);
  }
  const { fate } = mark;
  context.fillStyle = context.strokeStyle = fate === "unavailable" ? paint.soft : color;
  context.globalAlpha = fate === "heard" || fate === "skipped" ? 0.62 : 1;
  if (fate === "unavailable") drawCross(context, x, middle, Math.max(6, width));
  else if (fate === "filtered") drawHollow(context, x, middle, width);
  else drawShape(context, mark.shape, x, middle, width, fate === "skipped" ? room / 2 : room);
  context.globalAlpha = 1;
  if (fate === "unheard") {
    context.fillStyle = paint.ink;
    context.fillRect(x, top + LANE - 5, width, 2);
  }
  const at = place && sameCall(place.key, mark.key) && place.position > 0 ? place.position : null;
  for (const [ms, ink] of [
    [position, paint.live],
    [at, paint.ink],
  ] as const) {
    if (ms === null) continue;
    context.fillStyle = ink;
    context.fillRect(x + (ms / mark.length) * width - 1, top + 2, 2, LANE - 5);
  }
}

/** As many bars as there is room for, each the loudest of its part. */
function drawShape(
  context: CanvasRenderingContext2D,
  shape: string,
  x: number,
  middle: number,
  width: number,
  room: number,
): void {
  const bars = Math.max(1, Math.min(shape.length || 1, Math.floor(width / 3)));
  const step = width / bars;
  for (let bar = 0; bar < bars; bar += 1) {
    const part = shape.slice((bar * shape.length) / bars, ((bar + 1) * shape.length) / bars);
    const loudest = [...part].reduce((most, digit) => Math.max(most, parseInt(digit, 16)), 0);
    // Speech is mostly quiet: the root lifts its detail off the floor. Without a shape all are the same.
    const half = shape === "" ? room * 0.6 : Math.max(1, Math.sqrt(loudest / 15) * room);
    context.fillRect(x + bar * step, middle - half, Math.max(1, step - (bars > 1 ? 1 : 0)), half * 2);
  }
}

function drawHollow(context: CanvasRenderingContext2D, x: number, middle: number, width: number): void {
  context.lineWidth = 1;
  context.strokeRect(Math.round(x) + 0.5, Math.round(middle) - 4.5, Math.max(2, Math.round(width) - 1), 9);
}

function drawCross(context: CanvasRenderingContext2D, x: number, middle: number, width: number): void {
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, middle - 4);
  context.lineTo(x + width, middle + 4);
  context.moveTo(x, middle + 4);
  context.lineTo(x + width, middle - 4);
  context.stroke();
}

/** Beyond now there is nothing yet. */
function drawNow(context: CanvasRenderingContext2D, { window, now, height, paint }: Picture): void {
  if (now === null) return;
  const x = placeOf(window, now);
  if (x < 0 || x > window.width) return;
  context.fillStyle = paint.live;
  context.fillRect(Math.min(x, window.width - 2), AXIS, 2, height);
}
