package seatmapd.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes commands and requests to a running daemon, waits for the answers, and prints them and the statuses as Avro's JSON,
 * a line each. Arguments: bootstrap servers, the four topics (inits, requests, results, statuses), the number of requests,
 * and the URL of a schema registry for Confluent's framing.
 */
public final class Interop {
    private static final int SECTIONS = 6;

    public static void main(String[] arguments) throws Exception {
        List<String> topics = List.of(arguments).subList(1, 5);
        int requests = Integer.parseInt(arguments[5]);
        Framing framing = arguments.length > 6 ? new ConfluentFraming(arguments[6]) : new NoFraming();
        try (Inputs inputs = new Inputs(arguments[0], topics.get(0), topics.get(1), framing)) {
            for (int section = 0; section < SECTIONS; section++) inputs.init(section);
            for (int request = 0; request < requests; request++) inputs.request(request, request % SECTIONS);
        }
        List<String> lines = new ArrayList<>();
        try (Outputs outputs = new Outputs(arguments[0], framing)) {
            lines.addAll(outputs.answers(topics.get(2), requests));
            lines.addAll(outputs.statuses(topics.get(3)));
        }
        lines.forEach(System.out::println);
    }

    /** The event of a section; one is beyond what a double holds. */
    static long eventOf(int section) {
        return section % 2 == 0 ? 1L : (1L << 60) + 1;
    }

    static String nameOf(int section) {
        return section == 3 ? "Süd-3-b" : "S" + section;
    }

    static Map<String, Object> clientOf(String bootstrapServers) {
        return Map.of("bootstrap.servers", bootstrapServers);
    }
}
