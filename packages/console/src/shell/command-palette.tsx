import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { classes } from '../design/classes.ts';
import { UI } from '../strings/ui.ts';

/** Something that can be done by its name. */
export interface Command {
  readonly name: string;
  readonly run: () => void;
}

interface PaletteProps {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

const WORDS = UI.palette;

/** Finds a command by part of its name; opens as it is rendered. A combobox over a list, as the ARIA Authoring Practices have it. */
export function CommandPalette({ commands, onClose }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const words = typed.toLowerCase().split(/\s+/);
  const found = commands.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));

  // Before the next key comes: what is typed right after Ctrl K belongs in here.
  useLayoutEffect(() => dialog.current?.showModal(), []);

  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') run(found[chosen]);
    else if (event.key === 'ArrowDown') setChosen((chosen + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setChosen((chosen + found.length - 1) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      aria-label={WORDS.label}
      onClose={onClose}
      className="mx-auto mt-[12vh] w-[min(36rem,92vw)] rounded-lg border border-line bg-surface p-0 text-text shadow-xl"
    >
      <input
        type="text"
        role="combobox"
        aria-label={WORDS.label}
        aria-expanded
        aria-controls={`${id}list`}
        aria-activedescendant={found[chosen] ? `${id}${chosen}` : undefined}
        placeholder={WORDS.placeholder}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        className="w-full border-b border-line bg-surface px-4 py-3 placeholder:text-soft"
      />
      <div id={`${id}list`} role="listbox" aria-label={WORDS.label} className="max-h-80 overflow-y-auto p-1">
        {found.map((command, index) => (
          <div
            key={command.name}
            id={`${id}${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onClick={() => run(command)}
            onKeyDown={onKeyDown}
            className={classes('rounded px-3 py-2 text-sm', index === chosen && 'bg-accent-soft text-accent')}
          >
            {command.name}
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-2 text-sm text-soft">{WORDS.nothing}</p>}
      </div>
    </dialog>
  );
}
