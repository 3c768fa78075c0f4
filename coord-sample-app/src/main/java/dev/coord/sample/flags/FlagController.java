package dev.coord.sample.flags;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import dev.coord.sample.web.JsonBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The flags over HTTP: any instance answers, from what it has in memory, and brings writes to the leader. */
@RestController
@RequestMapping("/api/flags")
class FlagController {
    /** All commits up to this one are in the answer. */
    static final String SEQNO = "X-Coord-Seqno";

    private final FlagService flags;
    private final JsonBody bodies;

    FlagController(FlagService flags, JsonBody bodies) {
        this.flags = flags;
        this.bodies = bodies;
    }

    @GetMapping
    ResponseEntity<List<FlagAnswer>> list(
            @RequestParam(defaultValue = "") String prefix, @RequestParam(defaultValue = "0") long minSeqno) {
        var read = flags.list(FlagRequests.checkedPrefix(prefix), FlagRequests.checkedSeqno("minSeqno", minSeqno));
        return ResponseEntity.ok().header(SEQNO, Long.toString(read.seqno())).body(read.value());
    }

    /**
     * The entity tag is for {@code If-Match}. It is not given to Spring, which would answer {@code If-None-Match} with 304 although
     * the exposures are others.
     */
    @GetMapping("/{key}")
    FlagAnswer get(
            @PathVariable String key, @RequestParam(defaultValue = "0") long minSeqno, HttpServletResponse response) {
        FlagAnswer flag = flags.get(FlagRequests.checkedKey(key), FlagRequests.checkedSeqno("minSeqno", minSeqno))
                .value();
        response.setHeader(SEQNO, Long.toString(flag.seqno()));
        response.setHeader(HttpHeaders.ETAG, etag(flag));
        return flag;
    }

    @PutMapping(path = "/{key}", consumes = APPLICATION_JSON_VALUE)
    ResponseEntity<FlagAnswer> put(
            @PathVariable String key, @RequestHeader HttpHeaders headers, HttpServletRequest request)
            throws IOException {
        var body = bodies.read(request, FlagRequests.Put.class);
        var write = WriteHeaders.of(headers);
        var written = flags.submit(
                write.operationId(),
                FlagOperations.PUT,
                new FlagOperations.Put(
                        FlagRequests.checkedKey(key),
                        body.checkedEnabled(),
                        body.checkedValue(),
                        write.precondition()));
        if (written.created()) {
            return answer(HttpStatus.CREATED, written.flag())
                    .location(URI.create("/api/flags/" + key))
                    .body(written.flag());
        }
        return answer(HttpStatus.OK, written.flag()).body(written.flag());
    }

    @DeleteMapping("/{key}")
    ResponseEntity<Void> delete(@PathVariable String key, @RequestHeader HttpHeaders headers) {
        var write = WriteHeaders.of(headers);
        var written = flags.submit(
                write.operationId(),
                FlagOperations.DELETE,
                new FlagOperations.Delete(FlagRequests.checkedKey(key), write.precondition()));
        return ResponseEntity.noContent()
                .header(SEQNO, Long.toString(written.flag().seqno()))
                .build();
    }

    @PostMapping(path = "/{key}/exposures", consumes = APPLICATION_JSON_VALUE)
    ResponseEntity<FlagAnswer> expose(
            @PathVariable String key, @RequestHeader HttpHeaders headers, HttpServletRequest request)
            throws IOException {
        var body = bodies.read(request, FlagRequests.Expose.class);
        var write = WriteHeaders.of(headers);
        return submit(
                write.operationId(),
                FlagOperations.EXPOSE,
                new FlagOperations.Expose(FlagRequests.checkedKey(key), body.checkedBy(), write.precondition()));
    }

    @PutMapping(path = "/{key}/schedule", consumes = APPLICATION_JSON_VALUE)
    ResponseEntity<FlagAnswer> schedule(
            @PathVariable String key, @RequestHeader HttpHeaders headers, HttpServletRequest request)
            throws IOException {
        var body = bodies.read(request, FlagRequests.Schedule.class);
        var write = WriteHeaders.of(headers);
        return submit(
                write.operationId(),
                FlagOperations.SCHEDULE,
                new FlagOperations.Schedule(
                        FlagRequests.checkedKey(key), body.checkedAt(), body.checkedEnabled(), write.precondition()));
    }

    @DeleteMapping("/{key}/schedule")
    ResponseEntity<FlagAnswer> unschedule(@PathVariable String key, @RequestHeader HttpHeaders headers) {
        var write = WriteHeaders.of(headers);
        return submit(
                write.operationId(),
                FlagOperations.UNSCHEDULE,
                new FlagOperations.Unschedule(FlagRequests.checkedKey(key), write.precondition()));
    }

    private ResponseEntity<FlagAnswer> submit(String operationId, String type, FlagOperations.Change change) {
        FlagAnswer flag = flags.submit(operationId, type, change).flag();
        return answer(HttpStatus.OK, flag).body(flag);
    }

    private static ResponseEntity.BodyBuilder answer(HttpStatus status, FlagAnswer flag) {
        return ResponseEntity.status(status)
                .header(SEQNO, Long.toString(flag.seqno()))
                .eTag(etag(flag));
    }

    private static String etag(FlagAnswer flag) {
        return "\"" + flag.rev() + "\"";
    }
}
