import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { moment, period } from './format';
import { base } from './styles';
import type { Timeline } from './timeline';

/**
 * A line of wall-clock time from the window's start to its end, with its gaps. Tells the chosen instant
 * (ms since 1970) by the event `seek`; the parent answers by moving `position`.
 */
@customElement('ts-seek-bar')
export class SeekBar extends LitElement {
  @property({ attribute: false }) timeline: Timeline | undefined;
  /** The instant shown now, ms since 1970. */
  @property({ type: Number }) position = NaN;
  /** The instant under the pointer. */
  @state() private hover: number | undefined;
  @state() private dragging = false;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .bar {
        position: relative;
        height: 32px;
        cursor: pointer;
        touch-action: none;
        border-radius: 6px;
      }
      .bar[aria-disabled='true'] {
        cursor: default;
        opacity: 0.5;
      }
      .track,
      .played,
      .gap {
        position: absolute;
        top: 12px;
        height: 8px;
      }
      .track {
        left: 0;
        right: 0;
        border-radius: 4px;
        background: var(--track);
        overflow: hidden;
      }
      .track > * {
        top: 0;
      }
      .played {
        left: 0;
        background: var(--accent);
      }
      .gap {
        min-width: 2px;
        background: repeating-linear-gradient(115deg, var(--card) 0 3px, var(--warn) 3px 4.5px);
      }
      .thumb {
        position: absolute;
        top: 8px;
        width: 16px;
        height: 16px;
        margin-left: -8px;
        border-radius: 50%;
        background: var(--accent);
        border: 2px solid var(--card);
      }
      .tip {
        position: absolute;
        bottom: 30px;
        padding: 0.1rem 0.45rem;
        border-radius: 6px;
        background: var(--text);
        color: var(--page);
        font-size: 0.82rem;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
        pointer-events: none;
        transform: translateX(-50%);
        z-index: 1;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        margin-top: -0.3rem;
        font-size: 0.8rem;
        font-variant-numeric: tabular-nums;
        min-height: 1.2em;
      }
    `,
  ];

  override render() {
    const line = this.timeline;
    const shown = this.dragging && this.hover !== undefined ? this.hover : this.position;
    const known = line && Number.isFinite(shown);
    const [start, end] = line ? period(line.from, line.to) : ['', ''];
    return html`
      <div
        class="bar"
        role="slider"
        tabindex="0"
        data-testid="seek-bar"
        aria-label="Position in the recording"
        aria-disabled=${line ? 'false' : 'true'}
        aria-valuemin=${line ? Math.floor(line.from / 1000) : 0}
        aria-valuemax=${line ? Math.ceil(line.to / 1000) : 0}
        aria-valuenow=${known ? Math.round(shown / 1000) : 0}
        aria-valuetext=${known ? moment(shown) : 'unknown'}
        @pointermove=${this.move}
        @pointerdown=${this.press}
        @pointerup=${this.release}
        @pointercancel=${this.cancel}
        @pointerleave=${this.leave}
        @keydown=${this.key}
      >
        <div class="track">
          ${known ? html`<div class="played" style="width:${this.percent(shown)}%"></div>` : nothing} ${this.gaps()}
        </div>
        ${known ? html`<div class="thumb" style="left:${this.percent(shown)}%"></div>` : nothing}
        ${line && this.hover !== undefined
          ? html`<div class="tip" data-testid="seek-tip" style="left:clamp(4.2rem, ${this.percent(this.hover)}%, calc(100% - 4.2rem))">${moment(this.hover)}</div>`
          : nothing}
      </div>
      <div class="ends dim">
        <span data-testid="window-start">${start}</span>
        <span data-testid="window-end">${end}</span>
      </div>
    `;
  }

  private gaps() {
    const spans = this.timeline?.spans ?? [];
    return spans.slice(1).map((span, i) => {
      const from = this.percent(spans[i]!.to);
      return html`<div class="gap" data-testid="gap" style="left:${from}%;width:${this.percent(span.from) - from}%"></div>`;
    });
  }

  private percent(instant: number) {
    const { from, to } = this.timeline!;
    return to > from ? Math.min(100, Math.max(0, ((instant - from) / (to - from)) * 100)) : 0;
  }

  private instantUnder(event: PointerEvent) {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return this.timeline!.from + part * (this.timeline!.to - this.timeline!.from);
  }

  private move(event: PointerEvent) {
    if (this.timeline) this.hover = this.instantUnder(event);
  }

  private press(event: PointerEvent) {
    if (!this.timeline || event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.hover = this.instantUnder(event);
    this.dragging = true;
  }

  private release(event: PointerEvent) {
    if (!this.dragging || !this.timeline) return;
    this.dragging = false;
    this.seek(this.instantUnder(event));
    if (event.pointerType !== 'mouse') this.hover = undefined;
  }

  private leave() {
    if (!this.dragging) this.hover = undefined;
  }

  private cancel() {
    this.dragging = false;
    this.hover = undefined;
  }

  private key(event: KeyboardEvent) {
    const line = this.timeline;
    const step = { ArrowLeft: -10, ArrowRight: 10, ArrowDown: -10, ArrowUp: 10, PageDown: -60, PageUp: 60 }[event.key];
    if (!line) return;
    if (step !== undefined) this.seek(Math.min(line.to, Math.max(line.from, this.position + step * 1000)));
    else if (event.key === 'Home') this.seek(line.from);
    else if (event.key === 'End') this.seek(line.to);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private seek(instant: number) {
    this.dispatchEvent(new CustomEvent<number>('seek', { detail: instant }));
  }
}
