import { css, type Markup } from '../html.ts'

export const CHARTS: Markup = css`
  .charts {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr));
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 2rem;
  }
  .figures div {
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
  }
  .figures dt {
    color: var(--soft);
    font-size: 0.8125rem;
  }
  .figures dd {
    font-size: 1.375rem;
    line-height: 1.25;
    font-weight: 650;
  }
  .chart {
    display: grid;
    gap: 0.25rem;
  }
  .chart > svg {
    display: block;
    width: 100%;
    height: 8rem;
    border-block: 1px solid var(--line);
  }
  .chart p {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    color: var(--soft);
    font-size: 0.75rem;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 1rem;
    color: var(--soft);
    font-size: 0.8125rem;
  }
  .legend svg {
    width: 0.75rem;
    height: 0.75rem;
    margin-inline-end: 0.125rem;
    vertical-align: -0.0625rem;
  }
  .fill-fresh {
    fill: var(--fresh);
  }
  .fill-stale {
    fill: var(--stale);
  }
  .fill-expired {
    fill: var(--expired);
  }
  .fill-other {
    fill: var(--other);
  }
  .fill-light {
    fill: var(--other-soft);
  }
  .fill-none {
    fill: transparent;
  }
  g:hover .fill-none {
    fill: var(--wash);
  }
`
