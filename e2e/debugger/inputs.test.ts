import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'ES256', typ: 'at+jwt', kid: '1' });
const NOW = Math.floor(Date.now() / 1000);
const CLAIMS = encode({ iss: 'https://id.example.com', sub: 'jo', aud: 'api', iat: NOW, exp: NOW + 3600 });
const SIGNATURE = Buffer.alloc(64, 7).toString('base64url');
const TOKEN = `${HEADER}.${CLAIMS}.${SIGNATURE}`;

describe('the debugger finds the token in', async () => {
  const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));
  const sub = async (): Promise<unknown> => JSON.parse(await debug.text('Decoded payload')).sub;

  const inputs: Record<string, string> = {
    'a token': TOKEN,
    'quotes and white space': `\n  "${TOKEN}",  `,
    'an Authorization header': `Authorization: Bearer ${TOKEN}`,
    'a curl command': `curl 'https://api.example.com/orders/42' \\\n  -H 'accept: application/json' \\\n  -H 'authorization: Bearer ${TOKEN}' \\\n  --compressed`,
    'a cookie': `Cookie: theme=dark; __Host-session=${TOKEN}; lang=en`,
    'a URL': `https://app.example.com/callback#state=abc&id_token=${TOKEN}&expires_in=3600`,
    'a JSON response': JSON.stringify(
      { token_type: 'Bearer', access_token: TOKEN, expires_in: 600 },
      null,
      2,
    ),
    'a line of a log': `2026-11-26T05:00:00Z WARN refused ${TOKEN} at GET /orders/42`,
  };
  for (const [name, text] of Object.entries(inputs)) {
    test(name, async () => {
      await debug.paste(text);
      assert.equal(await sub(), 'jo');
      assert.equal((await debug.verdict()).outcome, 'no_key');
      assert.deepEqual(await debug.faultCodes(), []);
    });
  }

  test('a response with several, of which one is chosen', async () => {
    const other = `${HEADER}.${encode({ sub: 'another', nonce: 'n' })}.${SIGNATURE}`;
    await debug.paste(JSON.stringify({ access_token: TOKEN, id_token: other }));
    assert.equal(await sub(), 'jo');
    await debug.page.getByLabel('Several tokens in this text').selectOption({ label: '2. id_token' });
    await debug.settled();
    assert.equal(await sub(), 'another');
  });

  test('nothing, and says so', async () => {
    await debug.paste('Good morning');
    await debug.page.getByText('No token in this text').waitFor();
    await debug.paste('');
    await debug.page.getByRole('status', { name: 'Verdict' }).getByText('Paste a token').waitFor();
  });

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});

