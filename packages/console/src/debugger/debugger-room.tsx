import { Badge, Notice } from '../design/badge.tsx';
import { type Tab, Tabs } from '../design/tabs.tsx';
import { UI } from '../strings/ui.ts';
import { ExpectPanel } from './key/expect-panel.tsx';
import { KeyPanel } from './key/key-panel.tsx';
import { DecodedPanel } from './token/decoded-panel.tsx';
import { TokenPanel } from './token/token-panel.tsx';
import { Checks } from './tools/checks.tsx';
import { Claims } from './tools/claims.tsx';
import { Code } from './tools/code.tsx';
import { Encryption } from './tools/encryption.tsx';
import { Findings } from './tools/findings.tsx';
import { Gateway } from './tools/gateway.tsx';
import { Make } from './tools/make.tsx';
import { Share } from './tools/share.tsx';
import { TOOL_NAMES, type ToolName } from './tools/tool-names.ts';
import type { Debugger } from './use-debugger.ts';
import { VerdictBanner } from './verdict/verdict-banner.tsx';

interface DebuggerRoomProps {
  readonly debug: Debugger;
  readonly tool: ToolName;
  readonly onTool: (tool: ToolName) => void;
}

/** Two columns where there is room; else all below each other. */
const COLUMN = 'flex min-w-0 flex-col gap-4';

/** The room in which tokens are looked at. */
export function DebuggerRoom({ debug, tool, onTool }: DebuggerRoomProps) {
  const { inspection, state } = debug;
  const tabs = TOOL_NAMES.map(
    (name): Tab<ToolName> => ({ name, label: <ToolLabel name={name} debug={debug} /> }),
  );
  return (
    <div className="space-y-4" aria-busy={debug.busy}>
      <h1 className="sr-only">{UI.rooms.debugger}</h1>
      {(state.byLink.token || state.byLink.key) && (
        <Notice tone="warn">{state.byLink.token ? UI.share.came : UI.share.keyCame}</Notice>
      )}
      {debug.fault !== undefined && (
        <Notice tone="bad" role="alert">
          {UI.fault(debug.fault)}
        </Notice>
      )}
      <div className="lg:sticky lg:top-2 lg:z-10">
        <VerdictBanner verdict={inspection?.verdict} unreadableKey={inspection?.key.kind === 'fault'} />
      </div>
      <div className="flex flex-col gap-4 lg:grid lg:grid-cols-2 lg:items-start">
        <div className={COLUMN}>
          <TokenPanel {...debug} />
          <KeyPanel {...debug} />
        </div>
        <div className={COLUMN}>
          <DecodedPanel {...debug} />
          <ExpectPanel {...debug} />
        </div>
      </div>
      <Tabs label={UI.tools.label} tabs={tabs} chosen={tool} onChoose={onTool}>
        <Tool name={tool} debug={debug} />
      </Tabs>
    </div>
  );
}

function ToolLabel({ name, debug: { inspection } }: { name: ToolName; debug: Debugger }) {
  const serious = inspection?.findings.filter(({ severity }) => severity !== 'notice').length ?? 0;
  if (name !== 'findings' || serious === 0) return UI.tools[name];
  return (
    <>
      {UI.tools.findings} <Badge tone="bad">{serious}</Badge>
    </>
  );
}

function Tool({ name, debug }: { name: ToolName; debug: Debugger }) {
  switch (name) {
    case 'checks':
      return <Checks inspection={debug.inspection} />;
    case 'findings':
      return <Findings {...debug} />;
    case 'claims':
      return <Claims inspection={debug.inspection} />;
    case 'make':
      return <Make {...debug} />;
    case 'encryption':
      return <Encryption {...debug} />;
    case 'share':
      return <Share {...debug} />;
    case 'code':
      return <Code {...debug} />;
    case 'gateway':
      return <Gateway {...debug} />;
  }
}
