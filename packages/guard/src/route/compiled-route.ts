import type { Requirement } from '../require/requirement.ts';

/** A route, ready to be matched and held to. */
export interface CompiledRoute {
  /** As written: `GET /{id}`. */
  readonly name: string;
  /** An HTTP method, or `*`. */
  readonly method: string;
  /** The canonical pattern within the API. */
  readonly pattern: string;
  /** Its place in the configuration file. */
  readonly line: number;
  /** public: no token is looked at; optional: none, or a good one. */
  readonly access: 'public' | 'optional' | 'required';
  readonly requirement: Requirement | undefined;
  /** Report what the requirement denies, but let it pass. */
  readonly shadow: boolean;
}
