import type { CertificateFacts } from '../../engine/keys/certificate.ts';
import { UI } from '../../strings/ui.ts';

/** A certificate as it describes itself. */
export function CertificateText({ certificate }: { certificate: CertificateFacts }) {
  const { subject, issuer, serial, notBefore, notAfter, names, authority, fingerprint } = certificate;
  const day = (seconds: number): string =>
    Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 10) : '?';
  const rows: [string, string][] = [
    ['Subject', subject],
    ['Issuer', issuer],
    ['Valid', `${day(notBefore)} to ${day(notAfter)}`],
    ['Serial', serial],
    ['x5t#S256', fingerprint],
    ...(names.length > 0 ? [['Names', names.join(', ')] satisfies [string, string]] : []),
    ...(authority ? [['Authority', 'yes'] satisfies [string, string]] : []),
  ];
  return (
    <div className="mt-1 text-[0.8125rem]" data-certificate>
      <p className="text-soft">{UI.key.certificate}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
