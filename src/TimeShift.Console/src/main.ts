import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { fetchStreams, readRoute, routeTo, type Range, type Route, type Stream } from './api';
import * as icons from './icons';
import './player';
import './stream-list';
import { base } from './styles';
import './theme.css';

const pollEvery = 2000;

/** The page: the list of streams, and the player when the address names one. */
@customElement('ts-app')
export class App extends LitElement {
  /** Undefined until the server has answered once. */
  @state() private streams: Stream[] | undefined;
  @state() private fault = '';
  @state() private route: Route | undefined = readRoute(location.hash);
  private polling: AbortController | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        max-width: 1500px;
        margin: 0 auto;
        padding: 0 clamp(0.7rem, 2vw, 1.6rem) 2rem;
      }
      header {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.8rem 0;
      }
      h1 {
        margin: 0;
        font-size: 1.15rem;
      }
      h1 a {
        display: inline-flex;
        align-items: center;
        gap: 0.45rem;
        color: inherit;
        text-decoration: none;
      }
      h1 svg {
        width: 26px;
        height: 26px;
        fill: var(--accent);
      }
      .where {
        overflow-wrap: anywhere;
      }
      main.playing {
        display: grid;
        gap: 1.1rem;
        grid-template-columns: minmax(0, 1fr) 320px;
        align-items: start;
      }
      .fault {
        margin: 0 0 0.8rem;
        padding: 0.6rem 0.9rem;
        border: 1px solid var(--warn);
        border-radius: 8px;
        color: var(--warn);
      }
      @media (max-width: 1000px) {
        main.playing {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    window.addEventListener('hashchange', this.onHash);
    document.addEventListener('visibilitychange', this.onVisibility);
    this.onVisibility();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.onHash);
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.polling?.abort();
  }

  override render() {
    const { route, streams } = this;
    return html`
      <header>
        <h1><a href="#/" data-testid="home">${icons.logo}TimeShift</a></h1>
        ${route ? html`<span class="where dim" data-testid="title">${route.name}</span>` : nothing}
      </header>
      ${this.fault ? html`<p class="fault" role="alert" data-testid="server-fault">${this.fault}</p>` : nothing}
      <main class=${route ? 'playing' : ''}>
        ${route
          ? html`<ts-player
              .name=${route.name}
              .stream=${streams?.find((stream) => stream.name === route.name)}
              .range=${route.range}
              @range=${this.onRange}
            ></ts-player>`
          : nothing}
        ${streams
          ? html`<nav aria-label="Streams"><ts-stream-list .streams=${streams} .current=${route?.name ?? ''}></ts-stream-list></nav>`
          : nothing}
      </main>
    `;
  }

  private readonly onHash = () => {
    this.route = readRoute(location.hash);
    document.title = this.route ? `${this.route.name} – TimeShift` : 'TimeShift';
  };

  /** Nobody looks at a hidden page: it asks again when it is shown. */
  private readonly onVisibility = () => {
    this.polling?.abort();
    if (document.visibilityState !== 'visible') return;
    this.polling = new AbortController();
    void this.poll(this.polling.signal);
  };

  private onRange(event: CustomEvent<Range | null>) {
    if (this.route) location.hash = routeTo(this.route.name, event.detail ?? undefined);
  }

  private async poll(signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        const streams = await fetchStreams(signal);
        this.streams = streams.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
        this.fault = '';
      } catch (error) {
        if (signal.aborted) return;
        this.fault = `${error instanceof TypeError ? 'The server does not answer.' : (error as Error).message} Trying again …`;
      }
      await new Promise((resume) => setTimeout(resume, pollEvery));
    }
  }
}
