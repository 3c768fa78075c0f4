package dev.coord.testing;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * When a process held leadership by its own account, on the monotonic clock that all processes of a machine share. It lies in a
 * mapped file, so that it outlives a killed process.
 */
public final class HeldLog {
    private static final int SLOT = 24;
    private static final int SLOTS = 1000;

    private final MappedByteBuffer map;
    private int slot = -1;

    /**
     * One leadership: held at {@code from}, at {@code to}, and so all the time between.
     */
    public record Interval(long term, long from, long to) {}

    private HeldLog(MappedByteBuffer map) {
        this.map = map;
    }

    public static HeldLog open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new HeldLog(channel.map(MapMode.READ_WRITE, 0, (long) SLOT * SLOTS));
        }
    }

    /** Held at {@code nanos}. */
    public void held(long term, long nanos) {
        if (slot < 0 || map.getLong(slot * SLOT) != term) {
            slot++;
            map.putLong(slot * SLOT + 8, nanos);
            map.putLong(slot * SLOT + 16, nanos);
            map.putLong(slot * SLOT, term);
        } else {
            map.putLong(slot * SLOT + 16, nanos);
        }
    }

    public List<Interval> intervals() {
        var found = new ArrayList<Interval>();
        for (int i = 0; i < SLOTS && map.getLong(i * SLOT) != 0; i++) {
            found.add(new Interval(map.getLong(i * SLOT), map.getLong(i * SLOT + 8), map.getLong(i * SLOT + 16)));
        }
        return found;
    }
}
