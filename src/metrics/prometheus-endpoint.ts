import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { messageOf, needsPerson, temporary } from '../errors.js';
import type { Metrics } from './metrics.js';
import { PrometheusMetrics } from './prometheus.js';

/** Scrapers are few; what else comes must not take memory or descriptors from the sale. */
const mostConnections = 16;
const requestTimeoutMs = 5_000;

export type Endpoint = { readonly host: string; readonly port: number };

/**
 * Serves the metrics to Prometheus, on `/metrics`. Returns what ends it.
 *
 * @throws FatalError 78 when the port is taken or not allowed, 75 when the address is not there (yet)
 */
export async function servePrometheus({ host, port }: Endpoint, metrics: Metrics): Promise<() => void> {
  const prometheus = await PrometheusMetrics.of(metrics);
  const server = createServer((request, response) => void answer(request, response, prometheus));
  server.maxConnections = mostConnections;
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)));
    server.listen(port, host, resolve);
  });
  // It keeps nothing alive that is at its end.
  server.unref();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  prometheus: PrometheusMetrics,
): Promise<void> {
  const [path] = (url ?? '').split('?');
  if (path !== '/metrics' || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('seatmapd serves GET /metrics only\n');
    return;
  }
  try {
    const text = await prometheus.text();
    response.writeHead(200, { 'content-type': prometheus.contentType }).end(text);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${messageOf(error)}\n`);
  }
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const what = `metrics.prometheus: ${host}:${port} can't be listened on (${messageOf(error)})`;
  if (error.code === 'EADDRINUSE')
    return needsPerson(`${what}: another process has it. Give each instance of a host a port of its own`, error);
  if (error.code === 'EACCES') return needsPerson(`${what}: take a port from 1024 on`, error);
  if (error.code === 'EADDRNOTAVAIL')
    return temporary(`${what}: it is not an address of this machine, or not yet`, error);
  return needsPerson(`${what}: check metrics.prometheus.host`, error);
}
