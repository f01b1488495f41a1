package seatmapd.baseline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The Kafka Streams application that seatmapd is compared with. It says on stdout, in lines of JSON, when it runs and
 * when it ends; SIGTERM and SIGINT end it in order, with exit code 0. Exit code 1: it failed, 2: wrong arguments.
 */
public final class Baseline {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    public static void main(String[] parameters) {
        Arguments arguments = parsed(parameters);
        KafkaStreams streams = new KafkaStreams(arguments.variant().topology(arguments), Settings.of(arguments));
        AtomicBoolean ready = new AtomicBoolean();
        AtomicBoolean failed = new AtomicBoolean();
        RestoredRecords restored = new RestoredRecords();
        streams.setGlobalStateRestoreListener(restored);
        streams.setStateListener((state, before) -> {
            if (state == State.RUNNING && ready.compareAndSet(false, true)) {
                Report.event("ready", Map.of("restoredRecords", String.valueOf(restored.total())));
            }
            // The client can't be closed by its own listener, so the shutdown hook, which closes it, is started elsewhere.
            if (state == State.ERROR) new Thread(() -> System.exit(1), "exit").start();
        });
        streams.setUncaughtExceptionHandler(error -> {
            failed.set(true);
            Report.event("fatal", Map.of("error", String.valueOf(error)));
            error.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            boolean closed = streams.close(CLOSE_TIMEOUT);
            Report.event("stopped");
            // A signal's own exit code would be 143; only halt can change it here.
            Runtime.getRuntime().halt(closed && !failed.get() ? 0 : 1);
        }, "close"));
        streams.start();
    }

    private static Arguments parsed(String[] parameters) {
        try {
            return Arguments.parse(parameters);
        } catch (IllegalArgumentException error) {
            Report.event("fatal", Map.of("error", error.getMessage()));
            System.exit(2);
            throw error;
        }
    }

    private Baseline() {}
}
