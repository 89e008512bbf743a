import { css, type Markup } from '../html.ts'

/** What is around the content, and how the content is laid out. */
export const FRAME: Markup = css`
  .skip {
    position: absolute;
    left: -100rem;
  }
  .skip:focus {
    left: 1rem;
    top: 0.5rem;
    z-index: 1;
    background: var(--panel);
    padding: 0.5rem 0.75rem;
  }
  .bar,
  main,
  .foot {
    max-width: 76rem;
    margin-inline: auto;
    padding-inline: 1.25rem;
  }
  header {
    background: var(--panel);
    border-bottom: 1px solid var(--line);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 1.5rem;
  }
  .bar p {
    margin-inline-start: auto;
    color: var(--soft);
    overflow-wrap: anywhere;
  }
  nav ul {
    display: flex;
    gap: 1.5rem;
  }
  nav a {
    display: block;
    padding-block: 0.75rem;
    color: var(--soft);
    text-decoration: none;
    border-bottom: 2px solid transparent;
  }
  nav a:hover {
    color: var(--ink);
  }
  nav a[aria-current] {
    color: var(--ink);
    font-weight: 600;
    border-bottom-color: var(--link);
  }
  main {
    padding-block: 1.5rem 2rem;
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
  }
  main nav a {
    padding-block: 0 0.25rem;
  }
  .foot {
    padding-bottom: 2rem;
    color: var(--soft);
    font-size: 0.8125rem;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
  }
  .head .meta {
    flex-basis: 100%;
  }
  .meta {
    display: flex;
    flex-wrap: wrap;
    color: var(--soft);
  }
  .meta > * {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .meta > :not(:last-child)::after {
    content: '·';
    margin-inline: 0.5rem;
  }
  .panel {
    display: grid;
    gap: 0.75rem;
    align-content: start;
    grid-template-columns: minmax(0, 1fr);
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 1rem 1.125rem;
  }
  .pair {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
  }
  .note,
  .flash,
  .problem {
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 0.625rem 0.875rem;
    background: var(--wash);
    overflow-wrap: anywhere;
  }
  .flash {
    background: var(--fresh-wash);
    color: var(--fresh-ink);
    border-color: var(--fresh);
  }
  .problem {
    background: var(--expired-wash);
    color: var(--expired-ink);
    border-color: var(--expired);
  }
  @media (max-width: 47.99rem) {
    .bar,
    main,
    .foot {
      padding-inline: 1rem;
    }
    .bar {
      gap: 0;
    }
    .bar p {
      order: -1;
      margin: 0;
      padding-top: 0.5rem;
      flex-basis: 100%;
    }
    nav a {
      padding-block: 0.625rem;
    }
    main {
      padding-block: 1rem;
      gap: 1rem;
    }
    .panel {
      padding: 0.875rem;
    }
  }
`
