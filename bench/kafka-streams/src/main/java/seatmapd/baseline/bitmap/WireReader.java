package seatmapd.baseline.bitmap;

/** Reads Avro binary from an array, strings as the places of their UTF-8 bytes. One reader is used again and again. */
final class WireReader {
    /** The bytes are no value of the schema. It has no stack trace: bad input must not be expensive. */
    static final class Undecodable extends Exception {
        private Undecodable(String reason) {
            super(reason, null, false, false);
        }
    }

    /** Where in the reader's array a string's UTF-8 bytes are. */
    static final class Text {
        int from;
        int length;
    }

    private byte[] bytes = {};
    private int at;

    void begin(byte[] value) {
        bytes = value;
        at = 0;
    }

    void end() throws Undecodable {
        if (at != bytes.length) throw new Undecodable("bytes after the value");
    }

    byte[] bytes() {
        return bytes;
    }

    long readLong() throws Undecodable {
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == bytes.length) throw new Undecodable("too short");
            byte next = bytes[at++];
            zigzag |= (next & 0x7fL) << shift;
            if (next >= 0) return zigzag >>> 1 ^ -(zigzag & 1);
        }
        throw new Undecodable("not a number");
    }

    int readInt() throws Undecodable {
        long value = readLong();
        if (value != (int) value) throw new Undecodable("not an int");
        return (int) value;
    }

    void readText(Text text) throws Undecodable {
        long length = readLong();
        if (length < 0 || length > bytes.length - at) throw new Undecodable("too short");
        text.from = at;
        text.length = (int) length;
        at += text.length;
    }

    /** The items of the next block of an array, 0 at the array's end. */
    long readBlock() throws Undecodable {
        long items = readLong();
        if (items >= 0) return items;
        if (items == Long.MIN_VALUE) throw new Undecodable("not a block");
        readLong();
        return -items;
    }
}
