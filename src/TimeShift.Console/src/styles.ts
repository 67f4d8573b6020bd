import { css } from 'lit';

/** What every component's shadow root starts from; the colours are in theme.css. */
export const base = css`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.35rem;
    min-height: 40px;
    padding: 0 0.75rem;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--card);
    cursor: pointer;
    white-space: nowrap;
  }
  button:hover {
    background: var(--card-hover);
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  button svg {
    width: 20px;
    height: 20px;
    fill: currentColor;
  }
  code {
    font-family: var(--mono);
    font-size: 0.87em;
  }
  .dim {
    color: var(--dim);
  }
`;