describe('the debugger reads what is damaged, says where, and mends it', async () => {
  const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));
  const mend = async (button: string): Promise<void> => {
    await debug.page.getByRole('button', { name: button }).click();
    await debug.settled();
  };
  const underlined = (label: string): Promise<string[]> =>
    debug.page.locator(`[data-editor="${label}"] .mark-fault`).allTextContents();

  const mendable: Record<string, [damaged: string, fault: string, button: string]> = {
    'wrapped by line breaks': [
      `${TOKEN.slice(0, 50)}\n${TOKEN.slice(50, 120)}\r\n  ${TOKEN.slice(120)}`,
      'white_space',
      'Take it out',
    ],
    'with a zero-width space': [
      `${TOKEN.slice(0, 50)}\u200B${TOKEN.slice(50)}`,
      'invisible',
      'Take them out',
    ],
    'percent-encoded': [TOKEN.replaceAll('.', '%2E'), 'percent_encoded', 'Decode them'],
    'with padding': [`${HEADER}.${CLAIMS}==.${SIGNATURE}`, 'padding', 'Take it out'],
  };
  for (const [name, [damaged, fault, button]] of Object.entries(mendable)) {
    test(name, async () => {
      await debug.paste(damaged);
      assert.deepEqual(await debug.faultCodes(), [fault]);
      assert.ok((await underlined('Encoded token')).length > 0);
      await mend(button);
      assert.deepEqual(await debug.faultCodes(), []);
      assert.equal(await debug.text('Encoded token'), TOKEN);
    });
  }

  test('in the alphabet of standard base64', async () => {
    const bytes = Buffer.alloc(64, 0xfb);
    await debug.paste(`${HEADER}.${CLAIMS}.${bytes.toString('base64').replaceAll('=', '')}`);
    assert.deepEqual(await debug.faultCodes(), ['base64_alphabet']);
    await mend('Spell them - and _');
    assert.equal(await debug.text('Encoded token'), `${HEADER}.${CLAIMS}.${bytes.toString('base64url')}`);
  });

  test('with another spelling of its last byte', async () => {
    await debug.paste(`${HEADER}.${CLAIMS}.${SIGNATURE.slice(0, -1)}x`);
    assert.deepEqual(await debug.faultCodes(), ['trailing_bits']);
    await mend('Spell it canonically');
    assert.equal(await debug.text('Encoded token'), TOKEN);
  });

  test('with a signature in DER form', async () => {
    const der = Buffer.concat([
      Buffer.from([0x30, 0x44, 2, 0x20]),
      Buffer.alloc(32, 7),
      Buffer.from([2, 0x20]),
      Buffer.alloc(32, 7),
    ]);
    await debug.paste(`${HEADER}.${CLAIMS}.${der.toString('base64url')}`);
    assert.deepEqual(await debug.faultCodes(), ['signature_der']);
    await mend('Turn it into the right form');
    assert.equal(await debug.text('Encoded token'), TOKEN);
  });

  const readable: Record<string, [damaged: string, faults: string[]]> = {
    'cut off in the payload': [
      TOKEN.slice(0, HEADER.length + 22),
      ['two_parts', 'cut_off', 'json_ends_early'],
    ],
    'without its signature': [`${HEADER}.${CLAIMS}`, ['two_parts']],
    'with a part too many': [`${TOKEN}.x`, ['four_parts']],
    'with six parts': [`${TOKEN}.a.b.c`, ['too_many_parts']],
    'shortened by a log': [
      `${HEADER}.${CLAIMS}.${SIGNATURE.slice(0, 20)}…`,
      ['ellipsis', 'signature_length'],
    ],
    'a header alone': [HEADER, ['one_part']],
    'with an empty payload': [`${HEADER}..${SIGNATURE}`, ['empty_part']],
  };
  for (const [name, [damaged, faults]] of Object.entries(readable)) {
    test(name, async () => {
      await debug.paste(damaged);
      const found = await debug.faultCodes();
      for (const fault of faults) assert.ok(found.includes(fault), `${fault} is not among ${found}`);
      assert.match(await debug.text('Decoded header'), /"alg": "ES256"/);
    });
  }

  const payloads: Record<string, [payload: string, fault: string, place: string]> = {
    'a comma too many': ['{"sub":"jo","aud":"api",}', 'json_trailing_comma', '}'],
    'single quotes': ["{'sub':'jo'}", 'json_quotes', "'"],
    'a word that is none': ['{"sub":jo}', 'not_json', 'jo'],
    'an end too early': ['{"sub":"jo"', 'json_ends_early', ''],
    'a member twice': ['{"sub":"jo","sub":"root"}', 'duplicate_member', '"sub"'],
    'a list': ['["jo"]', 'not_an_object', ''],
    'a number out of range': ['{"exp":1e999}', 'not_strict', ''],
  };
  for (const [name, [payload, fault, place]] of Object.entries(payloads)) {
    test(`JSON with ${name}`, async () => {
      await debug.paste(`${HEADER}.${Buffer.from(payload).toString('base64url')}.${SIGNATURE}`);
      assert.deepEqual(await debug.faultCodes(), [fault]);
      if (place !== '') assert.ok((await underlined('Decoded payload')).join('').includes(place));
    });
  }

  test('bytes that are no UTF-8', async () => {
    const payload = Buffer.concat([Buffer.from('{"sub":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    await debug.paste(`${HEADER}.${payload.toString('base64url')}.${SIGNATURE}`);
    assert.deepEqual(await debug.faultCodes(), ['not_utf8']);
  });

  test('a token in JSON serialisation', async () => {
    const json = {
      payload: CLAIMS,
      signatures: [{ protected: HEADER, header: { x: 1 }, signature: SIGNATURE }],
    };
    await debug.paste(JSON.stringify(json, null, 2));
    assert.deepEqual(await debug.faultCodes(), ['json_serialisation']);
    assert.ok((await debug.findings()).includes('unprotected_members'));
    await mend('Write it in compact form');
    assert.equal(await debug.text('Encoded token'), TOKEN);
  });

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});
