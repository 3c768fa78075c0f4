package dev.coord.world;

import dev.coord.world.Snapshot.ObjectEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A world as simple as can be, to compare the real one with. What is refused throws, and may leave half of it behind. */
final class Model {
    private final Map<String, ObjectEntry> objects;
    private final Set<GraphQuad> quads;
    private long commit;

    Model() {
        this(Map.of(), Set.of());
    }

    private Model(Map<String, ObjectEntry> objects, Set<GraphQuad> quads) {
        this.objects = new TreeMap<>(objects);
        this.quads = new HashSet<>(quads);
    }

    /** What is written from now on is of this commit. */
    void begin(long seqno) {
        commit = seqno;
    }

    private void put(String key, ObjectRef root, long rev) {
        objects.put(key, new ObjectEntry(root, rev, commit, ObjectLifetime.UNLIMITED));
    }

    Model copy() {
        return new Model(objects, quads);
    }

    static Model of(Snapshot snapshot) {
        var model = new Model(snapshot.objects(), new HashSet<>(snapshot.bySubject()));
        if (!model.quads.equals(new HashSet<>(snapshot.byObject()))) {
            throw new AssertionError("Two indexes with different quads: " + snapshot);
        }
        return model;
    }

    List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    List<GraphQuad> quads() {
        return List.copyOf(quads);
    }

    private ObjectEntry existing(String key) {
        ObjectEntry entry = objects.get(key);
        if (entry == null) {
            throw new ObjectNotFoundException(key);
        }
        return entry;
    }

    void create(String key, ObjectRef root) {
        if (objects.containsKey(key)) {
            throw new ObjectExistsException(key);
        }
        put(key, root, 1);
    }

    void set(String key, ObjectRef root) {
        ObjectEntry entry = existing(key);
        if (!entry.root().equals(root)) {
            put(key, root, entry.rev() + 1);
        }
    }

    void incrementRev(String key) {
        ObjectEntry entry = existing(key);
        put(key, entry.root(), entry.rev() + 1);
    }

    void delete(String key) {
        if (objects.containsKey(key)) {
            deleteQuads(key);
            objects.remove(key);
        }
    }

    void rename(String from, String to, boolean descendants) {
        existing(from);
        if (from.equals(to)) {
            return;
        }
        Map<String, String> renames = new HashMap<>();
        for (String key : objects.keySet()) {
            if (key.equals(from) || (descendants && key.startsWith(from + "/"))) {
                renames.put(key, to + key.substring(from.length()));
            }
        }
        Map<String, ObjectEntry> moved = new HashMap<>();
        renames.forEach((old, now) -> moved.put(now, objects.get(old)));
        objects.keySet().removeAll(renames.keySet());
        moved.forEach((key, entry) -> {
            if (objects.containsKey(key)) {
                throw new ObjectExistsException(key);
            }
            put(key, entry.root(), entry.rev());
        });
        List<GraphQuad> before = quads();
        quads.clear();
        before.forEach(quad -> quads.add(new GraphQuad(
                renames.getOrDefault(quad.subject(), quad.subject()),
                quad.predicate(),
                renames.getOrDefault(quad.object(), quad.object()),
                quad.label())));
    }

    void setQuad(GraphQuad quad) {
        existing(quad.subject());
        existing(quad.object());
        if (quads.add(quad)) {
            touch(Set.of(quad));
        }
    }

    void deleteQuad(GraphQuad quad) {
        if (quads.remove(quad)) {
            touch(Set.of(quad));
        }
    }

    void deleteQuads(String key) {
        Set<GraphQuad> gone = new HashSet<>();
        for (GraphQuad quad : quads()) {
            if (quad.subject().equals(key) || quad.object().equals(key)) {
                gone.add(quad);
                quads.remove(quad);
            }
        }
        touch(gone);
    }

    private void touch(Set<GraphQuad> of) {
        Set<String> ends = new HashSet<>();
        of.forEach(quad -> {
            ends.add(quad.subject());
            ends.add(quad.object());
        });
        ends.forEach(this::incrementRev);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Model model && objects.equals(model.objects) && quads.equals(model.quads);
    }

    @Override
    public int hashCode() {
        return 31 * objects.hashCode() + quads.hashCode();
    }

    @Override
    public String toString() {
        List<String> sorted = new ArrayList<>();
        quads.forEach(quad -> sorted.add(quad.toString()));
        sorted.sort(String::compareTo);
        return objects + " " + sorted;
    }
}
