import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { base } from './styles';

/** A line of text to take along, with a button that copies it; with the attribute `wrap`, over several lines. */
@customElement('ts-copy')
export class CopyField extends LitElement {
  @property() value = '';
  @property() label = '';
  @state() private copied = false;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        gap: 0.5rem;
        align-items: stretch;
        min-width: 0;
      }
      code {
        flex: 1;
        min-width: 0;
        overflow-x: auto;
        white-space: nowrap;
        padding: 0.55rem 0.7rem;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--page);
        user-select: all;
      }
      :host([wrap]) code {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`
      <code tabindex="0" aria-label=${this.label} data-testid="copy-text">${this.value}</code>
      <button @click=${this.copy} aria-label="Copy ${this.label}"><span aria-live="polite">${this.copied ? 'Copied' : 'Copy'}</span></button>
    `;
  }

  private async copy() {
    // Browsers give the clipboard only to https and localhost; elsewhere the text is selected for Ctrl+C.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(this.value);
      this.copied = true;
      setTimeout(() => (this.copied = false), 1500);
    } else {
      getSelection()?.selectAllChildren(this.renderRoot.querySelector('code')!);
    }
  }
}
