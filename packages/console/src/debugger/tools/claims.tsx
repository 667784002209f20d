import { useEffect, useState } from 'react';
import { Badge } from '../../design/badge.tsx';
import { Table } from '../../design/table.tsx';
import type { Inspection } from '../../engine/engine.ts';
import { HEADER_LIMITS } from '../../knowledge/header-limits.ts';
import {
  COMMON_CLAIMS,
  REGISTERED_CLAIMS,
  REGISTERED_HEADERS,
  type RegisteredName,
} from '../../knowledge/registered-names.ts';
import { UI } from '../../strings/ui.ts';
import { clocks, distance, momentOf } from '../../time/times.ts';

const WORDS = UI.claims;

const byName = (names: readonly RegisteredName[]) => new Map(names.map((entry) => [entry.name, entry]));
const HEADERS = byName(REGISTERED_HEADERS);
const CLAIMS = byName([...COMMON_CLAIMS, ...REGISTERED_CLAIMS]);

/** Every member of header and payload with what it means, times in words, and how large the token is. */
export function Claims({ inspection }: { inspection: Inspection | undefined }) {
  const reading = inspection?.reading;
  if (reading === undefined || reading.form === 'none') return <p className="text-soft">{WORDS.waiting}</p>;
  const claims = reading.payload?.kind === 'json' ? reading.payload.object : undefined;
  return (
    <div className="space-y-5">
      <Members title={WORDS.header} members={reading.header?.object} names={HEADERS} />
      <Members title={WORDS.payload} members={claims} names={CLAIMS} />
      <Size characters={reading.token.length} />
    </div>
  );
}

interface MembersProps {
  readonly title: string;
  readonly members: Readonly<Record<string, unknown>> | undefined;
  readonly names: ReadonlyMap<string, RegisteredName>;
}

function Members({ title, members, names }: MembersProps) {
  const now = useNow();
  if (members === undefined) return null;
  return (
    <div>
      <h3 className="text-sm font-semibold">{title}</h3>
      <Table label={title} heads={[WORDS.name, WORDS.value, WORDS.meaning]} cards>
        {Object.entries(members).map(([name, value]) => (
          <tr key={name} data-claim={name} className="border-t border-line align-top">
            <th scope="row" className="py-1.5 pr-3 font-mono text-[0.8125rem] font-medium">
              {name}
            </th>
            <td className="py-1.5 pr-3 min-w-40 max-w-80 font-mono text-[0.8125rem] break-all">
              {shown(value)}
            </td>
            <td className="py-1.5 min-w-52">
              <Moment name={name} value={value} now={now} />
              <Meaning entry={names.get(name)} />
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

const LONGEST_VALUE = 600;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function Moment({ name, value, now }: { name: string; value: unknown; now: number }) {
  const moment = momentOf(name, value);
  if (moment === undefined) return null;
  const { local, utc } = clocks(moment);
  return (
    <p>
      <span className="font-medium" data-countdown={name}>
        {distance(moment, now)}
      </span>
      <span className="block text-[0.8125rem] text-soft">
        {local} ({WORDS.local}) · {utc} ({WORDS.utc})
      </span>
    </p>
  );
}

function Meaning({ entry }: { entry: RegisteredName | undefined }) {
  if (entry === undefined) return <span className="text-soft">{WORDS.unregistered}</span>;
  const { title, meaning, reference, url } = entry;
  return (
    <>
      <span className="font-medium">{title}.</span> {meaning}{' '}
      {url === '' ? (
        <span className="text-soft">{WORDS.common(reference)}</span>
      ) : (
        <a href={url} target="_blank" rel="noreferrer" className="whitespace-nowrap text-accent underline">
          {reference}
        </a>
      )}
    </>
  );
}

/** Seconds since 1970, each second anew. */
function useNow(): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** `Authorization: Bearer ` stands before it. */
const FIELD_NAME_BYTES = 22;

function Size({ characters }: { characters: number }) {
  return (
    <div>
      <h3 className="text-sm font-semibold">{WORDS.size}</h3>
      <p className="text-sm">{WORDS.sizeText(characters)}</p>
      <ul className="mt-2 grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
        {HEADER_LIMITS.map(({ software, bytes, of, setting }) => {
          const fits = characters + (of === 'cookie' ? 0 : FIELD_NAME_BYTES) <= bytes;
          return (
            <li key={software} className="flex flex-wrap items-baseline gap-2">
              <Badge tone={fits ? 'good' : 'bad'}>{fits ? WORDS.fits : WORDS.tooLarge}</Badge>
              <span>
                {software}{' '}
                <span className="text-soft">
                  {bytes} ({WORDS.of[of]}
                  {setting && `, ${setting}`})
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
