/** The one stylesheet of our pages: system fonts, light and dark, nothing that is loaded from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f6; --card: #ffffff; --ink: #16181d; --soft: #565b66; --line: #8b919d;
  --accent: #1d4ed8; --on-accent: #ffffff; --bad: #b42318; --bad-ground: #fef3f2; --good-ground: #ecfdf3; --good: #05603a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1115; --card: #1a1d23; --ink: #eceef2; --soft: #a4abb8; --line: #747c8a;
    --accent: #8ab4ff; --on-accent: #0b1220; --bad: #ffb4ab; --bad-ground: #3b1512; --good-ground: #10301f; --good: #9be3b8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: 2rem 1rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { width: 100%; max-width: 26rem; margin: auto; background: var(--card); border-radius: 12px; padding: 2rem;
  box-shadow: 0 1px 3px rgb(0 0 0 / .15); }
main.wide { max-width: 44rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
label.check { display: flex; gap: .5rem; align-items: center; font-weight: 400; }
input:not([type=checkbox]):not([type=hidden]) {
  width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 8px;
}
input[type=checkbox] { width: 1.15rem; height: 1.15rem; accent-color: var(--accent); }
button, .button {
  display: inline-block; width: 100%; margin-top: 1rem; padding: .65rem 1rem; font: inherit; font-weight: 600; text-align: center;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; cursor: pointer;
  text-decoration: none;
}
button.plain, .button.plain { color: var(--accent); background: transparent; }
button.danger { color: var(--bad); background: transparent; border-color: var(--bad); }
td button, li button { width: auto; margin: 0; padding: .3rem .7rem; font-size: .9rem; }
li button { white-space: nowrap; }
li > span { flex: 1 1 14rem; }
p.code { font-size: .9rem; }
main.wide section > form > button, main.wide section > p > .button { width: auto; }
[hidden] { display: none !important; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.notice { border-radius: 8px; padding: .6rem .75rem; margin: 1rem 0; }
.notice.bad { color: var(--bad); background: var(--bad-ground); }
.notice.good { color: var(--good); background: var(--good-ground); }
.links { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 1rem; margin-top: 1.25rem; }
ul.plain { list-style: none; padding: 0; margin: .5rem 0; }
ul.plain > li { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 1rem; padding: .6rem 0; border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent); }
code, .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.codes { display: grid; gap: .25rem; padding: 0; list-style: none; overflow-wrap: normal; white-space: nowrap; }
.qr { display: block; width: 12rem; height: 12rem; margin: 1rem auto; background: #fff; padding: .5rem; border-radius: 8px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
`;
