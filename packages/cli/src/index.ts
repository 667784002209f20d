export { EXIT_CODES, type Exit } from './exit-codes.ts';
export { buildProgram } from './program.ts';
export { runCommand } from './run.ts';
export { Session, type Terminal } from './terminal/terminal.ts';
