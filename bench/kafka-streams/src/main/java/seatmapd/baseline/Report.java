package seatmapd.baseline;

import java.util.Map;

/** Lines of JSON on stdout: `event`, `timeMs` (milliseconds since the epoch), and what else there is to say, as strings. */
final class Report {
    static void event(String event) {
        event(event, Map.of());
    }

    static synchronized void event(String event, Map<String, String> details) {
        StringBuilder line = new StringBuilder("{\"event\":").append(quoted(event));
        line.append(",\"timeMs\":").append(System.currentTimeMillis());
        details.forEach((name, value) -> line.append(',').append(quoted(name)).append(':').append(quoted(value)));
        System.out.println(line.append('}'));
        System.out.flush();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') quoted.append('\\').append(character);
            else if (character < ' ') quoted.append(String.format("\\u%04x", (int) character));
            else quoted.append(character);
        }
        return quoted.append('"').toString();
    }

    private Report() {}
}
