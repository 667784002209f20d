import { KeyError, PolicyError, TokenError } from '@portcullis/token';

/** What our packages say to one key and one token of a published vector. */
export type Verdict =
  | { readonly content: Uint8Array }
  /** The code of the error, which is one of our registries'. */
  | { readonly refused: string };

/** The content that `read` returns, or the code with which it refuses; anything else that it throws is a bug. */
export async function verdictOf(read: () => Promise<Uint8Array>): Promise<Verdict> {
  try {
    return { content: await read() };
  } catch (error) {
    if (error instanceof KeyError || error instanceof PolicyError || error instanceof TokenError)
      return { refused: error.code };
    throw error;
  }
}
