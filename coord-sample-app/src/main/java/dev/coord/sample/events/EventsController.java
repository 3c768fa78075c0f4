package dev.coord.sample.events;

import dev.coord.sample.web.ProblemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The events over HTTP. */
@RestController
class EventsController {
    private static final long FOR_EVER = 0;

    private final EventHub hub;

    EventsController(EventHub hub) {
        this.hub = hub;
    }

    /** An id that is none of ours is like no id at all: the client gets everything. */
    @GetMapping("/api/events")
    SseEmitter events(@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
        var emitter = new SseEmitter(FOR_EVER);
        Optional<Long> after = Optional.ofNullable(lastEventId)
                .filter(id -> id.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
        if (!hub.join(emitter, after)) {
            throw new ProblemException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "too-many-listeners",
                            "This instance has as many listeners as it can have, or is stopping. Ask another one.")
                    .with(HttpHeaders.RETRY_AFTER, "5");
        }
        return emitter;
    }
}
