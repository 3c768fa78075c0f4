package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * A world at one instant. Immutable; the next one shares all with it but what changed.
 *
 * @param bySubject all quads, in the order of where they begin
 * @param byObject the same quads, in the order of where they end
 * @param limited the keys of the objects whose lifetime is limited
 */
record Snapshot(
        long seqno,
        Term term,
        TreePMap<String, ObjectEntry> objects,
        TreePSet<GraphQuad> bySubject,
        TreePSet<GraphQuad> byObject,
        TreePSet<String> limited) {
    /** An object without its key. */
    record ObjectEntry(ObjectRef root, long rev, long modSeqno, ObjectLifetime lifetime) {}

    /** The first of all words: none has a NUL. */
    private static final String SMALLEST = "\1";

    static final Snapshot EMPTY = new Snapshot(
            0,
            Term.NONE,
            TreePMap.empty(),
            TreePSet.empty(GraphQuad.BY_SUBJECT),
            TreePSet.empty(GraphQuad.BY_OBJECT),
            TreePSet.empty());

    Snapshot at(long newSeqno, Term newTerm) {
        return new Snapshot(newSeqno, newTerm, objects, bySubject, byObject, limited);
    }

    Snapshot with(WorldChange change) {
        if (change instanceof ObjectSet set) {
            return with(set.key(), entry(set));
        } else if (change instanceof ObjectDeleted deleted) {
            return without(deleted.key());
        } else if (change instanceof ObjectRenamed renamed) {
            return without(renamed.from())
                    .with(
                            renamed.to(),
                            new ObjectEntry(renamed.root(), renamed.rev(), renamed.modSeqno(), renamed.lifetime()));
        } else if (change instanceof QuadSet set) {
            return new Snapshot(seqno, term, objects, bySubject.plus(set.quad()), byObject.plus(set.quad()), limited);
        } else if (change instanceof QuadDeleted deleted) {
            return new Snapshot(
                    seqno, term, objects, bySubject.minus(deleted.quad()), byObject.minus(deleted.quad()), limited);
        }
        throw new IllegalArgumentException("Not a change: " + change);
    }

    /** The world after an entry of its log. */
    Snapshot after(LogEntry entry) {
        Snapshot after = this;
        for (WorldChange change : entry.changes()) {
            after = after.with(change);
        }
        return after.at(entry.seqno(), entry.term());
    }

    static ObjectEntry entry(ObjectSet set) {
        return new ObjectEntry(set.root(), set.rev(), set.modSeqno(), set.lifetime());
    }

    private Snapshot with(String key, ObjectEntry entry) {
        boolean ends = !entry.lifetime().isUnlimited();
        return new Snapshot(
                seqno,
                term,
                objects.plus(key, entry),
                bySubject,
                byObject,
                ends ? limited.plus(key) : limited.minus(key));
    }

    private Snapshot without(String key) {
        return new Snapshot(seqno, term, objects.minus(key), bySubject, byObject, limited.minus(key));
    }

    /** Keys of the objects that end with {@code owner}, in order. */
    List<String> ownedBy(ParticipantId owner) {
        return limited.stream()
                .filter(key -> {
                    ObjectEntry entry = object(key);
                    return entry != null
                            && entry.lifetime().owner().filter(owner::equals).isPresent();
                })
                .toList();
    }

    @Nullable
    ObjectEntry object(String key) {
        return objects.get(key);
    }

    /** Quads from and to an object. */
    List<GraphQuad> quadsOf(String key) {
        List<GraphQuad> all = new ArrayList<>(quads(QuadFilter.from(key), Integer.MAX_VALUE));
        for (GraphQuad quad : quads(QuadFilter.to(key), Integer.MAX_VALUE)) {
            if (!quad.subject().equals(key)) {
                all.add(quad);
            }
        }
        return all;
    }

    /**
     * Those that {@code filter} wants. They are found without looking at others as far as it gives the fields in the order of subject,
     * predicate, object and label, or of object, predicate, subject and label.
     */
    List<GraphQuad> quads(QuadFilter filter, int limit) {
        String subject = word(filter.subject());
        String predicate = word(filter.predicate());
        String object = word(filter.object());
        if (subject == null && object == null) {
            return quads(bySubject, quad -> true, filter, limit);
        }
        boolean fromSubject = subject != null && (predicate != null || object == null);
        boolean both = predicate != null && subject != null && object != null;
        QuadFilter within = new QuadFilter(
                fromSubject || both ? subject : null,
                predicate,
                fromSubject && !both ? null : object,
                both && filter.label() != null && isLabel(filter.label()) ? filter.label() : null);
        GraphQuad first = new GraphQuad(
                or(within.subject(), SMALLEST),
                or(within.predicate(), SMALLEST),
                or(within.object(), SMALLEST),
                or(within.label(), ""));
        return quads((fromSubject ? bySubject : byObject).tailSet(first), within::matches, filter, limit);
    }

    private static String or(@Nullable String word, String otherwise) {
        return word == null ? otherwise : word;
    }

    /** {@code word} if a quad can have it at an end or as its predicate; null if not. */
    private static @Nullable String word(@Nullable String word) {
        try {
            return word == null ? null : WorldKeys.checked(word);
        } catch (InvalidOperationException e) {
            return null;
        }
    }

    private static boolean isLabel(String label) {
        return label.isEmpty() || word(label) != null;
    }

    private static List<GraphQuad> quads(
            Iterable<GraphQuad> candidates, Predicate<GraphQuad> within, QuadFilter filter, int limit) {
        var found = new ArrayList<GraphQuad>();
        for (GraphQuad quad : candidates) {
            if (found.size() >= limit || !within.test(quad)) {
                break;
            }
            if (filter.matches(quad)) {
                found.add(quad);
            }
        }
        return found;
    }

    /** Keys of the descendants of {@code key}, in order. */
    List<String> descendants(String key) {
        var found = new ArrayList<String>();
        String prefix = key + "/";
        for (Map.Entry<String, ObjectEntry> entry = objects.ceilingEntry(prefix);
                entry != null && entry.getKey().startsWith(prefix);
                entry = objects.higherEntry(entry.getKey())) {
            found.add(entry.getKey());
        }
        return found;
    }
}
