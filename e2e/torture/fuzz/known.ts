/**
 * What the gateway is known to do wrong. The torture looks past it, so that it finds the next thing; who mends one of
 * these sets it to false, or takes it out, and the torture holds the gateway to it from then on.
 */
export const KNOWN: Readonly<Record<Defect, boolean>> = {
  servesAfterClose: true,
  losesBytesAfterUpgrade: true,
  hangsOnBrokenPipeline: true,
  diesOfResetsUnderLoad: true,
};

type Defect =
  /** It forwards requests behind one that it answers with `Connection: close` (RFC 9112 section 9.6 forbids it). */
  | 'servesAfterClose'
  /** Behind a request with `Upgrade` and a body it loses bytes, and takes the middle of a later body for a request. */
  | 'losesBytesAfterUpgrade'
  /** A response that breaks off while it waits for its turn in a pipeline leaves the client hanging. */
  | 'hangsOnBrokenPipeline'
  /** An upstream that resets a kept connection ends the worker when two requests wait for that connection. */
  | 'diesOfResetsUnderLoad';
