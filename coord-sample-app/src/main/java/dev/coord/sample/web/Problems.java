package dev.coord.sample.web;

import dev.coord.StoreUnavailableException;
import dev.coord.world.InvalidOperationException;
import dev.coord.world.OperationTimeoutException;
import dev.coord.world.OutcomeUnknownException;
import dev.coord.world.QueueFullException;
import dev.coord.world.WorldUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Makes a problem detail (RFC 9457) of whatever goes wrong. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    /** No leader answered in time. The write may have happened, so the same key has to be used again. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(WorldUnavailableException e) {
        ProblemDetail problem = ProblemException.problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "no-leader",
                e.operationId().isEmpty()
                        ? "The flags cannot be read yet. Try again."
                        : "No leader answered in time. Whether the request was carried out is not known: send it again"
                                + " with the Idempotency-Key that is given here, and it is carried out once.");
        if (!e.operationId().isEmpty()) {
            problem.setProperty("idempotencyKey", e.operationId());
        }
        return later(problem);
    }

    @ExceptionHandler({StoreUnavailableException.class, OperationTimeoutException.class})
    ResponseEntity<ProblemDetail> onSlowness(RuntimeException e) {
        LOG.warn("A request failed", e);
        return later(ProblemException.problem(
                HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The store gave no answer in time. Try again."));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(QueueFullException e) {
        return later(ProblemException.problem(
                HttpStatus.SERVICE_UNAVAILABLE, "busy", "Too many requests wait; nothing was done. Try again."));
    }

    /** The key is older than what is remembered, so that nobody can say whether it was used. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(OutcomeUnknownException e) {
        return ResponseEntity.status(HttpStatus.CONFLICT)
                .body(ProblemException.problem(
                        HttpStatus.CONFLICT,
                        "outcome-unknown",
                        "It is no longer known whether the request was carried out. Look at the flag, and use a new"
                                + " Idempotency-Key."));
    }

    private static ResponseEntity<ProblemDetail> later(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(InvalidOperationException e) {
        return ResponseEntity.badRequest()
                .body(ProblemException.problem(
                        HttpStatus.BAD_REQUEST, "invalid-request", String.valueOf(e.getMessage())));
    }

    /** A defect: the client is not told more than that. */
    @ExceptionHandler(Exception.class)
    ResponseEntity<ProblemDetail> onDefect(Exception e) {
        LOG.error("A request failed", e);
        return ResponseEntity.internalServerError()
                .body(ProblemException.problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "The request failed for a reason that is in the log of this server."));
    }
}
