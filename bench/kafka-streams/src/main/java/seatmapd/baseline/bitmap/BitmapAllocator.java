package seatmapd.baseline.bitmap;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import seatmapd.baseline.Limits;
import seatmapd.baseline.bitmap.WireReader.Undecodable;

/** Takes both inputs, keeps the sections' images in its store and sends results and status to their sinks, as bytes. */
final class BitmapAllocator implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(BitmapAllocator.class);

    private final Messages messages = new Messages();
    private final String initTopic;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], byte[]> sections;

    BitmapAllocator(String initTopic) {
        this.initTopic = initTopic;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        sections = context.getStateStore(BitmapTopology.STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.value() == null) return;
        RecordMetadata origin = context.recordMetadata().orElseThrow();
        try {
            if (origin.topic().equals(initTopic)) init(record);
            else request(record);
        } catch (Undecodable undecodable) {
            LOG.warn("{}[{}]@{}: {}", origin.topic(), origin.partition(), origin.offset(), undecodable.getMessage());
        }
    }

    private void init(Record<byte[], byte[]> record) throws Undecodable {
        byte[] image = messages.readInit(record.value());
        if (image == null) return;
        byte[] key = messages.sectionKey();
        sections.put(key, image);
        forwardStatus(key, image, record.timestamp());
    }

    private void request(Record<byte[], byte[]> record) throws Undecodable {
        messages.readRequest(record.value());
        byte[] key = messages.sectionKey();
        byte[] stored = sections.get(key);
        int seatCount = messages.seatCount();
        boolean possible = stored != null && seatCount <= Limits.SEATS_PER_REQUEST;
        int firstSeat = possible ? SectionImage.findRun(stored, seatCount) : -1;
        byte[] image = stored;
        if (firstSeat >= 0) {
            // What get returned may be the cache's own array, which belongs to the store until it is put again.
            image = stored.clone();
            SectionImage.take(image, firstSeat, seatCount);
            sections.put(key, image);
        }
        long timestampMs = record.timestamp();
        byte[] result = messages.result(firstSeat, timestampMs);
        context.forward(new Record<>(messages.reservationId(), result, timestampMs), BitmapTopology.RESULTS);
        if (image != null) forwardStatus(key, image, timestampMs);
    }

    private void forwardStatus(byte[] key, byte[] image, long timestampMs) {
        byte[] status = messages.status(SectionImage.available(image), timestampMs);
        context.forward(new Record<>(key, status, timestampMs), BitmapTopology.STATUS);
    }
}
