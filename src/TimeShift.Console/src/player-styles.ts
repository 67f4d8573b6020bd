import { css } from 'lit';

export const playerStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  .stage {
    display: flex;
    flex-direction: column;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    overflow: hidden;
  }
  .stage:fullscreen {
    border: 0;
    border-radius: 0;
  }
  .screen {
    position: relative;
    aspect-ratio: 16 / 9;
    max-height: 72vh;
    background: #000;
  }
  .stage:fullscreen .screen {
    flex: 1;
    min-height: 0;
    max-height: none;
    aspect-ratio: auto;
  }
  video {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
    cursor: pointer;
  }
  .notice {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    padding: 1rem;
    background: rgb(8 10 13 / 86%);
    color: #e8ecf1;
    text-align: center;
    overflow: auto;
  }
  .notice strong {
    font-size: 1.15rem;
  }
  .notice span {
    max-width: 46rem;
    overflow-wrap: anywhere;
  }
  .choices {
    display: flex;
    gap: 0.5rem;
    margin-top: 0.5rem;
  }
  .choices button:not(.primary) {
    background: transparent;
    border-color: #55606e;
  }
  .ribbon {
    position: absolute;
    top: 0.7rem;
    left: 0.7rem;
    padding: 0.2rem 0.6rem;
    border-radius: 6px;
    background: rgb(8 10 13 / 80%);
    color: #e8ecf1;
    font-size: 0.9rem;
    pointer-events: none;
  }
  .spinner {
    position: absolute;
    inset: 0;
    margin: auto;
    width: 44px;
    height: 44px;
    border: 4px solid rgb(255 255 255 / 25%);
    border-top-color: #fff;
    border-radius: 50%;
    animation: turn 1s linear infinite;
    pointer-events: none;
  }
  @keyframes turn {
    to {
      transform: rotate(360deg);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 4s;
    }
  }
  .controls {
    padding: 0.35rem 0.8rem 0.7rem;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    margin-top: 0.25rem;
  }
  .steps {
    display: inline-flex;
    gap: 0.35rem;
  }
  .steps button {
    padding: 0 0.6rem;
    font-variant-numeric: tabular-nums;
  }
  button.icon {
    width: 42px;
    padding: 0;
  }
  .live {
    font-weight: 700;
    font-size: 0.85rem;
    letter-spacing: 0.05em;
    color: var(--dim);
  }
  .live .dot {
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: currentColor;
  }
  .live.lit {
    color: var(--live);
    border-color: currentColor;
  }
  .clock {
    flex: 1;
    min-width: 9.5rem;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    padding-left: 0.25rem;
  }
  .clock b {
    font-size: 1.1rem;
  }
  .volume {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
  }
  .volume input {
    width: 90px;
    accent-color: var(--accent);
  }
  .below {
    display: grid;
    gap: 0.7rem;
    margin-top: 1rem;
    padding: 0.9rem 1rem 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
  }
  h2 {
    margin: 0;
    font-size: 1rem;
  }
  .url {
    display: grid;
    gap: 0.25rem;
    font-size: 0.9rem;
    min-width: 0;
  }
  @media (max-width: 600px) {
    .controls {
      padding: 0.3rem 0.6rem 0.6rem;
    }
    .volume input {
      display: none;
    }
    /* Clock, sound and full screen above; below them, in one line, what moves in time. */
    .clock,
    .volume,
    .large {
      order: -1;
    }
    .clock {
      flex-basis: calc(100% - 110px);
      min-width: 0;
    }
    .steps button {
      padding: 0 0.45rem;
    }
    .row {
      gap: 0.35rem;
    }
    .live {
      margin-left: auto;
    }
  }
`;
