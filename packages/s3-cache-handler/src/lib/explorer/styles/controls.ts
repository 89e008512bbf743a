import { css, type Markup } from '../html.ts'

/** Forms, and links that look like their buttons. Each is as high as a finger is wide where that is what points. */
export const CONTROLS: Markup = css`
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: end;
  }
  form.filter {
    display: grid;
    grid-template-columns: repeat(6, minmax(0, 1fr));
  }
  form.filter .wide {
    grid-column: span 3;
  }
  form.filter .actions {
    grid-column: span 2;
  }
  form.panel {
    display: flex;
  }
  form.filter.panel {
    display: grid;
  }
  label {
    display: grid;
    gap: 0.25rem;
    color: var(--soft);
    font-size: 0.8125rem;
    min-width: 0;
  }
  label.check {
    display: flex;
    gap: 0.625rem;
    align-items: start;
    color: var(--ink);
    font-size: 0.875rem;
    flex-basis: 100%;
  }
  input,
  select,
  button,
  .button {
    font: inherit;
    font-size: 0.875rem;
    min-height: 2.25rem;
    max-width: 100%;
    padding: 0.25rem 0.625rem;
    border: 1px solid var(--soft);
    border-radius: 4px;
    background: var(--panel);
    color: var(--ink);
  }
  input:not([type='checkbox']),
  select {
    width: 100%;
  }
  input[type='number'] {
    width: 9rem;
  }
  input[type='checkbox'] {
    flex: none;
    min-height: 0;
    width: 1.25rem;
    height: 1.25rem;
    margin: 0;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    cursor: pointer;
    font-weight: 600;
    text-decoration: none;
  }
  button:hover,
  .button:hover {
    background: var(--wash);
  }
  button.main,
  button.danger {
    background: var(--link);
    border-color: var(--link);
    color: var(--panel);
  }
  button.danger {
    background: var(--expired-ink);
    border-color: var(--expired-ink);
  }
  button.main:hover,
  button.danger:hover {
    filter: brightness(1.12);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.5rem;
    align-items: end;
  }
  form > a,
  .actions > a:not(.button) {
    align-self: center;
  }
  @media (max-width: 47.99rem) {
    form.filter {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    form.filter .wide,
    form.filter .actions {
      grid-column: span 2;
    }
    input,
    select,
    button,
    .button {
      min-height: 2.75rem;
    }
    input[type='checkbox'] {
      width: 1.5rem;
      height: 1.5rem;
    }
  }
`
