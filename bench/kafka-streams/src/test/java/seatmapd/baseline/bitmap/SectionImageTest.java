package seatmapd.baseline.bitmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bitmap against an array of booleans, request by request. */
class SectionImageTest {
    @Test
    void findsTheLowestRunWhateverTheLength() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int seats = random.nextInt(700);
            int longest = 1 + random.nextInt(200);
            boolean[] free = new boolean[seats];
            Arrays.fill(free, true);
            byte[] image = SectionImage.create(seats);
            for (int taken = random.nextInt(seats + 1); taken > 0; taken--) {
                int seat = random.nextInt(seats);
                free[seat] = false;
                SectionImage.reserve(image, seat);
            }
            for (int request = 0; request < 200; request++) {
                int length = random.nextInt(longest + 2) - 1;
                int expected = lowestRun(free, length);
                assertEquals(expected, SectionImage.findRun(image, length), "seed " + seed + ", length " + length);
                if (expected < 0) continue;
                Arrays.fill(free, expected, expected + length, false);
                SectionImage.take(image, expected, length);
                assertEquals(count(free), SectionImage.available(image), "available, seed " + seed);
            }
        }
    }

    @Test
    void takesWholeWordsAndTheLastSeat() {
        byte[] image = SectionImage.create(256);
        assertEquals(0, SectionImage.findRun(image, 256));
        SectionImage.take(image, 0, 255);
        assertEquals(255, SectionImage.findRun(image, 1));
        assertEquals(-1, SectionImage.findRun(image, 2));
        SectionImage.take(image, 255, 1);
        assertEquals(-1, SectionImage.findRun(image, 1));
        assertEquals(-1, SectionImage.findRun(image, Integer.MAX_VALUE));
    }

    private static int lowestRun(boolean[] free, int length) {
        int run = 0;
        for (int seat = 0; seat < free.length && length > 0; seat++) {
            run = free[seat] ? run + 1 : 0;
            if (run == length) return seat - length + 1;
        }
        return -1;
    }

    private static int count(boolean[] free) {
        int count = 0;
        for (boolean seat : free) if (seat) count++;
        return count;
    }
}
