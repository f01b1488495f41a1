package seatmapd.baseline.map;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.keer.ticketmaster.avro.ReservationCompletedEvent;
import com.keer.ticketmaster.avro.ReservationRequestedEvent;
import com.keer.ticketmaster.avro.SectionInitCommand;
import com.keer.ticketmaster.avro.SectionSeatState;
import com.keer.ticketmaster.avro.SectionStatusEvent;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import seatmapd.baseline.Limits;

/** Reads a section's whole map from the store for each request, changes it, and puts it back. */
final class MapAllocator implements Processor<String, SpecificRecord, String, SpecificRecord> {
    private final MapTopology.Status status;
    private ProcessorContext<String, SpecificRecord> context;
    private KeyValueStore<String, SectionSeatState> sections;

    MapAllocator(MapTopology.Status status) {
        this.status = status;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        sections = context.getStateStore(MapTopology.STORE);
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof SectionInitCommand command) init(command, record.timestamp());
        else if (record.value() instanceof ReservationRequestedEvent request) request(request, record.timestamp());
    }

    private void init(SectionInitCommand command, long timestampMs) {
        long seats = Limits.seats(command.getRows(), command.getSeatsPerRow());
        if (!Limits.allow(command.getSection().getBytes(UTF_8).length, seats)) return;
        String key = command.getEventId() + "-" + command.getSection();
        SectionSeatState state = SeatMap.create(command, (int) seats);
        sections.put(key, state);
        forwardStatus(key, state, timestampMs);
    }

    private void request(ReservationRequestedEvent request, long timestampMs) {
        String key = request.getEventId() + "-" + request.getSection();
        SectionSeatState state = sections.get(key);
        List<String> seats = state == null ? List.of() : SeatMap.reserve(state, request.getSeatCount());
        if (!seats.isEmpty()) sections.put(key, state);
        ReservationCompletedEvent result = ReservationCompletedEvent.newBuilder()
                .setReservationId(request.getReservationId())
                .setEventId(request.getEventId())
                .setUserId(request.getUserId())
                .setStatus(seats.isEmpty() ? "REJECTED" : "CONFIRMED")
                .setSection(request.getSection())
                .setSeatCount(request.getSeatCount())
                .setAllocatedSeats(seats)
                .setTimestamp(Instant.ofEpochMilli(timestampMs))
                .build();
        context.forward(new Record<>(request.getReservationId(), result, timestampMs), MapTopology.RESULTS);
        if (state != null) forwardStatus(key, state, timestampMs);
    }

    private void forwardStatus(String key, SectionSeatState state, long timestampMs) {
        SpecificRecord value = switch (status) {
            case FULL -> state;
            case SLIM -> new SectionStatusEvent(
                    state.getEventId(), state.getSection(), state.getAvailableCount(), Instant.ofEpochMilli(timestampMs));
        };
        context.forward(new Record<>(key, value, timestampMs), MapTopology.STATUS);
    }
}
