import { css, type Markup } from '../html.ts'

/** Tables, facts, states, and bodies of entries. */
export const CONTENT: Markup = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  caption {
    text-align: start;
    color: var(--soft);
    padding-bottom: 0.5rem;
    overflow-wrap: anywhere;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    padding: 0.5rem 1.25rem 0.5rem 0;
    border-top: 1px solid var(--line);
    overflow-wrap: anywhere;
  }
  th:last-child,
  td:last-child {
    padding-inline-end: 0;
  }
  thead th {
    border-top: 0;
    padding-block: 0 0.375rem;
    color: var(--soft);
    font-weight: 500;
    font-size: 0.8125rem;
    white-space: nowrap;
  }
  tbody th {
    font-weight: 400;
  }
  td.number,
  th.number {
    text-align: end;
    white-space: nowrap;
  }
  td.time {
    white-space: nowrap;
  }
  td .state {
    margin-block: -0.125rem;
  }
  .state {
    display: inline-block;
    padding-inline: 0.5rem;
    border-radius: 1rem;
    background: var(--wash);
    color: var(--soft);
    font-size: 0.75rem;
    line-height: 1.5rem;
    font-weight: 600;
    white-space: nowrap;
  }
  .state.fresh {
    background: var(--fresh-wash);
    color: var(--fresh-ink);
  }
  .state.stale {
    background: var(--stale-wash);
    color: var(--stale-ink);
  }
  .state.expired {
    background: var(--expired-wash);
    color: var(--expired-ink);
  }
  .state.damaged {
    background: var(--damaged-wash);
    color: var(--damaged-ink);
  }
  .facts {
    display: grid;
    grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr);
    gap: 0.375rem 1.25rem;
  }
  .facts dt {
    color: var(--soft);
    overflow-wrap: anywhere;
  }
  .facts dd {
    overflow-wrap: anywhere;
  }
  .reasons {
    display: grid;
    gap: 0.25rem;
  }
  .reasons li {
    padding-inline-start: 0.75rem;
    border-inline-start: 3px solid var(--stale);
    overflow-wrap: anywhere;
  }
  .expired .reasons li {
    border-color: var(--expired);
  }
  .damaged .reasons li {
    border-color: var(--damaged);
  }
  pre {
    margin: 0;
    padding: 0.75rem;
    max-height: 32rem;
    overflow-y: auto;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    background: var(--wash);
    border-radius: 4px;
  }
  iframe {
    width: 100%;
    height: 26rem;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: #ffffff;
    color-scheme: light;
  }
  img {
    display: block;
    max-width: 100%;
    height: auto;
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  summary {
    cursor: pointer;
    color: var(--link);
    width: fit-content;
  }
  details > * + * {
    margin-top: 0.5rem;
  }
  @media (max-width: 47.99rem) {
    th,
    td {
      padding-inline-end: 0.75rem;
    }
    .facts {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    .facts dd {
      margin-bottom: 0.5rem;
    }
  }
`
