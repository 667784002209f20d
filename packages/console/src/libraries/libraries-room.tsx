import { useState } from 'react';
import { Badge } from '../design/badge.tsx';
import { Choice, TextField } from '../design/field.tsx';
import { Table } from '../design/table.tsx';
import { type Ability, type JwtLibrary, LIBRARIES, LIBRARIES_CHECKED_ON } from '../knowledge/libraries.ts';
import { UI } from '../strings/ui.ts';

const WORDS = UI.libraries;
const ALGORITHMS = [...new Set(LIBRARIES.flatMap(({ algorithms }) => algorithms))].toSorted();

/** The directory of JWT libraries. */
export function LibrariesRoom() {
  const [filter, setFilter] = useState('');
  const [algorithm, setAlgorithm] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = LIBRARIES.filter(
    ({ language, name, algorithms }) =>
      `${language} ${name}`.toLowerCase().includes(wanted) &&
      (algorithm === '' || algorithms.includes(algorithm)),
  );
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <h1 className="text-lg font-semibold">{WORDS.title}</h1>
      <p className="mt-1 text-sm break-words text-soft">{WORDS.about(LIBRARIES_CHECKED_ON)}</p>
      <div className="mt-3 flex flex-wrap items-end gap-3">
        <TextField
          className="max-w-full"
          label={WORDS.filter}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <Choice
          className="max-w-full"
          label={WORDS.algorithm}
          value={algorithm}
          onChange={({ target }) => setAlgorithm(target.value)}
        >
          <option value="">{WORDS.any}</option>
          {ALGORITHMS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
        <p role="status" className="text-sm text-soft">
          {WORDS.shown(shown.length, LIBRARIES.length)}
        </p>
      </div>
      <Table label={WORDS.title} heads={Object.values(WORDS.columns)} className="mt-3">
        {shown.map((library) => (
          <LibraryRow key={`${library.language} ${library.name}`} library={library} />
        ))}
      </Table>
    </div>
  );
}

const TONES = { yes: 'good', no: 'plain', unknown: 'warn' } as const;

function Cell({ ability }: { ability: Ability }) {
  return (
    <td className="py-1.5 pr-3">
      <Badge tone={TONES[ability]}>{WORDS[ability]}</Badge>
    </td>
  );
}

function LibraryRow({ library }: { library: JwtLibrary }) {
  const { language, name, repository, install, signs, verifies, encrypts, checks, algorithms, source } =
    library;
  const address = repository.startsWith('https://') ? repository : `https://github.com/${repository}`;
  return (
    <tr className="border-t border-line align-top">
      <td className="py-1.5 pr-3">{language}</td>
      <th scope="row" className="min-w-44 py-1.5 pr-3 font-normal">
        <a
          href={address}
          target="_blank"
          rel="noreferrer"
          className="font-medium text-accent underline"
          title={source}
        >
          {name}
        </a>
        <code className="block text-xs break-all text-soft">{install}</code>
      </th>
      <Cell ability={signs} />
      <Cell ability={verifies} />
      <Cell ability={encrypts} />
      <td className="min-w-32 py-1.5 pr-3 text-[0.8125rem]">
        {Object.entries(checks)
          .filter(([, ability]) => ability === 'yes')
          .map(([claim]) => claim)
          .join(' ')}
      </td>
      <td className="min-w-52 py-1.5 text-[0.8125rem]">{algorithms.join(' ')}</td>
    </tr>
  );
}
