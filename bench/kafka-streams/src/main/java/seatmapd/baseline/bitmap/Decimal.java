package seatmapd.baseline.bitmap;

/** Decimal numbers as ASCII bytes, without strings in between. */
final class Decimal {
    private static final int MAX_DIGITS = 9;

    /** How many digits `number` ≥ 0 has. */
    static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) digits++;
        return digits;
    }

    /** Writes the digits of `number` ≥ 0 so that the last one comes before `end`. */
    static void write(long number, byte[] bytes, int end) {
        long rest = number;
        int at = end;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
    }

    /** The number ≥ 1 that the bytes spell, without sign or leading zeros; −1 when they don't or it has too many digits. */
    static int parse(byte[] bytes, int from, int length) {
        if (length < 1 || length > MAX_DIGITS || bytes[from] == '0') return -1;
        int number = 0;
        for (int at = from; at < from + length; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') return -1;
            number = number * 10 + bytes[at] - '0';
        }
        return number;
    }

    private Decimal() {}
}
