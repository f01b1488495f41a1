import assert from 'node:assert/strict';
import { ConnectionFailures } from '../../../src/kafka/connection-failures.js';

const line = (broker: string, words: string, severity = 3) => ({
  severity,
  fac: 'FAIL',
  message: `[thrd:${broker}]: ${broker}: ${words} (after 305ms in state AUTH_REQ, 3 identical error(s) suppressed)`,
});
const refused =
  'SASL authentication error: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512';
const untrusted =
  'SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured';
const away = 'Connect to ipv6#[::1]:9093 failed: Connection refused';
const hungUp = 'SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?';

describe('what a client reports while it tries to connect', () => {
  const outcomeOf = (...lines: readonly ReturnType<typeof line>[]) => {
    const failures = new ConnectionFailures();
    for (const one of lines) failures.note(one);
    const { exitCode, message } = failures.outcome('a:1,b:1', 'Local: Timed out', undefined);
    return { exitCode, message };
  };

  it('needs a person (78) where every broker refuses, and says what to check', () => {
    for (const [words, advice] of [
      [refused, /check sasl\.mechanism, sasl\.username and sasl\.password/],
      ['SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism', /does not offer this mechanism/],
      [untrusted, /check that ssl\.ca\.location/],
      ['SSL handshake failed: error:0A000412:SSL routines::sslv3 alert bad certificate', /refuses this client's TLS/],
    ] as const) {
      const { exitCode, message } = outcomeOf(line('sasl_ssl://a:1/bootstrap', words));
      assert.equal(exitCode, 78, words);
      assert.match(message, /^No Kafka broker at a:1,b:1 lets this client in: sasl_ssl:\/\/a:1\/bootstrap: S/);
      assert.match(message, advice);
      assert.doesNotMatch(message, /thrd|305ms|suppressed/);
    }
  });

  it('is told of the refusal, and passes (75), where another broker was not reached', () => {
    for (const lines of [
      [line('a', refused), line('b', away)],
      [line('b', away), line('a', refused)],
    ]) {
      const { exitCode, message } = outcomeOf(...lines);
      assert.equal(exitCode, 75);
      assert.match(message, /SASL authentication error/);
    }
  });

  it('needs a person where a broker refuses at one address and is not reached at another', () => {
    assert.equal(outcomeOf(line('a', away), line('a', refused), line('a', away)).exitCode, 78);
  });

  it('passes where brokers are away, or hang up in a handshake as one does that is being stopped', () => {
    for (const words of [away, hungUp, 'Disconnected: during SSL connection handshake']) {
      const { exitCode, message } = outcomeOf(line('a', words));
      assert.equal(exitCode, 75);
      assert.equal(message, `No Kafka broker answers at a:1,b:1: a: ${words}`);
    }
  });

  it('is worded by the call that failed where nothing was reported', () => {
    assert.equal(outcomeOf().message, 'No Kafka broker answers at a:1,b:1: Local: Timed out');
    assert.equal(outcomeOf(line('a', refused, 6)).exitCode, 75);
  });
});
