import assert from 'node:assert/strict';
import { Metrics } from '../../../src/metrics/metrics.js';
import { servePrometheus } from '../../../src/metrics/prometheus-endpoint.js';
import { prometheusNames } from '../../../src/metrics/prometheus-names.js';
import { metricTable } from '../../../src/metrics/table.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { freePorts } from '../../support/ports.js';

const host = '127.0.0.1';

describe('Prometheus', () => {
  let metrics: Metrics;
  let port: number;
  let end: (() => void) | undefined;
  beforeEach(async () => {
    metrics = new Metrics(new MemoryLog());
    [port] = (await freePorts(1)) as [number];
    end = await servePrometheus({ host, port }, metrics);
  });
  afterEach(() => end?.());

  const scrape = (path = '/metrics', method = 'GET') => fetch(`http://${host}:${port}${path}`, { method });

  it('is served every metric of the table but rates, each with its meaning', async () => {
    const response = await scrape();
    const text = await response.text();
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    for (const [name, definition] of Object.entries(metricTable))
      for (const one of prometheusNames(name, definition)) assert.match(text, new RegExp(`^# HELP ${one} \\S`, 'm'));
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    assert.equal(types.size, text.match(/^# HELP/gm)?.length);
    for (const [name, type] of types) assert.equal(type === 'counter', name?.endsWith('_total'), name);
  });

  it('is told what is so at the moment of the scrape, and of counters the same again when nothing happened', async () => {
    metrics.commitAbortsTotal = 3;
    metrics.standbyLagRecords = 12;
    metrics.readGauges = () => ({
      ...new Metrics(new MemoryLog()).readGauges(),
      consumerLag: { total: 50, max: 30 },
      workerUtilization: { 0: 1_500, 1: 250 },
      kafkaRoundTripMs: 20,
    });
    const expected = [
      ...['commit_aborts_total 3', 'standby_lag_records 12', 'consumer_lag 50', 'consumer_lag_max 30'],
      ...['worker_busy_seconds_total{slot="0"} 1.5', 'worker_busy_seconds_total{slot="1"} 0.25'],
      'kafka_round_trip_seconds 0.02',
    ];
    for (let time = 0; time < 2; time += 1) {
      const lines = (await (await scrape()).text()).split('\n');
      for (const line of expected) assert.ok(lines.includes(`seatmapd_${line}`), line);
    }
    metrics.commitAbortsTotal = 4;
    assert.match(await (await scrape()).text(), /^seatmapd_commit_aborts_total 4$/m);
  });

  it('is given latencies as histograms in seconds, which the lines of the log do not empty', async () => {
    metrics.latencies.commitLatencyMs.record(20);
    metrics.latencies.recordPhases({ deliver: 400 });
    metrics.report();
    metrics.latencies.commitLatencyMs.record(-5);
    const text = await (await scrape()).text();
    assert.match(text, /^seatmapd_commit_latency_seconds_bucket\{le="0.01"\} 1$/m);
    assert.match(text, /^seatmapd_commit_latency_seconds_bucket\{le="0.025"\} 2$/m);
    assert.match(text, /^seatmapd_commit_latency_seconds_sum 0.02$/m);
    assert.match(text, /^seatmapd_commit_phases_seconds_count\{phase="deliver"\} 1$/m);
  });

  it('finds nothing but GET /metrics', async () => {
    assert.deepEqual([(await scrape('/')).status, (await scrape('/metrics', 'POST')).status], [404, 404]);
    assert.equal((await scrape('/metrics?name[]=up')).status, 200);
  });

  it('ends a start (78) whose port is taken, naming it, and (75) whose address is not there', async () => {
    await assert.rejects(servePrometheus({ host, port }, metrics), {
      exitCode: 78,
      message: new RegExp(`127.0.0.1:${port} can't be listened on .*another process has it`),
    });
    await assert.rejects(servePrometheus({ host: '192.0.2.1', port }, metrics), { exitCode: 75 });
  });
});
