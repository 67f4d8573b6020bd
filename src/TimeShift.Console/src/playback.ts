import Hls, { Events, type ErrorData, type HlsConfig } from 'hls.js';
import { problemText } from './api';
import { Timeline } from './timeline';

/** Why nothing plays, in words for people. */
export interface Fault {
  title: string;
  detail: string;
}

/**
 * One playlist on one video element, in wall-clock terms. It runs once: another playlist, or another try, is another Playback.
 * Calls `changed` when the timeline or the fault is another.
 */
export class Playback {
  readonly hls: Hls;
  timeline: Timeline | undefined;
  fault: Fault | undefined;
  private lastRecovery = -Infinity;

  constructor(
    readonly video: HTMLVideoElement,
    url: string,
    /** A range begins at its first frame, also while it is still growing; a live stream begins at its edge. */
    fromStart: boolean,
    private readonly changed: () => void,
  ) {
    const config: Partial<HlsConfig> = { backBufferLength: 60, liveDurationInfinity: true };
    if (fromStart) config.startPosition = 0;
    this.hls = new Hls(config);
    this.hls.on(Events.LEVEL_UPDATED, (_, data) => {
      this.timeline = Timeline.of(data.details);
      this.stayInWindow();
      this.changed();
    });
    this.hls.on(Events.ERROR, (_, data) => this.onError(data));
    this.hls.loadSource(url);
    this.hls.attachMedia(video);
    void this.play();
  }

  static get supported() {
    return Hls.isSupported();
  }

  destroy() {
    this.hls.destroy();
  }

  /** The instant on screen, ms since 1970; undefined before there is a picture. */
  get position(): number | undefined {
    if (this.video.readyState === HTMLMediaElement.HAVE_NOTHING) return undefined;
    // Until a seek has its data, hls.js still counts from the segment that was left, on the other side of a gap maybe.
    const arrived = !this.video.seeking && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const shown = arrived ? this.hls.playingDate?.getTime() : undefined;
    return shown ?? this.timeline?.instantAt(this.video.currentTime);
  }

  get live(): boolean {
    return this.timeline?.live ?? false;
  }

  /** How far the screen is behind the newest footage, in seconds. */
  get behind(): number {
    const { timeline, position } = this;
    return timeline && position !== undefined ? Math.max(0, (timeline.to - position) / 1000) : 0;
  }

  /** At the live edge means: no further from where hls.js would start than jitter explains. */
  get atEdge(): boolean {
    const sync = this.hls.liveSyncPosition;
    return this.live && sync !== null && this.video.currentTime > sync - 4;
  }

  seek(instant: number) {
    if (this.timeline) this.moveTo(this.timeline.mediaAt(instant));
  }

  /** Steps over footage, not over the clock: a step back at the end of a gap reaches what lies before it. */
  step(seconds: number) {
    this.moveTo(this.video.currentTime + seconds);
  }

  goLive() {
    const sync = this.hls.liveSyncPosition;
    if (sync !== null) this.video.currentTime = sync;
    void this.play();
  }

  async play() {
    try {
      await this.video.play();
    } catch (error) {
      // Without a click on this page, browsers let only silent video start by itself.
      if ((error as DOMException).name !== 'NotAllowedError' || this.video.muted) return;
      this.video.muted = true;
      await this.video.play().catch(() => undefined);
    }
  }

  private moveTo(media: number) {
    const first = this.timeline?.spans[0].media ?? 0;
    const last = this.live ? (this.hls.liveSyncPosition ?? this.video.duration) : this.video.duration - 0.1;
    this.video.currentTime = Math.max(first, Number.isFinite(last) ? Math.min(media, last) : media);
  }

  /** A viewer who paused in the past is moved along with the window's start; hls.js would send them to the live edge. */
  private stayInWindow() {
    const first = this.timeline?.spans[0];
    if (!first || !this.live || this.video.readyState === 0 || this.video.seeking) return;
    if (this.video.currentTime < first.media) this.video.currentTime = first.media + 2;
  }

  private onError(data: ErrorData) {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && performance.now() - this.lastRecovery > 5000) {
      this.lastRecovery = performance.now();
      this.hls.recoverMediaError();
      return;
    }

    this.fault = faultOf(data);
    this.hls.stopLoad();
    this.changed();
  }
}

function faultOf(data: ErrorData): Fault {
  const status = data.response?.code;
  if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
    if (!status) return { title: 'The server does not answer', detail: data.error.message };
    const title = status === 404 ? 'There is nothing to play here' : `The server answered ${status}`;
    return { title, detail: problemText(bodyOf(data.networkDetails)) ?? data.response?.text ?? data.error.message };
  }

  const codecs = data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR || data.details === Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR;
  return {
    title: codecs ? 'This browser cannot decode the stream' : 'The picture cannot be played',
    detail: `${data.reason ?? data.error.message} (${data.details})`,
  };
}

function bodyOf(request: unknown): string {
  // Reading the text of a request for bytes throws.
  return request instanceof XMLHttpRequest && ['', 'text'].includes(request.responseType) ? request.responseText : '';
}
