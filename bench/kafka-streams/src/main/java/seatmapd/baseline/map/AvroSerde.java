package seatmapd.baseline.map;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Generated classes as bare Avro binary; null stays null. */
final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final SpecificDatumReader<T> reader;

    AvroSerde(Class<T> type) {
        reader = new SpecificDatumReader<>(type);
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> serialized(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> deserialized(bytes);
    }

    static <R extends SpecificRecord> byte[] serialized(R value) {
        if (value == null) return null;
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<R>(value.getSchema()).write(value, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException | RuntimeException error) {
            throw new SerializationException(error);
        }
    }

    private T deserialized(byte[] bytes) {
        if (bytes == null) return null;
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
            T value = reader.read(null, decoder);
            if (!decoder.isEnd()) throw new SerializationException("bytes after the value");
            return value;
        } catch (IOException | RuntimeException error) {
            throw new SerializationException(error);
        }
    }
}
