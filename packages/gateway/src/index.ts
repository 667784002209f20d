/** The Node data plane: a supervisor, its workers, and what they need to keep tokens honest. */
export { GATEWAY_REASONS, type GatewayReason, StartError } from './errors.ts';
export { type IssuerEvent, type OpenIssuers, openIssuers } from './issuers/open-issuers.ts';
export { formatAddress } from './supervisor/addresses.ts';
export { accessLogFile, checkFiles, type LoadedConfig, loadConfig } from './supervisor/config-file.ts';
export {
  type GatewayOptions,
  type RunningGateway,
  type SupervisorLog,
  startGateway,
} from './supervisor/supervisor.ts';
