import { svg, html } from 'lit';

const icon = (path: ReturnType<typeof svg>) => html`<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`;

export const play = icon(svg`<path d="M7 4.5v15l12.5-7.5z"/>`);
export const pause = icon(svg`<path d="M6 5h4v14H6zM14 5h4v14h-4z"/>`);
export const sound = icon(
  svg`<path d="M4 9v6h4l5 4.5v-15L8 9z"/><path d="M15.5 8a5 5 0 0 1 0 8M18 5.5a8.5 8.5 0 0 1 0 13" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>`,
);
export const muted = icon(
  svg`<path d="M4 9v6h4l5 4.5v-15L8 9z"/><path d="m16 9.5 5 5m0-5-5 5" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>`,
);
export const enlarge = icon(
  svg`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`,
);
export const logo = icon(svg`<path d="M17 8v16l-7.5-8zM25 8v16l-7.5-8z" transform="translate(-5 -4)"/>`);
