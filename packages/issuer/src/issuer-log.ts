/** What the issuer has to say: facts for a machine, and a message for a person. */
export interface IssuerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
