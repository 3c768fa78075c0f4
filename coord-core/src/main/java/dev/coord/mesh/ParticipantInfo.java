package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a participant says of itself at one moment.
 *
 * @param group its group
 * @param id its name
 * @param pid its process, in its own PID namespace, for people
 * @param role what it is
 * @param term the term that it leads, or follows, as far as it knows; {@link Term#NONE} when it knows none
 * @param capabilities what it can do, for others to choose by
 * @param attributes what else it tells the others of itself
 */
public record ParticipantInfo(
        String group,
        ParticipantId id,
        long pid,
        Role role,
        Term term,
        List<String> capabilities,
        SortedMap<String, String> attributes) {
    public ParticipantInfo {
        capabilities = List.copyOf(capabilities);
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }
}
