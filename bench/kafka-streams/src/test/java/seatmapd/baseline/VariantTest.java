package seatmapd.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.keer.ticketmaster.avro.ReservationCompletedEvent;
import com.keer.ticketmaster.avro.ReservationRequestedEvent;
import com.keer.ticketmaster.avro.SectionInitCommand;
import com.keer.ticketmaster.avro.SectionSeatState;
import com.keer.ticketmaster.avro.SectionStatusEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All variants through Kafka Streams' own test driver: the same inputs must give the same bytes. */
class VariantTest {
    private static final Instant START = Instant.parse("2025-01-15T12:00:00Z");
    private static final String[] SECTIONS = {"A1", "left-2-b", "Parkett Süd 3", ""};

    @TempDir
    Path folder;

    record Input(String topic, SpecificRecord value) {}

    record Outputs(List<TestRecord<byte[], byte[]>> results, List<TestRecord<byte[], byte[]>> statuses) {}

    @Test
    void answersDoNotDependOnTheVariant() {
        List<Input> inputs = inputs(new Random(20_251_122));
        Outputs bitmap = run("bitmap-slim", inputs);
        Outputs slim = run("map-slim", inputs);
        Outputs full = run("map-full", inputs);
        assertEquals(inputs.stream().filter(input -> input.topic.equals("requests")).count(), bitmap.results.size());
        assertSame(slim.results, bitmap.results);
        assertSame(slim.results, full.results);
        assertSame(slim.statuses, bitmap.statuses);
        assertEquals(slim.statuses.size(), full.statuses.size());
        for (int at = 0; at < slim.statuses.size(); at++) {
            SectionStatusEvent count = read(SectionStatusEvent.class, slim.statuses.get(at).value());
            SectionSeatState map = read(SectionSeatState.class, full.statuses.get(at).value());
            assertEquals(count.getAvailableCount(), map.getAvailableCount());
            assertEquals(count.getAvailableCount(), Collections.frequency(map.getSeatStatuses().values(), "AVAILABLE"));
        }
    }

    @Test
    void givesTheLowestRunAcrossRowsAndThenNone() {
        List<Input> inputs = List.of(
                new Input("init", new SectionInitCommand(1L, "A", 2, 3, List.of("A-2", "A-2", "A-02", "A-7", "B-1"))),
                request("one", 1, "A", 2),
                request("two", 1, "A", 2),
                request("three", 1, "A", 1),
                request("four", 1, "A", 0),
                request("five", 1, "B", 1));
        for (String variant : List.of("bitmap-slim", "map-slim", "map-full")) {
            Outputs outputs = run(variant, inputs);
            List<List<String>> seats = new ArrayList<>();
            for (var result : outputs.results) {
                seats.add(read(ReservationCompletedEvent.class, result.value()).getAllocatedSeats());
            }
            List<List<String>> expected =
                    List.of(List.of("A-3", "A-4"), List.of("A-5", "A-6"), List.of("A-1"), List.of(), List.of());
            assertEquals(expected, seats, variant);
            assertEquals(5, outputs.statuses.size(), "a status for the init and for each request of A: " + variant);
        }
    }

    @Test
    void skipsWhatCannotBeDecoded() {
        byte[] request = bytes(request("one", 1, "A", 1).value);
        byte[] longer = Arrays.copyOf(request, request.length + 1);
        byte[] shorter = Arrays.copyOf(request, request.length - 1);
        for (String variant : List.of("bitmap-slim", "map-slim")) {
            try (TopologyTestDriver driver = driver(variant)) {
                var requests = driver.createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer());
                for (byte[] value : new byte[][] {null, {}, {-1}, longer, shorter}) requests.pipeInput(null, value, START);
                requests.pipeInput(null, request, START);
                var results = driver.createOutputTopic("results", new ByteArrayDeserializer(), new ByteArrayDeserializer());
                assertEquals(1, results.readRecordsToList().size(), variant);
            }
        }
    }

    /** Inits, some again in the middle of the requests, and requests of which some can't be granted. */
    private static List<Input> inputs(Random random) {
        List<Input> inputs = new ArrayList<>();
        for (int at = 0; at < 600; at++) {
            String section = SECTIONS[random.nextInt(SECTIONS.length)];
            long eventId = random.nextInt(3) - 1;
            if (at < 12 || random.nextInt(60) == 0) {
                List<String> reserved = random.ints(9, 0, 400).mapToObj(seat -> section + "-" + seat).toList();
                inputs.add(new Input("init", new SectionInitCommand(eventId, section, random.nextInt(20), 17, reserved)));
            } else {
                int seatCount = random.nextInt(50) == 0 ? random.nextInt(400) - 2 : 1 + random.nextInt(4);
                inputs.add(request("id-" + at, eventId, section, seatCount));
            }
        }
        return inputs;
    }

    private static Input request(String id, long eventId, String section, int seatCount) {
        return new Input("requests", new ReservationRequestedEvent(id, eventId, section, seatCount, "user", START));
    }

    private TopologyTestDriver driver(String variant) {
        Arguments arguments = Arguments.parse(new String[] {
            "--bootstrap-servers", "none:1", "--application-id", variant, "--state-directory", folder.toString(),
            "--variant", variant, "--init-topic", "init", "--requests-topic", "requests",
            "--results-topic", "results", "--status-topic", "status"
        });
        return new TopologyTestDriver(arguments.variant().topology(arguments), Settings.of(arguments));
    }

    private Outputs run(String variant, List<Input> inputs) {
        try (TopologyTestDriver driver = driver(variant)) {
            var serializer = new ByteArraySerializer();
            var init = driver.createInputTopic("init", serializer, serializer);
            var requests = driver.createInputTopic("requests", serializer, serializer);
            for (int at = 0; at < inputs.size(); at++) {
                Input input = inputs.get(at);
                var topic = input.topic.equals("init") ? init : requests;
                topic.pipeInput(null, bytes(input.value), START.plusMillis(at));
            }
            var deserializer = new ByteArrayDeserializer();
            return new Outputs(
                    driver.createOutputTopic("results", deserializer, deserializer).readRecordsToList(),
                    driver.createOutputTopic("status", deserializer, deserializer).readRecordsToList());
        }
    }

    private static void assertSame(List<TestRecord<byte[], byte[]>> expected, List<TestRecord<byte[], byte[]>> actual) {
        assertEquals(expected.size(), actual.size());
        for (int at = 0; at < expected.size(); at++) {
            assertArrayEquals(expected.get(at).key(), actual.get(at).key());
            assertArrayEquals(expected.get(at).value(), actual.get(at).value());
            assertEquals(expected.get(at).timestamp(), actual.get(at).timestamp());
        }
    }

    private static byte[] bytes(SpecificRecord value) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new SpecificDatumWriter<SpecificRecord>(value.getSchema()).write(value, encoder);
            return bytes.toByteArray();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static <T extends SpecificRecord> T read(Class<T> type, byte[] bytes) {
        try {
            return new SpecificDatumReader<>(type).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
