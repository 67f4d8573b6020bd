import type { Track } from './api';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });

/** Local time with seconds, of milliseconds since 1970. */
export const clock = (instant: number) => time.format(instant);

/** The date, unless it is today's. */
export const dateUnlessToday = (instant: number) => (day.format(instant) === day.format(Date.now()) ? '' : day.format(instant));

/** Local date (unless today) and time. */
export const moment = (instant: number) => [dateUnlessToday(instant), clock(instant)].filter(Boolean).join(', ');

/** From one instant to another, with what is needed to tell their days apart. */
export const period = (from: number, to: number): [string, string] =>
  day.format(from) === day.format(to) ? [moment(from), clock(to)] : [`${day.format(from)}, ${clock(from)}`, `${day.format(to)}, ${clock(to)}`];

/** Seconds as 0:34, 12:05 or 1:02:09. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Value of an <input type="datetime-local" step="1">: local time, no zone. */
export function toInput(seconds: number): string {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Seconds since 1970 of such an input's value; NaN when it is empty. */
export const fromInput = (value: string) => new Date(value).getTime() / 1000;

const families: Record<string, string> = {
  avc1: 'H.264',
  avc3: 'H.264',
  hvc1: 'H.265',
  hev1: 'H.265',
  av01: 'AV1',
  vp09: 'VP9',
  mp4a: 'AAC',
  alaw: 'G.711 A-law',
  ulaw: 'G.711 µ-law',
  opus: 'Opus',
  Opus: 'Opus',
};

/** A track for people: "H.264 1280×720 25 fps", "AAC 48 kHz stereo". */
export function describe(track: Track): string {
  const words = [families[track.codec.split('.')[0] ?? ''] ?? track.codec];
  if (track.width && track.height) words.push(`${track.width}×${track.height}`);
  if (track.frameRate) words.push(`${Math.round(track.frameRate * 100) / 100} fps`);
  if (track.sampleRate) words.push(`${track.sampleRate / 1000} kHz`);
  if (track.channels) words.push(track.channels === 1 ? 'mono' : track.channels === 2 ? 'stereo' : `${track.channels} channels`);
  return words.join(' ');
}
