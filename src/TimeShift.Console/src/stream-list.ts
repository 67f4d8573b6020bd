import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { routeTo, type Stream } from './api';
import './copy-field';
import { describe, moment, period } from './format';
import { base } from './styles';

/** The streams there are, each a link to its player; with none, how to make one. */
@customElement('ts-stream-list')
export class StreamList extends LitElement {
  @property({ attribute: false }) streams: Stream[] = [];
  /** Name of the stream that plays. */
  @property() current = '';

  static override styles = [
    base,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 0.7rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 290px), 1fr));
      }
      a {
        display: grid;
        gap: 0.2rem;
        height: 100%;
        align-content: start;
        padding: 0.8rem 0.9rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        color: inherit;
        text-decoration: none;
      }
      a:hover {
        background: var(--card-hover);
      }
      a[aria-current='page'] {
        border-color: var(--accent);
        box-shadow: inset 3px 0 var(--accent);
      }
      .head {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        justify-content: space-between;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .badge {
        flex: none;
        padding: 0.05rem 0.5rem;
        border-radius: 99px;
        border: 1px solid currentColor;
        font-size: 0.72rem;
        font-weight: 700;
        letter-spacing: 0.05em;
        color: var(--dim);
      }
      .badge.live {
        color: var(--live);
      }
      .line {
        font-size: 0.86rem;
        overflow-wrap: anywhere;
      }
      .fault {
        color: var(--warn);
      }
      .empty {
        max-width: 52rem;
        margin: 1rem auto;
        padding: 1.4rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        display: grid;
        gap: 0.7rem;
      }
      .empty h2,
      .empty p {
        margin: 0;
      }
    `,
  ];

  override render() {
    if (this.streams.length === 0) return this.empty();
    return html`<ul>
      ${this.streams.map((stream) => html`<li>${this.item(stream)}</li>`)}
    </ul>`;
  }

  private item(stream: Stream) {
    return html`
      <a
        href=${routeTo(stream.name)}
        data-testid="stream-item"
        data-name=${stream.name}
        data-live=${stream.live}
        aria-current=${stream.name === this.current ? 'page' : 'false'}
      >
        <span class="head">
          <span class="name">${stream.name}</span>
          <span class="badge ${stream.live ? 'live' : ''}">${stream.live ? 'LIVE' : 'OFFLINE'}</span>
        </span>
        ${stream.tracks.map((track) => html`<span class="line" title=${track.codec}>${describe(track)}</span>`)}
        <span class="line dim">${this.recorded(stream)}</span>
        ${stream.source ? html`<span class="line dim">${stream.source}</span>` : nothing}
        ${stream.error && !stream.live ? html`<span class="line fault">${this.fault(stream)}</span>` : nothing}
      </a>
    `;
  }

  private fault({ error, nextTry }: Stream) {
    return nextTry ? `${error} – next try at ${moment(Date.parse(nextTry))}` : error;
  }

  private recorded({ firstInstant, lastInstant, live }: Stream) {
    if (!firstInstant) return 'nothing recorded yet';
    const first = Date.parse(firstInstant);
    return live || !lastInstant ? `recorded since ${moment(first)}` : `recorded ${period(first, Date.parse(lastInstant)).join(' – ')}`;
  }

  private empty() {
    const target = `rtmp://${location.hostname}:1935/live/name`;
    return html`
      <div class="empty" data-testid="empty">
        <h2>No streams yet</h2>
        <p>Push one: it appears here by itself, under the name <code>live/name</code>. A file, at its own pace:</p>
        <ts-copy wrap label="command that pushes a file" .value=${`ffmpeg -re -i video.mp4 -c:v libx264 -g 50 -c:a aac -f flv ${target}`}></ts-copy>
        <p>A test picture with a tone:</p>
        <ts-copy
          wrap
          label="command that pushes a test picture"
          .value=${`ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -f lavfi -i sine -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 50 -c:a aac -f flv ${target}`}
        ></ts-copy>
        <p class="dim">From OBS: service “Custom”, server <code>rtmp://${location.hostname}:1935/live</code>, stream key <code>name</code>.</p>
      </div>
    `;
  }
}
