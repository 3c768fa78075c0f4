package dev.coord.sample.flags;

import dev.coord.sample.web.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * What the headers of a write say.
 *
 * @param operationId from {@code Idempotency-Key}, or a new one
 * @param precondition from {@code If-Match} and {@code If-None-Match: *}
 */
record WriteHeaders(String operationId, Precondition precondition) {
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Pattern ETAG = Pattern.compile("\\s*(W/)?\"([!#-~]*)\"\\s*(,|$)");
    private static final String ANY = "*";
    /** No flag has it. */
    private static final long OTHER = -1;

    /** @throws ProblemException if they make no sense */
    static WriteHeaders of(HttpHeaders headers) {
        return new WriteHeaders(operationId(headers), precondition(headers));
    }

    private static String operationId(HttpHeaders headers) {
        List<String> keys = headers.getOrEmpty(IDEMPOTENCY_KEY);
        if (keys.isEmpty()) {
            return OperationIds.random();
        }
        if (keys.size() > 1 || keys.get(0).isBlank()) {
            throw ProblemException.invalid(
                    IDEMPOTENCY_KEY, "Send one " + IDEMPOTENCY_KEY + " that is not empty, or none.");
        }
        return OperationIds.of(keys.get(0));
    }

    private static Precondition precondition(HttpHeaders headers) {
        String noneMatch =
                String.join(",", headers.getOrEmpty(HttpHeaders.IF_NONE_MATCH)).strip();
        if (!noneMatch.isEmpty() && !noneMatch.equals(ANY)) {
            throw ProblemException.invalid(
                    HttpHeaders.IF_NONE_MATCH, "If-None-Match can only be *, for a flag that must be new.");
        }
        boolean absent = !noneMatch.isEmpty();
        String match =
                String.join(",", headers.getOrEmpty(HttpHeaders.IF_MATCH)).strip();
        if (match.isEmpty()) {
            if (headers.containsHeader(HttpHeaders.IF_MATCH)) {
                throw malformed(match);
            }
            return new Precondition(false, absent, List.of());
        }
        return match.equals(ANY)
                ? new Precondition(true, absent, List.of())
                : new Precondition(true, absent, revs(match));
    }

    /** The revisions that the entity tags in {@code list} stand for. Weak ones, and what is no revision, match nothing. */
    private static List<Long> revs(String list) {
        var revs = new ArrayList<Long>();
        Matcher etags = ETAG.matcher(list);
        int end = 0;
        while (end < list.length()) {
            if (!etags.find(end) || etags.start() != end) {
                throw malformed(list);
            }
            boolean strong = etags.group(1) == null;
            String tag = etags.group(2);
            revs.add(strong && tag.matches("[1-9][0-9]{0,17}") ? Long.parseLong(tag) : OTHER);
            end = etags.end();
        }
        if (list.endsWith(",")) {
            throw malformed(list);
        }
        return revs;
    }

    private static ProblemException malformed(String list) {
        return ProblemException.invalid(
                HttpHeaders.IF_MATCH,
                "If-Match is \"<rev>\" with its quotes, a list of them, or *, not '" + list + "'.");
    }
}
