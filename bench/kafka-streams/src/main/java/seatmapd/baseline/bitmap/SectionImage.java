package seatmapd.baseline.bitmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A section's state as the store keeps it, worked on in place: seats, available seats and the first word with a free seat
 * (three ints and four bytes of nothing), then the bitmap in 64-bit words, all little endian. Seat s (from 0) is bit
 * s % 64 of word s / 64; a set bit is a free seat, and bits beyond the last seat are clear.
 */
final class SectionImage {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int AVAILABLE_AT = 4;
    private static final int FIRST_FREE_WORD_AT = 8;
    private static final int WORDS_AT = 16;

    /** A section of that many seats, all free. */
    static byte[] create(int seats) {
        int words = (seats + 63) >>> 6;
        byte[] image = new byte[WORDS_AT + words * 8];
        INTS.set(image, 0, seats);
        INTS.set(image, AVAILABLE_AT, seats);
        for (int at = 0; at < words; at++) setWord(image, at, -1L);
        int rest = seats & 63;
        if (rest != 0) setWord(image, words - 1, -1L >>> (64 - rest));
        return image;
    }

    static int seats(byte[] image) {
        return (int) INTS.get(image, 0);
    }

    static int available(byte[] image) {
        return (int) INTS.get(image, AVAILABLE_AT);
    }

    /** Takes one seat; nothing happens when it is taken already. */
    static void reserve(byte[] image, int seat) {
        if ((word(image, seat >>> 6) & 1L << seat) != 0) take(image, seat, 1);
    }

    /** The lowest seat where `length` adjacent free seats begin, or −1 where there are none or none are asked for. */
    static int findRun(byte[] image, int length) {
        if (length <= 0 || length > available(image)) return -1;
        int words = (seats(image) + 63) >>> 6;
        // The free seats that end the words read so far: a run that the next word may continue.
        int open = 0;
        for (int at = (int) INTS.get(image, FIRST_FREE_WORD_AT); at < words; at++) {
            long word = word(image, at);
            int leading = Long.numberOfTrailingZeros(~word);
            // A run that reaches in from the words before begins lower than any other of this word.
            if (open + leading >= length) return (at << 6) - open;
            if (leading == 64) {
                open += 64;
                continue;
            }
            if (length < 64) {
                long starts = startsWithin(word, length);
                if (starts != 0) return (at << 6) + Long.numberOfTrailingZeros(starts);
            }
            open = Long.numberOfLeadingZeros(~word);
        }
        return -1;
    }

    /** Takes `length` seats from `from`, all of them free. */
    static void take(byte[] image, int from, int length) {
        int to = from + length;
        for (int at = from >>> 6; at << 6 < to; at++) {
            int first = at << 6;
            long taken = -1L;
            if (from > first) taken &= -1L << (from - first);
            if (to < first + 64) taken &= -1L >>> (first + 64 - to);
            setWord(image, at, word(image, at) & ~taken);
        }
        INTS.set(image, AVAILABLE_AT, available(image) - length);
        int words = (seats(image) + 63) >>> 6;
        int firstFree = (int) INTS.get(image, FIRST_FREE_WORD_AT);
        while (firstFree < words && word(image, firstFree) == 0) firstFree++;
        INTS.set(image, FIRST_FREE_WORD_AT, firstFree);
    }

    /** The bits of `word` where `length` (1 to 63) adjacent set bits begin. It doubles the proven length with each step. */
    private static long startsWithin(long word, int length) {
        long starts = word;
        for (int proven = 1; proven < length && starts != 0; ) {
            int step = Math.min(proven, length - proven);
            starts &= starts >>> step;
            proven += step;
        }
        return starts;
    }

    private static long word(byte[] image, int at) {
        return (long) LONGS.get(image, WORDS_AT + at * 8);
    }

    private static void setWord(byte[] image, int at, long word) {
        LONGS.set(image, WORDS_AT + at * 8, word);
    }

    private SectionImage() {}
}
