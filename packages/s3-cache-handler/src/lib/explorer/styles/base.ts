import { css, type Markup } from '../html.ts'

/** Texts, links, and what is there for who does not see the page. */
export const BASE: Markup = css`
  * {
    box-sizing: border-box;
  }
  html {
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  body {
    margin: 0;
    background: var(--page);
    color: var(--ink);
    font:
      0.875rem/1.5 system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Liberation Sans',
      Arial,
      sans-serif;
    font-variant-numeric: tabular-nums;
  }
  h1,
  h2,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  h1 {
    font-size: 1.25rem;
    line-height: 1.3;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 0.9375rem;
    line-height: 1.4;
    font-weight: 650;
  }
  ul,
  ol {
    list-style: none;
  }
  a {
    color: var(--link);
    text-underline-offset: 0.15em;
  }
  :focus-visible {
    outline: 2px solid var(--link);
    outline-offset: 2px;
    border-radius: 2px;
  }
  main:focus-visible {
    outline: none;
  }
  code,
  pre,
  .key {
    font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
    font-size: 0.8125rem;
  }
  h1.key,
  h1 .key {
    font-size: 1.125rem;
    font-weight: 600;
  }
  .key {
    overflow-wrap: anywhere;
  }
  .soft {
    color: var(--soft);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .narrow {
    display: none;
  }
  @media (max-width: 47.99rem) {
    .broad {
      display: none;
    }
    .narrow {
      display: revert;
    }
  }
`
