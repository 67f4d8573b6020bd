import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Range } from './api';
import { fromInput, toInput } from './format';
import { base } from './styles';

/** Asks for a range of the recording in local time; tells it by the event `range`, which goes up to the page. */
@customElement('ts-range-form')
export class RangeForm extends LitElement {
  /** The range that plays now. */
  @property({ attribute: false }) range: Range | undefined;
  /** Instant to suggest as the range's end, ms since 1970. */
  @property({ attribute: false }) suggested: number | undefined;
  /** Begin of the recording, ms since 1970: nothing earlier is suggested. */
  @property({ attribute: false }) earliest: number | undefined;
  @query('[name=from]') private from!: HTMLInputElement;
  @query('[name=to]') private to!: HTMLInputElement;
  @state() private fault = '';

  static override styles = [
    base,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        align-items: end;
      }
      label {
        display: grid;
        gap: 0.2rem;
        font-size: 0.85rem;
        flex: 1 1 13rem;
        max-width: 17rem;
        color: var(--dim);
      }
      input {
        min-height: 40px;
        min-width: 0;
        width: 100%;
        padding: 0 0.6rem;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--page);
        color: var(--text);
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 600px) {
        label {
          flex-basis: 100%;
          max-width: none;
        }
      }
      p {
        flex-basis: 100%;
        margin: 0;
        color: var(--warn);
      }
    `,
  ];

  override render() {
    return html`
      <form @submit=${this.submit} novalidate data-testid="range-form">
        <label>From<input type="datetime-local" name="from" step="1" required data-testid="range-from" /></label>
        <label>To<input type="datetime-local" name="to" step="1" data-testid="range-to" /></label>
        <button class="primary" data-testid="range-play">Play range</button>
        ${this.fault ? html`<p role="alert" data-testid="range-fault">${this.fault}</p>` : nothing}
      </form>
    `;
  }

  protected override updated(changed: PropertyValues<this>) {
    // What a person typed stays; only a range from the address, and an empty form, are filled in.
    if (changed.has('range') && this.range) this.fill(this.range.from, this.range.to);
    else if (this.suggested !== undefined && !this.from.value && !this.to.value) {
      const end = Math.floor(this.suggested / 1000);
      this.fill(Math.max(end - 300, Math.ceil((this.earliest ?? 0) / 1000)), end);
    }
  }

  private fill(from: number, to: number | undefined) {
    this.from.value = toInput(from);
    this.to.value = to === undefined ? '' : toInput(to);
  }

  private submit(event: Event) {
    event.preventDefault();
    const from = fromInput(this.from.value);
    const to = fromInput(this.to.value);
    this.fault = !Number.isFinite(from) ? 'Say from when to play.' : to <= from ? '“To” must be later than “From”.' : '';
    if (this.fault) return;
    const detail = Number.isFinite(to) ? { from, to } : { from };
    this.dispatchEvent(new CustomEvent<Range>('range', { detail, bubbles: true, composed: true }));
  }
}
