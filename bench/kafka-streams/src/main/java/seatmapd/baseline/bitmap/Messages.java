package seatmapd.baseline.bitmap;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import seatmapd.baseline.Limits;
import seatmapd.baseline.bitmap.WireReader.Text;
import seatmapd.baseline.bitmap.WireReader.Undecodable;

/** The wire's messages. What was read last is kept in fields that the next message overwrites: no object for each. */
final class Messages {
    private static final byte[] CONFIRMED = "CONFIRMED".getBytes(US_ASCII);
    private static final byte[] REJECTED = "REJECTED".getBytes(US_ASCII);

    private final WireReader reader = new WireReader();
    private final WireWriter writer = new WireWriter();
    private final Text reservationId = new Text();
    private final Text section = new Text();
    private final Text userId = new Text();
    private final Text seatName = new Text();
    private long eventId;
    private int seatCount;

    /** A ReservationRequestedEvent. */
    void readRequest(byte[] value) throws Undecodable {
        reader.begin(value);
        reader.readText(reservationId);
        eventId = reader.readLong();
        reader.readText(section);
        seatCount = reader.readInt();
        reader.readText(userId);
        reader.readLong();
        reader.end();
    }

    /** A SectionInitCommand, as the image of the section it asks for; null when the section would be beyond the limits. */
    byte[] readInit(byte[] value) throws Undecodable {
        reader.begin(value);
        eventId = reader.readLong();
        reader.readText(section);
        int rows = reader.readInt();
        int seatsPerRow = reader.readInt();
        long seats = Limits.seats(rows, seatsPerRow);
        boolean allowed = Limits.allow(section.length, seats);
        byte[] image = SectionImage.create(allowed ? (int) seats : 0);
        for (long items = reader.readBlock(); items > 0; items = reader.readBlock()) {
            for (long item = 0; item < items; item++) {
                reader.readText(seatName);
                int number = numberOf(seatName);
                if (number >= 1 && number <= SectionImage.seats(image)) SectionImage.reserve(image, number - 1);
            }
        }
        reader.end();
        return allowed ? image : null;
    }

    /** The number in the name of a seat of this section, −1 when it is none. */
    private int numberOf(Text name) {
        byte[] bytes = reader.bytes();
        int dash = name.from + section.length;
        if (name.length < section.length + 2 || bytes[dash] != '-') return -1;
        if (!Arrays.equals(bytes, name.from, dash, bytes, section.from, section.from + section.length)) return -1;
        return Decimal.parse(bytes, dash + 1, name.length - section.length - 1);
    }

    int seatCount() {
        return seatCount;
    }

    byte[] reservationId() {
        return Arrays.copyOfRange(reader.bytes(), reservationId.from, reservationId.from + reservationId.length);
    }

    /** `eventId-section`, the key of the state and of the status. */
    byte[] sectionKey() {
        if (eventId < 0) return negativeSectionKey();
        int digits = Decimal.digits(eventId);
        byte[] key = new byte[digits + 1 + section.length];
        Decimal.write(eventId, key, digits);
        key[digits] = '-';
        System.arraycopy(reader.bytes(), section.from, key, digits + 1, section.length);
        return key;
    }

    private byte[] negativeSectionKey() {
        byte[] event = (eventId + "-").getBytes(US_ASCII);
        byte[] key = Arrays.copyOf(event, event.length + section.length);
        System.arraycopy(reader.bytes(), section.from, key, event.length, section.length);
        return key;
    }

    /** The ReservationCompletedEvent for the request read last: its seats from `firstSeat` (from 0), none when −1. */
    byte[] result(int firstSeat, long timestampMs) {
        byte[] bytes = reader.bytes();
        boolean confirmed = firstSeat >= 0;
        writer.begin();
        writer.writeText(bytes, reservationId);
        writer.writeLong(eventId);
        writer.writeText(bytes, userId);
        writer.writeText(confirmed ? CONFIRMED : REJECTED);
        writer.writeText(bytes, section);
        writer.writeLong(seatCount);
        if (confirmed) {
            writer.writeLong(seatCount);
            for (int seat = 1; seat <= seatCount; seat++) writer.writeNumbered(bytes, section, firstSeat + seat);
        }
        writer.writeLong(0);
        writer.writeLong(timestampMs);
        return writer.value();
    }

    /** The SectionStatusEvent for the section of the message read last. */
    byte[] status(int available, long timestampMs) {
        writer.begin();
        writer.writeLong(eventId);
        writer.writeText(reader.bytes(), section);
        writer.writeLong(available);
        writer.writeLong(timestampMs);
        return writer.value();
    }
}
