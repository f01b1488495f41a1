package seatmapd.baseline.map;

import com.keer.ticketmaster.avro.SectionInitCommand;
import com.keer.ticketmaster.avro.SectionSeatState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import seatmapd.baseline.Limits;

/** The seats of a section as a map from a seat's name to AVAILABLE or RESERVED: `<section>-1` to `<section>-n`. */
final class SeatMap {
    private static final String AVAILABLE = "AVAILABLE";
    private static final String RESERVED = "RESERVED";

    static SectionSeatState create(SectionInitCommand command, int seats) {
        String section = command.getSection();
        Map<String, String> statuses = new HashMap<>(seats * 2);
        for (int number = 1; number <= seats; number++) statuses.put(name(section, number), AVAILABLE);
        int available = seats;
        for (String name : command.getInitialReserved()) {
            if (statuses.replace(name, AVAILABLE, RESERVED)) available--;
        }
        return new SectionSeatState(command.getEventId(), section, statuses, available);
    }

    /** Reserves the lowest-numbered run of `count` adjacent free seats and returns their names, none when there is no such run. */
    static List<String> reserve(SectionSeatState state, int count) {
        int start = count > Limits.SEATS_PER_REQUEST ? 0 : findRun(state, count);
        if (start == 0) return List.of();
        List<String> names =
                IntStream.range(start, start + count).mapToObj(number -> name(state.getSection(), number)).toList();
        for (String name : names) state.getSeatStatuses().put(name, RESERVED);
        state.setAvailableCount(state.getAvailableCount() - count);
        return names;
    }

    /** The number of the run's first seat, 0 when there is none. */
    private static int findRun(SectionSeatState state, int count) {
        if (count <= 0 || count > state.getAvailableCount()) return 0;
        Map<String, String> statuses = state.getSeatStatuses();
        int length = 0;
        for (int number = 1; number <= statuses.size(); number++) {
            length = AVAILABLE.equals(statuses.get(name(state.getSection(), number))) ? length + 1 : 0;
            if (length == count) return number - count + 1;
        }
        return 0;
    }

    private static String name(String section, int number) {
        return section + "-" + number;
    }

    private SeatMap() {}
}
