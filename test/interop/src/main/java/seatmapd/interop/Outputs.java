package seatmapd.interop;

import com.keer.ticketmaster.avro.ReservationCompletedEvent;
import com.keer.ticketmaster.avro.SectionStatusEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A reader of committed outputs. Each line is the topic's kind, the record's timestamp and key, and the value as JSON. */
final class Outputs implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LONGEST_MS = 60_000;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Framing framing;

    Outputs(String bootstrapServers, Framing framing) {
        Map<String, Object> properties = new HashMap<>(Interop.clientOf(bootstrapServers));
        properties.put("isolation.level", "read_committed");
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        this.framing = framing;
    }

    /** The first `count` answers, waited for. */
    List<String> answers(String topic, int count) throws Exception {
        assign(topic);
        List<String> lines = new ArrayList<>();
        long deadline = System.currentTimeMillis() + LONGEST_MS;
        while (lines.size() < count) {
            if (System.currentTimeMillis() > deadline) throw new TimeoutException(lines.size() + " answers");
            for (var record : consumer.poll(POLL)) lines.add(line("answer", record, ReservationCompletedEvent.getClassSchema()));
        }
        return lines;
    }

    /** All that there are now: they are committed with the answers. */
    List<String> statuses(String topic) throws Exception {
        List<TopicPartition> partitions = assign(topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<String> lines = new ArrayList<>();
        while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one)))
            for (var record : consumer.poll(POLL)) lines.add(line("status", record, SectionStatusEvent.getClassSchema()));
        return lines;
    }

    private List<TopicPartition> assign(String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
    }

    private String line(String kind, ConsumerRecord<String, byte[]> record, Schema reader) throws Exception {
        String header = kind + "\t" + record.partition() + "\t" + record.timestamp() + "\t" + record.key();
        return header + "\t" + framing.read(record.value(), reader);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
