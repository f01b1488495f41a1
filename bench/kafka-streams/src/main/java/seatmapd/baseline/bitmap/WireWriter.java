package seatmapd.baseline.bitmap;

import java.util.Arrays;

/** Writes Avro binary into an array that grows, to be used again and again; the value is copied out of it. */
final class WireWriter {
    private static final int LONG_BYTES = 10;

    private byte[] bytes = new byte[512];
    private int length;

    void begin() {
        length = 0;
    }

    byte[] value() {
        return Arrays.copyOf(bytes, length);
    }

    void writeLong(long value) {
        reserve(LONG_BYTES);
        long zigzag = value << 1 ^ value >> 63;
        while ((zigzag & ~0x7fL) != 0) {
            bytes[length++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        bytes[length++] = (byte) zigzag;
    }

    void writeText(byte[] from, WireReader.Text text) {
        writeLong(text.length);
        writeBytes(from, text.from, text.length);
    }

    void writeText(byte[] utf8) {
        writeLong(utf8.length);
        writeBytes(utf8, 0, utf8.length);
    }

    /** The string `<text>-<number>`, the number ≥ 0. */
    void writeNumbered(byte[] from, WireReader.Text text, int number) {
        int digits = Decimal.digits(number);
        writeLong(text.length + 1L + digits);
        writeBytes(from, text.from, text.length);
        reserve(1 + digits);
        bytes[length++] = '-';
        length += digits;
        Decimal.write(number, bytes, length);
    }

    private void writeBytes(byte[] from, int at, int count) {
        reserve(count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (bytes.length - length < count) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
}
