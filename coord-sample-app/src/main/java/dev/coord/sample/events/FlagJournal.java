package dev.coord.sample.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which flag was changed last by which commit, so that a client that was away for a while can be told what it missed. Not safe for
 * use by several threads.
 */
final class FlagJournal {
    private static final int MAX_DELETED = 1000;

    private final Map<String, Long> changed = new HashMap<>();
    private final LinkedHashMap<String, Long> deleted = new LinkedHashMap<>();
    /** What happened after this commit is known; -1 as long as nothing is. */
    private long complete = -1;

    private long last = -1;

    /** Commit {@code seqno} changed the flag. */
    void changed(String key, long seqno) {
        deleted.remove(key);
        changed.put(key, seqno);
        reached(seqno);
    }

    /** Commit {@code seqno} deleted the flag. */
    void deleted(String key, long seqno) {
        changed.remove(key);
        deleted.remove(key);
        deleted.put(key, seqno);
        reached(seqno);
        if (deleted.size() > MAX_DELETED) {
            var oldest = deleted.entrySet().iterator();
            complete = Math.max(complete, oldest.next().getValue());
            oldest.remove();
        }
    }

    /** Everything up to commit {@code seqno} is known. */
    void reached(long seqno) {
        if (complete < 0) {
            complete = seqno;
        }
        last = Math.max(last, seqno);
    }

    /** The last commit that is known. */
    long last() {
        return last;
    }

    /** Keys of flags that were changed or deleted after commit {@code seqno}; empty if that is not known. */
    Optional<List<String>> since(long seqno) {
        if (complete < 0 || seqno < complete || seqno > last) {
            return Optional.empty();
        }
        var keys = new ArrayList<String>();
        changed.forEach((key, at) -> addIfAfter(keys, key, at, seqno));
        deleted.forEach((key, at) -> addIfAfter(keys, key, at, seqno));
        return Optional.of(keys);
    }

    private static void addIfAfter(List<String> keys, String key, long at, long seqno) {
        if (at > seqno) {
            keys.add(key);
        }
    }
}
