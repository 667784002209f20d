import type { Command } from 'commander';
import type { ExplainOptions } from '../records/explain-request.ts';
import type { Session } from '../terminal/terminal.ts';
import { configOption, jsonOption } from './options.ts';

export function addExplain(program: Command, session: Session): void {
  program
    .command('explain')
    .summary('tell why a request was denied')
    .description(
      'Tells the whole story of a request by its id, which the client finds in x-request-id and in the body of a ' +
        'refusal: each check, what it looked at, how it ended, and the rule that decided. Rotated logs beside the ' +
        'log file, also those ending in .gz, are searched too; then the running gateway is asked, which remembers the ' +
        'newest 2000 refusals of each worker.',
    )
    .argument('<request id>', 'the id of the request, or of its trace where it is in a log')
    .option('--log <file>', 'access log, or - for stdin (default: log.access of the configuration)')
    .option('--admin [url]', 'ask only the running gateway, at this admin listener (default: listen.admin)')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (requestId: string, options: ExplainOptions) => {
      const { explainRequest } = await import('../records/explain-request.ts');
      await explainRequest(session, requestId, options);
    });
}

const EXAMPLES = `
Examples:
  portcullis explain 01JD…
  portcullis explain 01JD… --log /var/log/portcullis/access.log --json
  portcullis explain 01JD… --admin http://127.0.0.1:8082
  kubectl logs deploy/gateway | portcullis explain 01JD… --log -`;
