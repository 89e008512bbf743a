import { css, type Markup } from '../html.ts'

/** By what they are for. Of each state: its mark, its text, and what is behind that. Text has a contrast of 4.5 at least. */
export const COLOURS: Markup = css`
  :root {
    color-scheme: light dark;
    --page: #f6f7f8;
    --panel: #ffffff;
    --ink: #17212b;
    --soft: #52616e;
    --line: #d8dfe4;
    --wash: #eef2f4;
    --link: #0b5394;
    --fresh: #1d8a54;
    --fresh-ink: #125c37;
    --fresh-wash: #e2f3e9;
    --stale: #b87a00;
    --stale-ink: #744900;
    --stale-wash: #fcefd2;
    --expired: #c2362f;
    --expired-ink: #97221d;
    --expired-wash: #fbe5e4;
    --damaged: #7c4bb5;
    --damaged-ink: #5d2f95;
    --damaged-wash: #efe6f8;
    --other: #3f6288;
    --other-soft: #8aa5c3;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #0f151b;
      --panel: #161e26;
      --ink: #e3eaf0;
      --soft: #a0b0bd;
      --line: #2b3844;
      --wash: #1d2731;
      --link: #84c3f5;
      --fresh: #3fb37c;
      --fresh-ink: #86d9ad;
      --fresh-wash: #12301f;
      --stale: #d9a032;
      --stale-ink: #f2c868;
      --stale-wash: #36290c;
      --expired: #e5655e;
      --expired-ink: #ff9f99;
      --expired-wash: #3d1917;
      --damaged: #a67fd6;
      --damaged-ink: #cfaef2;
      --damaged-wash: #2d1d40;
      --other: #a9c8ea;
      --other-soft: #5a7897;
    }
  }
  @media (prefers-contrast: more) {
    :root {
      --soft: var(--ink);
      --line: var(--soft);
    }
  }
`
