let second = 0;
let text = '';

/** The value of `Date` (RFC 9110 section 6.6.1). Many responses leave within one second, so it is put together once for them. */
export function httpDate(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
