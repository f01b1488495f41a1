package seatmapd.baseline;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the command line says. Times are in milliseconds. */
public record Arguments(
        String bootstrapServers,
        String applicationId,
        String initTopic,
        String requestsTopic,
        String resultsTopic,
        String statusTopic,
        Variant variant,
        Settings.Profile profile,
        boolean storeCache,
        int threads,
        Integer commitIntervalMs,
        String stateDirectory,
        String guarantee,
        Map<String, String> overrides) {

    private static final Set<String> NAMES = Set.of(
            "bootstrap-servers", "application-id", "init-topic", "requests-topic", "results-topic", "status-topic",
            "variant", "profile", "store-cache", "threads", "commit-interval-ms", "state-directory", "guarantee");

    /** Throws an IllegalArgumentException that names the argument at fault. */
    static Arguments parse(String[] parameters) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, String> overrides = new LinkedHashMap<>();
        for (int at = 0; at < parameters.length; at += 2) {
            String name = parameters[at].startsWith("--") ? parameters[at].substring(2) : "";
            if (at + 1 == parameters.length) throw new IllegalArgumentException(parameters[at] + ": its value is missing");
            String value = parameters[at + 1];
            if (name.equals("streams")) addOverride(overrides, value);
            else if (NAMES.contains(name)) values.put(name, value);
            else throw new IllegalArgumentException(parameters[at] + ": no such argument");
        }
        Variant variant = Variant.of(values.getOrDefault("variant", "bitmap-slim"));
        String storeCache = values.get("store-cache");
        String commitIntervalMs = values.get("commit-interval-ms");
        return new Arguments(
                required(values, "bootstrap-servers"),
                required(values, "application-id"),
                values.getOrDefault("init-topic", "section-init"),
                values.getOrDefault("requests-topic", "reservation-requests"),
                values.getOrDefault("results-topic", "reservation-completed"),
                values.getOrDefault("status-topic", "section-status"),
                variant,
                Settings.Profile.of(values.getOrDefault("profile", "throughput")),
                storeCache == null ? variant.storeCache() : flag("store-cache", storeCache),
                number("threads", values.getOrDefault("threads", "2")),
                commitIntervalMs == null ? null : number("commit-interval-ms", commitIntervalMs),
                required(values, "state-directory"),
                values.getOrDefault("guarantee", "exactly_once_v2"),
                overrides);
    }

    private static void addOverride(Map<String, String> overrides, String setting) {
        int equals = setting.indexOf('=');
        if (equals <= 0) throw new IllegalArgumentException("--streams: expected key=value, not " + setting);
        overrides.put(setting.substring(0, equals), setting.substring(equals + 1));
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) throw new IllegalArgumentException("--" + name + ": missing");
        return value;
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException("--" + name + ": expected a whole number, not " + value);
        }
    }

    private static boolean flag(String name, String value) {
        if (value.equals("on")) return true;
        if (value.equals("off")) return false;
        throw new IllegalArgumentException("--" + name + ": on or off, not " + value);
    }
}
