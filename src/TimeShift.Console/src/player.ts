import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { playlistPath, type Range, type Stream } from './api';
import './copy-field';
import { clock, dateUnlessToday, duration, moment } from './format';
import * as icons from './icons';
import { Playback } from './playback';
import { playerStyles } from './player-styles';
import './range-form';
import './seek-bar';
import { base } from './styles';

declare global {
  interface Window {
    /** For tests and the curious. */
    timeshift?: { hls: Playback['hls'] | undefined; video: HTMLVideoElement };
  }
}

/** Plays one stream, live or a range of it. Wishes to play something else go out as the event `range` (null: live). */
@customElement('ts-player')
export class Player extends LitElement {
  @property() name = '';
  @property({ attribute: false }) stream: Stream | undefined;
  @property({ attribute: false }) range: Range | undefined;
  /** Counts up a few times a second: position, volume and the rest are read from the element at render. */
  @state() private tick = 0;
  @query('video') private video!: HTMLVideoElement;
  @query('.stage') private stage!: HTMLElement;
  private playback: Playback | undefined;
  private playing = '';
  private timer = 0;

  static override styles = [base, playerStyles];

  override connectedCallback() {
    super.connectedCallback();
    this.timer = window.setInterval(() => this.tick++, 250);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.stop();
  }

  protected override updated(changed: PropertyValues<this>) {
    const path = playlistPath(this.name, this.stream, this.range);
    const cameBack = changed.has('stream') && this.stream?.live && changed.get('stream')?.live === false;
    if (path !== this.playing || (cameBack && this.playback?.fault)) this.start(path);
  }

  private start(path: string) {
    this.stop();
    this.playing = path;
    if (Playback.supported) {
      this.playback = new Playback(this.video, path, this.range !== undefined, () => this.tick++);
    } else {
      // Browsers that play HLS by themselves only (older iPhones), with their own controls.
      this.video.controls = true;
      this.video.src = path;
    }
    window.timeshift = { hls: this.playback?.hls, video: this.video };
    this.tick++;
  }

  private stop() {
    this.playback?.destroy();
    this.playback = undefined;
    this.playing = '';
  }

  override render() {
    const { stream, range, playback } = this;
    const url = new URL(playlistPath(this.name, stream, range), location.href).href;
    return html`
      <section aria-label="Player of ${this.name}" @keydown=${this.key}>
        <div class="stage">
          <div class="screen">
            <video playsinline data-testid="video" @click=${this.toggle}></video>
            ${this.notice()}
          </div>
          ${Playback.supported ? this.controls() : nothing}
        </div>
        <div class="below">
          <h2>${range ? 'A range of the recording' : 'Play a range of the recording'}</h2>
          <ts-range-form
            .range=${range}
            .earliest=${stream?.firstInstant ? Date.parse(stream.firstInstant) : undefined}
            .suggested=${playback?.timeline?.to ?? this.lastRecorded()}
          ></ts-range-form>
          <div class="url">
            <span class="dim">${range ? 'This range' : 'Live'} in any player:</span>
            <ts-copy data-testid="url" label="playlist address" .value=${url}></ts-copy>
          </div>
        </div>
      </section>
    `;
  }

  private lastRecorded() {
    return this.stream?.lastInstant ? Date.parse(this.stream.lastInstant) : undefined;
  }

  private notice() {
    const fault = this.playback?.fault;
    if (fault) {
      const offline = this.stream?.live === false && !this.range;
      const last = this.lastRecorded();
      return html`
        <div class="notice" role="alert" data-testid="error">
          <strong>${offline ? 'The stream is offline' : fault.title}</strong>
          <span>${fault.detail}</span>
          ${offline ? html`<span>${last ? `Its last footage is of ${moment(last)}. ` : ''}It starts here by itself when it comes back.</span>` : nothing}
          <span class="choices">
            <button class="primary" data-testid="retry" @click=${() => this.start(playlistPath(this.name, this.stream, this.range))}>Try again</button>
            ${this.range ? html`<button @click=${this.leaveRange}>Go to live</button>` : nothing}
          </span>
        </div>
      `;
    }

    const waiting = this.video && this.video.readyState < 3 && !this.video.paused;
    if (this.stream?.live === false && !this.range) {
      const last = this.lastRecorded();
      return html`<div class="ribbon" role="status" data-testid="offline">Offline${last ? ` since ${moment(last)}` : ''}</div>`;
    }
    return waiting ? html`<div class="spinner" role="status" aria-label="Loading"></div>` : nothing;
  }

