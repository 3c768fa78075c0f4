package dev.coord.world;

import dev.coord.world.Snapshot.ObjectEntry;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** Goes through the objects of a snapshot. */
final class SnapshotIterator implements ObjectIterator<ObjectState> {
    private final TreePMap<String, ObjectEntry> objects;
    private final String prefix;
    private final boolean reversed;
    private final BiFunction<String, ObjectEntry, ObjectState> state;
    private Map.@Nullable Entry<String, ObjectEntry> next;

    SnapshotIterator(
            TreePMap<String, ObjectEntry> objects,
            String prefix,
            boolean reversed,
            BiFunction<String, ObjectEntry, ObjectState> state) {
        this.objects = objects;
        this.prefix = prefix;
        this.reversed = reversed;
        this.state = state;
        this.next = within(reversed ? last() : objects.ceilingEntry(prefix));
    }

    private Map.@Nullable Entry<String, ObjectEntry> last() {
        // The first word that is after all that begin with the prefix: its last character raised by one.
        int length = prefix.length();
        while (length > 0 && prefix.charAt(length - 1) == Character.MAX_VALUE) {
            length--;
        }
        if (length == 0) {
            return objects.isEmpty() ? null : objects.lastEntry();
        }
        return objects.lowerEntry(prefix.substring(0, length - 1) + (char) (prefix.charAt(length - 1) + 1));
    }

    private Map.@Nullable Entry<String, ObjectEntry> within(Map.@Nullable Entry<String, ObjectEntry> entry) {
        return entry != null && entry.getKey().startsWith(prefix) ? entry : null;
    }

    @Override
    public void seek(String key) {
        if (reversed) {
            next = within(objects.floorEntry(key));
            if (next == null && key.compareTo(prefix) >= 0 && !key.startsWith(prefix)) {
                next = within(last());
            }
        } else {
            next = within(objects.ceilingEntry(key.compareTo(prefix) < 0 ? prefix : key));
        }
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public ObjectState next() {
        Map.Entry<String, ObjectEntry> entry = next;
        if (entry == null) {
            throw new NoSuchElementException("There are no more objects that begin with '" + prefix + "'");
        }
        next = within(reversed ? objects.lowerEntry(entry.getKey()) : objects.higherEntry(entry.getKey()));
        return state.apply(entry.getKey(), entry.getValue());
    }
}
