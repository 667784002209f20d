// A page whose users sign in by Portcullis. The access token is held in memory only; the refresh token is in a cookie
// that this script cannot read, and that the issuer takes and sets.
const config = await (await fetch('config.json')).json();
const redirectUri = new URL('.', location.href).href;
const here = (id) => document.getElementById(id);
let accessToken;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

async function signIn() {
  const [verifier, state] = [random(), random()];
  sessionStorage.setItem('signing-in', JSON.stringify({ verifier, state }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const url = new URL(`${config.issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: config.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid read:orders',
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    state,
  });
  location.assign(url);
}

/** Takes the code that the issuer sent the browser back with, if this is such a moment. */
async function takeCode() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return false;
  const { verifier, state } = JSON.parse(sessionStorage.getItem('signing-in') ?? '{}');
  sessionStorage.removeItem('signing-in');
  history.replaceState(null, '', redirectUri);
  if (answer.get('state') !== state || answer.get('iss') !== config.issuer) throw new Error('not our answer');
  if (answer.has('error')) throw new Error(answer.get('error'));
  const response = await fetch(`${config.issuer}/token`, {
    method: 'POST',
    credentials: 'include', // the answer sets the cookie
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: config.clientId,
      code: answer.get('code'),
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error('the code was refused');
  accessToken = (await response.json()).access_token;
  return true;
}

function atSession(path) {
  return fetch(`${config.issuer}/session/${path}?client_id=${encodeURIComponent(config.clientId)}`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'x-portcullis-csrf': '1' },
  });
}

/** One at a time, whatever the number of tabs: a refresh token is good for one use. */
async function refresh() {
  return navigator.locks.request('portcullis-refresh', async () => {
    const response = await atSession('refresh');
    accessToken = response.ok ? (await response.json()).access_token : undefined;
    return accessToken !== undefined;
  });
}

/** Asks the API; once more with a fresh token where the one at hand is good no more. */
async function ask(path) {
  const send = () => fetch(config.gateway + path, { headers: { authorization: `Bearer ${accessToken}` } });
  const response = await send();
  return response.status === 401 && (await refresh()) ? send() : response;
}

function show(status) {
  const signedIn = accessToken !== undefined;
  here('status').textContent = status ?? (signedIn ? 'You are signed in.' : 'You are not signed in.');
  here('sign-in').hidden = signedIn;
  here('load').hidden = !signedIn;
  here('sign-out').hidden = !signedIn;
}

here('sign-in').addEventListener('click', signIn);
here('load').addEventListener('click', async () => {
  const response = await ask('/orders/42');
  here('order').textContent = `${response.status} ${await response.text()}`;
  show();
});
here('sign-out').addEventListener('click', async () => {
  await atSession('logout');
  accessToken = undefined;
  here('order').textContent = '';
  show();
});

try {
  if (!(await takeCode())) await refresh();
  show();
} catch (error) {
  show(`That did not work: ${error.message}.`);
}
