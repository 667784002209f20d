import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { DebuggerRoom } from '../debugger/debugger-room.tsx';
import { useStartExample } from '../debugger/example.ts';
import { TOOL_NAMES, type ToolName } from '../debugger/tools/tool-names.ts';
import { useDebugger } from '../debugger/use-debugger.ts';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { ComponentsRoom } from '../design/components-room.tsx';
import { LibrariesRoom } from '../libraries/libraries-room.tsx';
import { UI } from '../strings/ui.ts';
import { type Command, CommandPalette } from './command-palette.tsx';
import { Logo } from './logo.tsx';
import { ROOMS, useRoom } from './rooms.ts';
import { THEMES, type Theme, useTheme } from './theme.ts';

/** The whole console: navigation, theme and commands around one room. */
export function App() {
  const [room, setRoom] = useRoom();
  const [theme, setTheme] = useTheme();
  const [tool, setTool] = useState<ToolName>('checks');
  const [palette, setPalette] = useState(false);
  const debug = useDebugger();
  const startExample = useStartExample(debug.dispatch);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      flushSync(() => setPalette(true));
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  const commands: Command[] = [
    { name: UI.token.example, run: startExample },
    { name: UI.token.clear, run: () => debug.dispatch({ type: 'clear' }) },
    {
      name: UI.token.copy,
      run: () => void navigator.clipboard.writeText(debug.inspection?.reading.token ?? ''),
    },
    ...TOOL_NAMES.map((name) => ({
      name: `${UI.rooms.debugger}: ${UI.tools[name]}`,
      run: () => {
        setRoom('debugger');
        setTool(name);
      },
    })),
    ...ROOMS.map((name) => ({ name: UI.rooms[name], run: () => setRoom(name) })),
    ...THEMES.map((name) => ({ name: `${UI.theme.label}: ${UI.theme[name]}`, run: () => setTheme(name) })),
  ];

  return (
    <>
      <button
        type="button"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-surface focus:p-2"
        onClick={skip}
      >
        {UI.skip}
      </button>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-5 gap-y-2 px-4 py-2">
          <p className="flex items-center gap-2 font-semibold">
            <Logo /> {UI.product}
          </p>
          <nav aria-label={UI.rooms.label} className="flex flex-wrap gap-1">
            {ROOMS.filter((name) => name !== 'components').map((name) => (
              <a
                key={name}
                href={`#/${name}`}
                aria-current={name === room ? 'page' : undefined}
                className={classes(
                  'rounded-md px-2.5 py-1.5 text-sm font-medium',
                  name === room ? 'bg-accent-soft text-accent' : 'text-soft hover:text-text',
                )}
              >
                {UI.rooms[name]}
              </a>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-2">
            <Button small onClick={() => setPalette(true)}>
              {UI.palette.open} <kbd className="font-mono text-xs text-soft">Ctrl K</kbd>
            </Button>
            <select
              aria-label={UI.theme.label}
              value={theme}
              onChange={({ target }) => setTheme(themeOf(target.value))}
              className="min-h-7 rounded-md border border-line-strong bg-surface px-2 text-[0.8125rem]"
            >
              {THEMES.map((name) => (
                <option key={name} value={name}>
                  {UI.theme[name]}
                </option>
              ))}
            </select>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-[90rem] p-4 outline-none">
        {room === 'debugger' && <DebuggerRoom debug={debug} tool={tool} onTool={setTool} />}
        {room === 'libraries' && <LibrariesRoom />}
        {room === 'components' && <ComponentsRoom />}
      </main>
      {palette && <CommandPalette commands={commands} onClose={() => setPalette(false)} />}
    </>
  );
}

function themeOf(value: string): Theme {
  return THEMES.find((name) => name === value) ?? 'system';
}

/** Not by a link: the fragment names a room. */
function skip(): void {
  document.querySelector<HTMLElement>('#main')?.focus();
}
