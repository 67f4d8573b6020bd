/** One track of a stream, as the API tells it. */
export interface Track {
  kind: 'video' | 'audio';
  /** RFC 6381, such as avc1.64001F. */
  codec: string;
  width?: number;
  height?: number;
  frameRate?: number;
  sampleRate?: number;
  channels?: number;
}

export interface Stream {
  name: string;
  live: boolean;
  /** Path of the stream's playlist. */
  hls: string;
  tracks: Track[];
  /** Oldest and newest recorded instant, ISO 8601; absent while nothing is recorded. */
  firstInstant?: string;
  lastInstant?: string;
  source?: string;
  /** Why the source does not deliver, and when it is tried again. */
  error?: string;
  nextTry?: string;
}

/** Wall-clock bounds in seconds since 1970, as in the URL; without `to`, the range goes on growing. */
export interface Range {
  from: number;
  to?: number;
}

/** @throws {Error} The server does not answer, or answers with an error; the message can be shown. */
export async function fetchStreams(signal: AbortSignal): Promise<Stream[]> {
  const response = await fetch('/api/v1/streams', { signal, headers: { accept: 'application/json' } });
  const body = await response.text();
  if (!response.ok) throw new Error(problemText(body) ?? `The server answered ${response.status} ${response.statusText}.`);
  return (JSON.parse(body) as { streams: Stream[] }).streams;
}

/** What a problem document (RFC 9457) says; undefined when the text is none. */
export function problemText(body: string): string | undefined {
  try {
    const problem = JSON.parse(body) as { title?: string; detail?: string };
    return problem.detail ?? problem.title;
  } catch {
    return undefined;
  }
}

const encodePath = (name: string) => name.split('/').map(encodeURIComponent).join('/');

/** Path and query of a stream's playlist; a stream that is not in the list (yet) has the usual path. */
export function playlistPath(name: string, stream?: Stream, range?: Range): string {
  const path = stream?.hls ?? `/${encodePath(name)}/index.m3u8`;
  if (!range) return path;
  return `${path}?from=${range.from}${range.to === undefined ? '' : `&to=${range.to}`}`;
}

/** The page's own address of a stream: #/stream/live/cam?from=…&to=… */
export function routeTo(name: string, range?: Range): string {
  const query = range ? `?from=${range.from}${range.to === undefined ? '' : `&to=${range.to}`}` : '';
  return `#/stream/${encodePath(name)}${query}`;
}

export interface Route {
  name: string;
  range?: Range;
}

/** Undefined for the list, and for what is no address of a stream. */
export function readRoute(hash: string): Route | undefined {
  const match = /^#\/stream\/([^?]+)(?:\?(.*))?$/.exec(hash);
  if (!match?.[1]) return undefined;
  try {
    const name = decodeURIComponent(match[1]);
    const query = new URLSearchParams(match[2] ?? '');
    const from = number(query.get('from'));
    const to = number(query.get('to'));
    if (from === undefined) return { name };
    return { name, range: to === undefined ? { from } : { from, to } };
  } catch {
    return undefined; // a stray percent sign
  }
}

function number(text: string | null): number | undefined {
  const value = Number(text);
  return text && Number.isFinite(value) ? value : undefined;
}
