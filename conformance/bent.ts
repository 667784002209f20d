/** The text in compact serialisation with one bit of one part turned. */
export function bent(compact: string, part: number): string {
  const parts = compact.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return parts.with(part, bytes.toString('base64url')).join('.');
}
