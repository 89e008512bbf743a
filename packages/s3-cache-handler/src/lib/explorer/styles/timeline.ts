import { css, type Markup } from '../html.ts'

/** A line from left to right, or from above where that is too narrow: in the colour of what the entry is then. */
export const TIMELINE: Markup = css`
  .timeline {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: minmax(0, 1fr);
    padding-top: 0.25rem;
  }
  .timeline li {
    position: relative;
    padding: 1.5rem 0.75rem 0 0;
    overflow-wrap: anywhere;
  }
  .timeline li::before {
    content: '';
    position: absolute;
    inset: 0.4375rem 0 auto 0;
    height: 4px;
    background: var(--line);
  }
  .timeline li:last-child::before {
    inset-inline-end: auto;
    width: 2.5rem;
  }
  .timeline li::after {
    content: '';
    position: absolute;
    top: 0.0625rem;
    left: 0;
    width: 1rem;
    height: 1rem;
    border: 3px solid var(--panel);
    border-radius: 50%;
    background: var(--soft);
  }
  .timeline .fresh::before {
    background: var(--fresh);
  }
  .timeline .stale::before {
    background: var(--stale);
  }
  .timeline .expired::before {
    background: var(--expired);
  }
  .timeline .ahead::before {
    opacity: 0.4;
  }
  .timeline .now::after {
    background: var(--link);
  }
  .timeline .event::after {
    background: var(--expired);
    border-radius: 4px;
  }
  .timeline strong {
    display: block;
    font-weight: 600;
  }
  .timeline span {
    display: block;
    color: var(--soft);
    font-size: 0.8125rem;
  }
  @media (max-width: 47.99rem) {
    .timeline {
      grid-auto-flow: row;
      grid-auto-columns: auto;
    }
    .timeline li {
      padding: 0 0 0.875rem 1.75rem;
    }
    .timeline li::before {
      inset: 0.5rem auto -0.5rem 0.375rem;
      width: 4px;
      height: auto;
    }
    .timeline li:last-child::before {
      width: 4px;
      inset-block-end: 0.75rem;
    }
    .timeline li::after {
      top: 0.1875rem;
    }
  }
`