  private controls() {
    const { playback, range } = this;
    const video = this.video as HTMLVideoElement | undefined;
    const paused = !video || video.paused || playback?.fault !== undefined;
    const silent = !video || video.muted || video.volume === 0;
    const position = playback?.timeline ? playback.position : undefined;
    const edge = !range && this.stream?.live !== false && (playback?.atEdge ?? false);
    return html`
      <div class="controls">
        <ts-seek-bar .timeline=${playback?.timeline} .position=${position ?? NaN} @seek=${this.seek}></ts-seek-bar>
        <div class="row">
          <button class="icon" data-testid="play" aria-label=${paused ? 'Play' : 'Pause'} @click=${this.toggle}>${paused ? icons.play : icons.pause}</button>
          <span class="steps">
            ${[-30, -10, 10].map(
              (seconds) => html`<button
                data-testid=${seconds < 0 ? `back-${-seconds}` : `forward-${seconds}`}
                aria-label="${Math.abs(seconds)} seconds ${seconds < 0 ? 'back' : 'forward'}"
                @click=${() => this.step(seconds)}
              >${seconds < 0 ? '−' : '+'}${Math.abs(seconds)} s</button>`,
            )}
          </span>
          <button class="live ${edge ? 'lit' : ''}" data-testid="live" aria-pressed=${edge} title="Jump to the live edge" @click=${this.goLive}>
            <span class="dot"></span>LIVE
          </button>
          <span class="clock" data-testid="clock" data-instant=${position === undefined ? nothing : Math.round(position)}>
            ${position === undefined
              ? html`<span class="dim">–</span>`
              : html`<b>${clock(position)}</b> <span class="dim">${this.beside(position, edge)}</span>`}
          </span>
          <span class="volume">
            <button class="icon" data-testid="mute" aria-label=${silent ? 'Sound on' : 'Mute'} @click=${this.mute}>${silent ? icons.muted : icons.sound}</button>
            <input type="range" min="0" max="1" step="0.05" aria-label="Volume" data-testid="volume" .value=${String(silent ? 0 : video.volume)} @input=${this.volume} />
          </span>
          <button class="icon large" data-testid="fullscreen" aria-label="Full screen" @click=${this.fullscreen}>${icons.enlarge}</button>
        </div>
      </div>
    `;
  }

  /** What stands beside the clock: the date unless it is today's, and how far behind live this is. */
  private beside(position: number, edge: boolean) {
    const late = this.playback?.live && !edge ? `${duration(this.playback.behind)} behind` : '';
    return [dateUnlessToday(position), late].filter(Boolean).join(' · ');
  }

  private seek(event: CustomEvent<number>) {
    this.playback?.seek(event.detail);
    this.tick++;
  }

  private step(seconds: number) {
    this.playback?.step(seconds);
    this.tick++;
  }

  private goLive() {
    if (this.range) this.leaveRange();
    else this.playback?.goLive();
  }

  private leaveRange() {
    this.dispatchEvent(new CustomEvent<Range | null>('range', { detail: null, bubbles: true, composed: true }));
  }

  private toggle() {
    if (!this.video.paused) this.video.pause();
    else if (this.playback) void this.playback.play();
    this.tick++;
  }

  private mute() {
    if (this.video.volume === 0) this.video.volume = 0.5;
    else this.video.muted = !this.video.muted;
    this.tick++;
  }

  private volume(event: Event) {
    this.video.volume = Number((event.target as HTMLInputElement).value);
    this.video.muted = false;
    this.tick++;
  }

  private fullscreen() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.stage.requestFullscreen();
  }

  private key(event: KeyboardEvent) {
    const from = event.composedPath()[0];
    if (from instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = from instanceof HTMLButtonElement;
    if (event.key === ' ' && !onButton) this.toggle();
    else if (event.key === 'ArrowLeft') this.step(-10);
    else if (event.key === 'ArrowRight') this.step(10);
    else if (event.key === 'm') this.mute();
    else if (event.key === 'f') this.fullscreen();
    else if (event.key === 'l') this.goLive();
    else return;
    event.preventDefault();
  }
}
