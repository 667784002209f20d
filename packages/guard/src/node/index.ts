/** @module What needs Node: who may speak for a client behind it. */
export { clientAddress, TrustedProxies } from './trusted-proxies.ts';
