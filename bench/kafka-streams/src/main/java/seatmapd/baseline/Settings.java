package seatmapd.baseline;

import static org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.FETCH_MAX_BYTES_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.MAX_POLL_RECORDS_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.RECEIVE_BUFFER_CONFIG;
import static org.apache.kafka.clients.consumer.ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BATCH_SIZE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.BUFFER_MEMORY_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.COMPRESSION_TYPE_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.LINGER_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG;
import static org.apache.kafka.clients.producer.ProducerConfig.RETRY_BACKOFF_MS_CONFIG;
import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;

import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp;

/** The configuration of Kafka Streams and its clients; README.md says what each was measured to be worth. */
final class Settings {
    /** What the settings aim at: the most requests in a second, or the shortest time to an answer at a moderate rate. */
    enum Profile {
        THROUGHPUT,
        LATENCY;

        static Profile of(String label) {
            for (Profile profile : values()) if (profile.name().toLowerCase(Locale.ROOT).equals(label)) return profile;
            throw new IllegalArgumentException("--profile: throughput or latency, not " + label);
        }
    }

    static Properties of(Arguments arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments.bootstrapServers());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments.applicationId());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments.stateDirectory());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments.guarantee());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments.threads());
        // Zero does not mean that nothing waits: a task waits for what the broker is known to have (KIP-695), so that the
        // two inputs are merged by time from a backlog too, and not for what may never come.
        settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0);
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        settings.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, LogAndSkipOnInvalidTimestamp.class);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksSettings.class);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 256L << 20);
        settings.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        settings.put(consumerPrefix(AUTO_OFFSET_RESET_CONFIG), "earliest");
        // Kafka Streams stays in its group when it closes, and a restart then waits for the old session to end. Leaving at
        // once and a short session make restarts as quick as seatmapd's, which does both.
        settings.put(consumerPrefix("internal.leave.group.on.close"), true);
        settings.put(consumerPrefix(SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.put(producerPrefix(COMPRESSION_TYPE_CONFIG), "lz4");
        settings.put(producerPrefix(BATCH_SIZE_CONFIG), 1 << 20);
        settings.put(producerPrefix(BUFFER_MEMORY_CONFIG), 256L << 20);
        // A batch that comes while the broker completes the transaction before is refused and retried: in 100 ms by default.
        settings.put(producerPrefix(RETRY_BACKOFF_MS_CONFIG), 5);
        settings.put(producerPrefix(RETRY_BACKOFF_MAX_MS_CONFIG), 50);
        if (arguments.profile() == Profile.THROUGHPUT) aimAtThroughput(settings);
        else aimAtLatency(settings);
        if (arguments.commitIntervalMs() != null) {
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, arguments.commitIntervalMs());
        }
        settings.putAll(arguments.overrides());
        return settings;
    }

    private static void aimAtThroughput(Properties settings) {
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20_000);
        settings.put(producerPrefix(LINGER_MS_CONFIG), 100);
        settings.put(consumerPrefix(MAX_POLL_RECORDS_CONFIG), 20_000);
        settings.put(consumerPrefix(FETCH_MAX_BYTES_CONFIG), 64 << 20);
        settings.put(consumerPrefix(MAX_PARTITION_FETCH_BYTES_CONFIG), 4 << 20);
        settings.put(consumerPrefix(RECEIVE_BUFFER_CONFIG), 1 << 20);
    }

    private static void aimAtLatency(Properties settings) {
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 35);
        // Longer than the commit interval: a commit flushes at once, and in between one batch a partition is enough.
        settings.put(producerPrefix(LINGER_MS_CONFIG), 100);
        settings.put(consumerPrefix(FETCH_MAX_WAIT_MS_CONFIG), 50);
    }

    private Settings() {}
}
