package dev.coord.sample.flags;

import dev.coord.sample.flags.FlagOperations.Outcome;
import dev.coord.sample.web.ProblemException;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.LogEntry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The world's log. It does not go back for ever: if the first entry is not the one after {@code after}, those between are gone.
 */
@RestController
class ChangesController {
    private static final int MAX_LIMIT = 1000;

    private final WorldTemplate template;

    ChangesController(WorldTemplate template) {
        this.template = template;
    }

    /**
     * A commit.
     *
     * @param seqno its number
     * @param term of the leader who made it
     * @param type of the operation
     * @param key of the flag, empty if it is not about one
     * @param rev of the flag afterwards, or when it was deleted; 0 if it is not about one
     * @param opId the id of the operation
     * @param participant who submitted it
     */
    record Change(long seqno, long term, String type, String key, long rev, String opId, String participant) {}

    @GetMapping("/api/changes")
    ResponseEntity<List<Change>> changes(
            @RequestParam(defaultValue = "0") long after, @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw ProblemException.invalid("limit", "The limit is 1 to " + MAX_LIMIT + ", not " + limit + ".");
        }
        List<LogEntry> entries = template.world().changes(FlagRequests.checkedSeqno("after", after), limit);
        return ResponseEntity.ok()
                .header(FlagController.SEQNO, Long.toString(template.world().seqno()))
                .body(entries.stream().map(this::change).toList());
    }

    private Change change(LogEntry entry) {
        Optional<Outcome> outcome = Optional.ofNullable(outcome(entry));
        return new Change(
                entry.seqno(),
                entry.term().value(),
                entry.type(),
                outcome.map(Outcome::key).orElse(""),
                outcome.map(Outcome::flag).map(Flag::rev).orElse(0L),
                entry.operationId(),
                entry.sender());
    }

    private @Nullable Outcome outcome(LogEntry entry) {
        return entry.type().startsWith(FlagOperations.TYPES) ? template.result(entry.result(), Outcome.class) : null;
    }
}
