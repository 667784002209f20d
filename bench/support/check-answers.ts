import type { Subject } from './wrk.ts';

/** Figures bought by not checking are worth nothing. @throws Error when a token is admitted or refused that must not be */
export async function checkAnswers(gateway: Subject, path: string, token: string): Promise<void> {
  const status = async (bearer?: string): Promise<number> => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    return (await fetch(gateway.url + path, { headers })).status;
  };
  const forged = `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'BBBBBA' : 'AAAAAA'}`;
  const seen = [await status(), await status(forged), await status(token)];
  if (seen.join() !== '401,401,200')
    throw new Error(`${gateway.name} answers ${seen.join()}, not 401,401,200`);
}
