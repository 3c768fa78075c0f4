package dev.coord.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final int TERM = 0;
    private static final int FROM = 8;
    private static final int TO = 16;
    private static final int SLOT = 24;
    private static final int SLOTS = 1000;

    private final MappedByteBuffer map;
    private int slot = -1;
    private long lastTerm;
    private long lastAfter;

    /**
     * One leadership: held at {@code from}, at {@code to}, and so all the time between.
     */
    public record Interval(long term, long from, long to) {}

    private HeldLog(MappedByteBuffer map) {
        this.map = map;
    }

    public static HeldLog open(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new HeldLog(channel.map(MapMode.READ_WRITE, 0, (long) SLOT * SLOTS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Between the two instants it was asked whether leadership is held, and it was. It may have begun after the first and ended
     * before the second; so the time that counts is from the end of one such question to the beginning of the next.
     */
    public void held(long term, long before, long after) {
        if (term == lastTerm) {
            if (slot < 0 || map.getLong(slot * SLOT + TERM) != term) {
                slot++;
                map.putLong(slot * SLOT + FROM, lastAfter);
                map.putLong(slot * SLOT + TO, before);
                map.putLong(slot * SLOT + TERM, term);
            }
            map.putLong(slot * SLOT + TO, before);
        }
        lastTerm = term;
        lastAfter = after;
    }

    public List<Interval> intervals() {
        var found = new ArrayList<Interval>();
        for (int i = 0; i < SLOTS && map.getLong(i * SLOT + TERM) != 0; i++) {
            found.add(new Interval(
                    map.getLong(i * SLOT + TERM), map.getLong(i * SLOT + FROM), map.getLong(i * SLOT + TO)));
        }
        return found;
    }
}
