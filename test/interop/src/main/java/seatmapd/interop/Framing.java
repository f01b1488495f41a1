package seatmapd.interop;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** How a record becomes a value of a topic, and back. */
interface Framing {
    byte[] write(String topic, SpecificRecord record) throws Exception;

    /** Reads a value as a record of the reader's schema. */
    SpecificRecord read(byte[] value, Schema reader) throws Exception;
}
