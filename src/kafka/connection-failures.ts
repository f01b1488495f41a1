import { type FatalError, needsPerson, temporary } from '../errors.js';

/** A log line of librdkafka, as node-rdkafka's event.log tells it. */
export type ClientLine = { readonly severity: number; readonly fac: string; readonly message: string };

/** The severity of an error (syslog's); lower is more severe. */
const errorSeverity = 3;

/** librdkafka's words when the broker and this client don't trust each other. A broker that hangs up meanwhile is none of them. */
const refusals: readonly { readonly words: RegExp; readonly advice: string }[] = [
  {
    words: /SASL authentication (error|failure)/,
    advice: 'the broker refuses these credentials: check sasl.mechanism, sasl.username and sasl.password',
  },
  {
    words: /SASL \S+ mechanism handshake failed|Failed to initialize SASL authentication/,
    advice: 'the broker does not offer this mechanism: check sasl.mechanism',
  },
  {
    words: /certificate verify failed|Failed to verify broker certificate|Broker did not provide a certificate/,
    advice:
      "the broker's certificate is not trusted: check that ssl.ca.location has its authority, that it is valid, and that it names the host that bootstrap.servers, or the broker, gives",
  },
  {
    words: /SSL handshake failed(?!.*(Disconnected|PLAINTEXT broker listener))/,
    advice: "the broker refuses this client's TLS: check ssl.certificate.location, ssl.key.location and the protocols",
  },
];

/** A line of an error without what changes from one to the next: the thread, the time, how many were left out. */
export function sentenceOf({ message }: ClientLine): string {
  const sentence = message.replace(/^\[thrd:[^\]]*\]: /, '').replace(/ \(after \d+ms in state .*\)$/, '');
  // librdkafka names the broker twice.
  return sentence.replace(/^(\S+: )\1/, '$1');
}

export const isError = ({ severity }: ClientLine): boolean => severity <= errorSeverity;

/** What a client reported while it tried to connect: it tells a mistake of the operator's from a broker that is away. */
export class ConnectionFailures {
  private latest: string | undefined;
  private advice: string | undefined;
  /** Broker to whether it refused; one that was only not reached, at some of its addresses or at all, did not. */
  private readonly brokers = new Map<string, boolean>();

  note(line: ClientLine): void {
    if (line.fac !== 'FAIL' || !isError(line)) return;
    const sentence = sentenceOf(line);
    const [broker = ''] = sentence.split(': ');
    const refusal = refusals.find(({ words }) => words.test(sentence));
    this.brokers.set(broker, this.brokers.get(broker) === true || refusal !== undefined);
    // What was refused says more than what could not be reached.
    if (refusal === undefined && this.advice !== undefined) return;
    this.latest = sentence;
    this.advice = refusal?.advice;
  }

  /**
   * The end of a start at which no broker could be talked to. Where every broker refused, a restart would be refused as
   * well (78); where some could not be reached, those may be the ones that accept (75).
   */
  outcome(servers: string, fallback: string, cause: unknown): FatalError {
    const reason = this.latest ?? fallback;
    if (this.advice === undefined) return temporary(`No Kafka broker answers at ${servers}: ${reason}`, cause);
    const sentence = `No Kafka broker at ${servers} lets this client in: ${reason}; ${this.advice}`;
    return [...this.brokers.values()].every(Boolean) ? needsPerson(sentence, cause) : temporary(sentence, cause);
  }
}
