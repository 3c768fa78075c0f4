package dev.coord.sample.web;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A request that fails, as a problem detail (RFC 9457). */
public final class ProblemException extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    /**
     * @param type what kind of problem, for programs: {@code urn:problem:<type>}
     * @param detail for people: what was wrong, and what to do
     */
    public ProblemException(HttpStatus status, String type, String detail) {
        super(status, problem(status, type, detail), null);
    }

    static ProblemDetail problem(HttpStatus status, String type, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:problem:" + type));
        return problem;
    }

    /** The request makes no sense, because of its part {@code what}. */
    public static ProblemException invalid(String what, String detail) {
        var problem = new ProblemException(HttpStatus.BAD_REQUEST, "invalid-request", detail);
        problem.getBody().setProperty("invalid", what);
        return problem;
    }

    /** Adds a header to the answer. */
    public ProblemException with(String header, String value) {
        getHeaders().set(header, value);
        return this;
    }
}
