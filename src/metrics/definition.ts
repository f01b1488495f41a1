/** What every metric says about itself. The names are Kafka's and Kafka Streams' own, in camelCase, with the unit at the end. */
type Described = {
  readonly meaning: string;
  /** When somebody should look, and at what. */
  readonly alert?: string;
};

/** What the values of a metric are told apart by: then it has one value for each. */
type Labelled = { readonly by?: string };

/**
 * A metric, by how it moves.
 *
 * - `counter`: rises from 0 as long as the process lives.
 * - `gauge`: how much there is at the moment.
 * - `gaugeOfMany`: how much there is at the moment in all (`total`), and where there is most (`max`).
 * - `rate`: how fast the counter `of` rose since the last line, per second.
 * - `utilization`: the share of the time since the last line in which something was busy, 0 to 1.
 * - `latency`: p50, p99 and max of what was measured since the last line, in milliseconds; zeros when nothing was.
 */
export type Definition = Described &
  (
    | ({ readonly kind: 'counter' | 'gauge' | 'utilization' | 'latency' } & Labelled)
    | { readonly kind: 'gaugeOfMany' }
    | { readonly kind: 'rate'; readonly of: string }
  );

export type Latency = { readonly p50: number; readonly p99: number; readonly max: number };
export type TotalAndMax = { readonly total: number; readonly max: number };

type Each<Of extends Definition, Value> = Of extends { readonly by: string } ? Readonly<Record<string, Value>> : Value;

/** What a line says of a metric. */
export type ValueOf<Of extends Definition> = Of extends { readonly kind: 'latency' }
  ? Each<Of, Latency>
  : Of extends { readonly kind: 'gaugeOfMany' }
    ? TotalAndMax
    : Each<Of, number>;
