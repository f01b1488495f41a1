package seatmapd.baseline.bitmap;

import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import seatmapd.baseline.Arguments;

/** One sub-topology: both inputs, one processor, one store, two sinks. Nothing is deserialized on the way but by the processor. */
public final class BitmapTopology {
    static final String STORE = "sections";
    static final String RESULTS = "results";
    static final String STATUS = "status";
    private static final String ALLOCATOR = "allocator";

    public static Topology build(Arguments arguments) {
        StoreBuilder<KeyValueStore<byte[], byte[]>> store =
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
                        .withLoggingEnabled(Map.of());
        if (arguments.storeCache()) store.withCachingEnabled();
        String initTopic = arguments.initTopic();
        ByteArrayDeserializer deserializer = new ByteArrayDeserializer();
        ByteArraySerializer serializer = new ByteArraySerializer();
        return new Topology()
                .addSource("init", deserializer, deserializer, initTopic)
                .addSource("requests", deserializer, deserializer, arguments.requestsTopic())
                .addProcessor(ALLOCATOR, () -> new BitmapAllocator(initTopic), "init", "requests")
                .addStateStore(store, ALLOCATOR)
                .addSink(RESULTS, arguments.resultsTopic(), serializer, serializer, ALLOCATOR)
                .addSink(STATUS, arguments.statusTopic(), serializer, serializer, ALLOCATOR);
    }

    private BitmapTopology() {}
}
