/** The Node data plane: a supervisor, its workers, and what they need to keep tokens honest. */
export { GATEWAY_REASONS, type GatewayReason, reasonNamed, StartError, UPSTREAM_ERRORS } from './errors.ts';
export { type IssuerEvent, type OpenIssuers, openIssuers } from './issuers/open-issuers.ts';
export { formatAddress } from './supervisor/addresses.ts';
export { type AdminPages, isLoopbackHost } from './supervisor/admin-pages.ts';
export { accessLogFile, checkFiles, type LoadedConfig, loadConfig } from './supervisor/config-file.ts';
export type { SupervisorLog } from './supervisor/crew.ts';
export {
  type Companion,
  type GatewayOptions,
  type RunningGateway,
  startGateway,
} from './supervisor/supervisor.ts';
export { openProcessLog } from './telemetry/process-log.ts';
