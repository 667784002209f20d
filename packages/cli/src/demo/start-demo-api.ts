import type { Configuration } from '@portcullis/guard';
import type { RunningParts } from '../starting/running-parts.ts';
import type { Session } from '../terminal/terminal.ts';
import { startOrdersApi } from './orders-api.ts';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Starts the orders API where the demo's configuration expects it. An edited configuration may have no such API, or
 * have it elsewhere; then whatever it names is used as it is.
 */
export async function startDemoApi(
  session: Session,
  configuration: Configuration,
  parts: RunningParts,
): Promise<void> {
  const index = configuration.config.apis.findIndex(({ name }) => name === 'orders');
  const upstream = configuration.config.apis[index]?.upstreams[0];
  const url = upstream && new URL(upstream.url);
  if (url === undefined || url.protocol !== 'http:' || !LOOPBACK.test(url.hostname)) {
    session.note(
      `portcullis: ${configuration.file} has no API "orders" on loopback; the demo's API is not started`,
    );
    return;
  }
  const { line } = configuration.locate(['apis', index, 'upstreams', 0, 'url']);
  const api = await startOrdersApi({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    changedBy: `the url of its upstream (${configuration.file}:${line})`,
  });
  parts.add(() => api.close());
}
