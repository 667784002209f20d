import { useState } from 'react';
import { UI } from '../strings/ui.ts';
import { Badge, Notice, type Tone } from './badge.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Checkbox, Choice, TextArea, TextField } from './field.tsx';
import { Panel } from './panel.tsx';
import { Tabs } from './tabs.tsx';

const TONES: readonly Tone[] = ['good', 'bad', 'warn', 'note', 'plain'];
const COLOURS = [
  'ground',
  'surface',
  'raised',
  'line',
  'line-strong',
  'text',
  'text-soft',
  'accent',
  'good',
  'bad',
  'warn',
  'note',
  'part-header',
  'part-payload',
  'part-signature',
] as const;

/** Every component of the console in its states: for who builds with them, and for looking at a change of the theme. */
export function ComponentsRoom() {
  const [tab, setTab] = useState<'one' | 'two'>('one');
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <h1 className="text-lg font-semibold lg:col-span-2">{UI.rooms.components}</h1>
      <Panel title="Button, CopyButton">
        <div className="flex flex-wrap items-center gap-2">
          <Button look="primary">Primary</Button>
          <Button>Plain</Button>
          <Button look="quiet">Quiet</Button>
          <Button disabled>Disabled</Button>
          <Button small>Small</Button>
          <CopyButton text="copied" label="Copy an example" />
        </div>
      </Panel>
      <Panel title="Badge, Notice">
        <div className="flex flex-wrap gap-2">
          {TONES.map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
        </div>
        <div className="mt-3 space-y-2">
          {TONES.map((tone) => (
            <Notice key={tone} tone={tone}>
              A notice of the tone {tone}.
            </Notice>
          ))}
        </div>
      </Panel>
      <Panel title="TextField, TextArea, Choice, Checkbox">
        <div className="space-y-3">
          <TextField label="A line" placeholder="Placeholder" hint="A hint" />
          <TextField label="A line that cannot be read" defaultValue="yesterday-ish" aria-invalid />
          <TextArea label="Several lines" rows={2} defaultValue="One" />
          <Choice label="A choice">
            <option>First</option>
            <option>Second</option>
          </Choice>
          <Checkbox label="Yes or no" defaultChecked />
        </div>
      </Panel>
      <Panel title="Panel" actions={<Button small>Action</Button>}>
        A part of the page with a heading and actions.
      </Panel>
      <Tabs
        label="Tabs"
        tabs={[
          { name: 'one', label: 'One' },
          { name: 'two', label: 'Two' },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        What tab {tab} shows. Arrows, Home and End go through the tabs.
      </Tabs>
      <Panel title="Colours">
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {COLOURS.map((name) => (
            <li key={name} className="flex items-center gap-2 text-[0.8125rem]">
              <svg className="size-6 rounded border border-line-strong" aria-hidden="true">
                <rect width="100%" height="100%" fill={`var(--${name})`} />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
