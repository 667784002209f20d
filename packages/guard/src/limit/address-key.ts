/**
 * What a limit per address counts: an IPv4 address as it is, an IPv6 address by its /64, since whoever has one of
 * those has all of them. An IPv4 address mapped into IPv6 counts as itself.
 */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const dot = address.lastIndexOf('.');
  if (dot !== -1) return address.slice(address.lastIndexOf(':') + 1);
  const zone = address.indexOf('%');
  const plain = (zone === -1 ? address : address.slice(0, zone)).toLowerCase();
  const [head = '', tail] = plain.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${all.slice(0, 4).join(':')}::/64`;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
