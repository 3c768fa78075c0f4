package dev.coord.world;

import dev.coord.Term;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldLog;
import dev.coord.store.WorldStore.WorldPage;
import dev.coord.time.NanoClock;
import dev.coord.world.Snapshot.ObjectEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a world from the store: as a whole, page by page, or what its log added since. */
final class WorldLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WorldLoader.class);
    /** A page of the longest keys fits into a message. */
    private static final int PAGE_ROWS = 1000;

    private static final int LOG_BYTES = 1024 * 1024;

    private final WorldStore store;
    private final NanoClock clock = NanoClock.system();
    private final String group;

    WorldLoader(WorldStore store, String group) {
        this.store = store;
        this.group = group;
    }

    /** What follows in the log, which no longer has what is up to {@code truncatedSeqno}, and went to {@code headSeqno} then. */
    record Tail(List<LogEntry> entries, long truncatedSeqno, long headSeqno, Term headTerm) {
        /** Whether this was all of it. */
        boolean isLast() {
            return entries.isEmpty() || entries.get(entries.size() - 1).seqno() >= headSeqno;
        }
    }

    /** The next entries after {@code seqno}; null if the log does not go back that far any more. */
    @Nullable
    Tail entriesAfter(long seqno) {
        WorldLog log = store.log(group, seqno, LOG_BYTES);
        List<LogEntry> entries = log.entries().stream().map(WorldCodec::decoded).toList();
        boolean gap = !entries.isEmpty() && entries.get(0).seqno() != seqno + 1;
        if (log.head().truncatedSeqno() > seqno || gap) {
            return null;
        }
        return new Tail(
                entries,
                log.head().truncatedSeqno(),
                log.head().seqno(),
                log.head().term());
    }

    /** The entry {@code seqno}; null if the log does not have it any more. */
    @Nullable
    LogEntry entry(long seqno) {
        return store.log(group, seqno - 1, 1).entries().stream()
                .map(WorldCodec::decoded)
                .filter(entry -> entry.seqno() == seqno)
                .findFirst()
                .orElse(null);
    }

    /** Entries after {@code seqno}, at most {@code max}, from where the log begins. */
    List<LogEntry> changes(long seqno, int max) {
        return store.log(group, seqno, LOG_BYTES).entries().stream()
                .limit(max)
                .map(WorldCodec::decoded)
                .toList();
    }

    /**
     * The whole world as of some moment during the call.
     *
     * @param results told all entries that the log still has
     */
    Snapshot load(Consumer<LogEntry> results) {
        while (true) {
            Snapshot loaded = tryLoad(results);
            if (loaded != null) {
                return loaded;
            }
            LOG.debug("The log of the world of {} was truncated while it was read: once more", group);
        }
    }

    private @Nullable Snapshot tryLoad(Consumer<LogEntry> results) {
        long began = clock.nanoTime();
        WorldHead first = store.head(group);
        // What the pages lack, or have too much, the log repairs: it says what is there in the end.
        TreePMap<String, ObjectEntry> objects = objects();
        var limited = new TreeSet<String>();
        objects.forEach((key, object) -> {
            if (!object.lifetime().isUnlimited()) {
                limited.add(key);
            }
        });
        Snapshot fuzzy = new Snapshot(
                first.checkpointSeqno(),
                first.term(),
                objects,
                TreePSet.empty(GraphQuad.BY_SUBJECT),
                TreePSet.empty(GraphQuad.BY_OBJECT),
                TreePSet.fromSortedSet(limited));
        fuzzy = withQuads(fuzzy, quads());
        long target = store.head(group).seqno();
        long seqno = first.truncatedSeqno();
        while (seqno < target) {
            Tail tail = entriesAfter(seqno);
            if (tail == null || tail.entries().isEmpty()) {
                return null;
            }
            for (LogEntry entry : tail.entries()) {
                results.accept(entry);
                if (entry.seqno() >= fuzzy.seqno()) {
                    fuzzy = fuzzy.after(entry);
                }
                seqno = entry.seqno();
            }
        }
        if (fuzzy.objects().size() > PAGE_ROWS) {
            LOG.info(
                    "Read the world of {}: {} objects in {} ms",
                    group,
                    fuzzy.objects().size(),
                    (clock.nanoTime() - began) / 1_000_000);
        }
        return fuzzy;
    }

    private TreePMap<String, ObjectEntry> objects() {
        var objects = new TreeMap<String, ObjectEntry>();
        String after = "";
        while (true) {
            WorldPage page = store.objects(group, after, PAGE_ROWS);
            for (StoredObject object : page.objects()) {
                objects.put(
                        object.key(),
                        new ObjectEntry(
                                ObjectRef.of(object.root()),
                                object.rev(),
                                object.modSeqno(),
                                ObjectLifetime.of(object.ttlMillis(), object.owner())));
                after = object.key();
            }
            if (page.objects().size() < PAGE_ROWS) {
                return TreePMap.fromSortedMap(objects);
            }
        }
    }

    private List<GraphQuad> quads() {
        var quads = new ArrayList<GraphQuad>();
        StoredQuad after = StoredQuad.NONE;
        while (true) {
            WorldPage page = store.quads(group, after, PAGE_ROWS / 4);
            for (StoredQuad quad : page.quads()) {
                quads.add(GraphQuad.of(quad));
                after = quad;
            }
            if (page.quads().size() < PAGE_ROWS / 4) {
                return quads;
            }
        }
    }

    private static Snapshot withQuads(Snapshot snapshot, List<GraphQuad> quads) {
        var bySubject = new TreeSet<>(GraphQuad.BY_SUBJECT);
        bySubject.addAll(quads);
        var byObject = new TreeSet<>(GraphQuad.BY_OBJECT);
        byObject.addAll(quads);
        return new Snapshot(
                snapshot.seqno(),
                snapshot.term(),
                snapshot.objects(),
                TreePSet.fromSortedSet(bySubject),
                TreePSet.fromSortedSet(byObject),
                snapshot.limited());
    }
}
