import type { LevelDetails } from 'hls.js';

/** Footage without a hole: wall clock in ms since 1970, and where its start lies on the video element's own line, in seconds. */
export interface Span {
  from: number;
  to: number;
  media: number;
}

/** Holes shorter than this are rounding and clock correction, not gaps, in ms. */
const tolerance = 500;

/**
 * The wall-clock window that a playlist covers. The video element's own time has no holes and no date;
 * PROGRAM-DATE-TIME of the segments says which instant each of its seconds shows.
 */
export class Timeline {
  private constructor(
    readonly spans: readonly [Span, ...Span[]],
    readonly live: boolean,
  ) {}

  /** Undefined when the playlist is empty or has no dates. */
  static of(details: LevelDetails): Timeline | undefined {
    const spans: Span[] = [];
    for (const fragment of details.fragments) {
      const from = fragment.programDateTime;
      if (from === null || fragment.gap) continue;
      const to = from + fragment.duration * 1000;
      const last = spans.at(-1);
      if (last && Math.abs(from - last.to) < tolerance) last.to = to;
      else spans.push({ from, to, media: fragment.start });
    }

    const [first, ...rest] = spans;
    if (!first) return undefined;
    // Parts of the segment that is still being made lie behind the last whole one.
    const last = rest.at(-1) ?? first;
    last.to = Math.max(last.to, last.from + (details.edge - last.media) * 1000);
    return new Timeline([first, ...rest], details.live);
  }

  get from(): number {
    return this.spans[0].from;
  }

  get to(): number {
    return (this.spans.at(-1) ?? this.spans[0]).to;
  }

  /** Where on the video's line the instant is; a start in a gap moves to the next footage. */
  mediaAt(instant: number): number {
    for (const span of this.spans) {
      if (instant < span.to) return span.media + Math.max(0, instant - span.from) / 1000;
    }
    const last = this.spans.at(-1) ?? this.spans[0];
    return last.media + (last.to - last.from) / 1000;
  }

  /** The instant that is shown at a position of the video. */
  instantAt(media: number): number {
    let found = this.spans[0];
    for (const span of this.spans) {
      if (span.media <= media + 0.001) found = span;
    }
    return Math.min(found.to, found.from + (media - found.media) * 1000);
  }
}
