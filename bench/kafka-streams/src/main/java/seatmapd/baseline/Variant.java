package seatmapd.baseline;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.streams.Topology;
import seatmapd.baseline.bitmap.BitmapTopology;
import seatmapd.baseline.map.MapTopology;

/** The applications that can be compared: what state a section has, and what its status says. */
public enum Variant {
    MAP_FULL("map-full", false, arguments -> MapTopology.build(arguments, MapTopology.Status.FULL)),
    MAP_SLIM("map-slim", false, arguments -> MapTopology.build(arguments, MapTopology.Status.SLIM)),
    BITMAP_SLIM("bitmap-slim", true, BitmapTopology::build);

    private final String label;
    private final boolean storeCache;
    private final Function<Arguments, Topology> topology;

    Variant(String label, boolean storeCache, Function<Arguments, Topology> topology) {
        this.label = label;
        this.storeCache = storeCache;
        this.topology = topology;
    }

    static Variant of(String label) {
        for (Variant variant : values()) if (variant.label.equals(label)) return variant;
        String known = Arrays.stream(values()).map(variant -> variant.label).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("--variant: one of " + known + ", not " + label);
    }

    /** Whether a write-back cache stands before the store when no argument says so. */
    boolean storeCache() {
        return storeCache;
    }

    Topology topology(Arguments arguments) {
        return topology.apply(arguments);
    }
}
