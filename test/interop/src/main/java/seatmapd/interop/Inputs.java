package seatmapd.interop;

import com.keer.ticketmaster.avro.ReservationRequestedEvent;
import com.keer.ticketmaster.avro.SectionInitCommand;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The producer of both inputs, with the Java client's own partitioner. */
final class Inputs implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final String initTopic;
    private final String requestTopic;
    private final Framing framing;

    Inputs(String bootstrapServers, String initTopic, String requestTopic, Framing framing) {
        this.producer = new KafkaProducer<>(
            Interop.clientOf(bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        this.initTopic = initTopic;
        this.requestTopic = requestTopic;
        this.framing = framing;
    }

    void init(int section) throws Exception {
        String name = Interop.nameOf(section);
        send(initTopic, Interop.eventOf(section), name, SectionInitCommand.newBuilder()
            .setEventId(Interop.eventOf(section))
            .setSection(name)
            .setRows(2)
            .setSeatsPerRow(5 + section)
            .setInitialReserved(section % 2 == 0 ? List.of() : List.of(name + "-2", "nobody's seat"))
            .build());
    }

    void request(int number, int section) throws Exception {
        String name = Interop.nameOf(section);
        send(requestTopic, Interop.eventOf(section), name, ReservationRequestedEvent.newBuilder()
            .setReservationId("java-" + number)
            .setEventId(Interop.eventOf(section))
            .setSection(name)
            .setSeatCount(number % 4)
            .setUserId("käufer " + number)
            .setTimestamp(Instant.ofEpochMilli(1_700_000_000_000L + number))
            .build());
    }

    private void send(String topic, long event, String section, SpecificRecord record) throws Exception {
        producer.send(new ProducerRecord<>(topic, event + "-" + section, framing.write(topic, record))).get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
