import { type Logger, pino } from 'pino';

/** The log of a process itself: JSON lines on standard error, apart from the access log. */
export function openProcessLog(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination(2),
  );
}
