package seatmapd.baseline.map;

import com.keer.ticketmaster.avro.ReservationRequestedEvent;
import com.keer.ticketmaster.avro.SectionInitCommand;
import com.keer.ticketmaster.avro.SectionSeatState;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import seatmapd.baseline.Arguments;

/** The design that seatmapd replaces: a section is one Avro map of all its seats. */
public final class MapTopology {
    /** What a status holds: the whole map, or the number of seats that are left. */
    public enum Status {
        FULL,
        SLIM
    }

    static final String STORE = "sections";
    static final String RESULTS = "results";
    static final String STATUS = "status";
    private static final String ALLOCATOR = "allocator";

    public static Topology build(Arguments arguments, Status status) {
        StoreBuilder<KeyValueStore<String, SectionSeatState>> store =
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE),
                                Serdes.String(),
                                new AvroSerde<>(SectionSeatState.class))
                        .withLoggingEnabled(Map.of());
        if (arguments.storeCache()) store.withCachingEnabled();
        StringDeserializer keys = new StringDeserializer();
        StringSerializer outputKeys = new StringSerializer();
        Serializer<SpecificRecord> outputValues = (topic, value) -> AvroSerde.serialized(value);
        var commands = new AvroSerde<>(SectionInitCommand.class).deserializer();
        var requests = new AvroSerde<>(ReservationRequestedEvent.class).deserializer();
        return new Topology()
                .addSource("init", keys, commands, arguments.initTopic())
                .addSource("requests", keys, requests, arguments.requestsTopic())
                .addProcessor(ALLOCATOR, () -> new MapAllocator(status), "init", "requests")
                .addStateStore(store, ALLOCATOR)
                .addSink(RESULTS, arguments.resultsTopic(), outputKeys, outputValues, ALLOCATOR)
                .addSink(STATUS, arguments.statusTopic(), outputKeys, outputValues, ALLOCATOR);
    }

    private MapTopology() {}
}
