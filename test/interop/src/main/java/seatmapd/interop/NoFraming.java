package seatmapd.interop;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** avro.framing: none. */
final class NoFraming implements Framing {
    @Override
    public byte[] write(String topic, SpecificRecord record) throws Exception {
        return Binary.encode(record);
    }

    @Override
    public SpecificRecord read(byte[] value, Schema reader) throws Exception {
        return Binary.decode(value, 0, reader, reader);
    }
}
