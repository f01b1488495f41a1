package seatmapd.baseline;

/** seatmapd's default limits, for answers equal to its own: commands beyond them are skipped, requests are REJECTED. */
public final class Limits {
    public static final int SECTION_NAME_BYTES = 512;
    public static final int SEATS_PER_SECTION = 1_000_000;
    public static final int SEATS_PER_REQUEST = 1_000;

    /** The seats of a section of that many rows, 0 when there are none; more than an int holds when there are too many. */
    public static long seats(int rows, int seatsPerRow) {
        return rows <= 0 || seatsPerRow <= 0 ? 0 : (long) rows * seatsPerRow;
    }

    public static boolean allow(int sectionNameBytes, long seats) {
        return sectionNameBytes <= SECTION_NAME_BYTES && seats <= SEATS_PER_SECTION;
    }

    private Limits() {}
}
