package dev.coord.sample.cluster;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import dev.coord.sample.proto.PeersGrpc;
import dev.coord.sample.proto.StepDownRequest;
import dev.coord.sample.web.JsonBody;
import dev.coord.sample.web.ProblemException;
import io.grpc.StatusRuntimeException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The group over HTTP. */
@RestController
@RequestMapping("/api/cluster")
class ClusterController {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterController.class);
    private static final int DEFAULT_PAUSE_MILLIS = 3_000;
    private static final int MAX_PAUSE_MILLIS = 60_000;
    private static final int TIMEOUT_SECONDS = 3;

    private final ClusterService cluster;
    private final JsonBody bodies;
    private final PeersGrpc.PeersBlockingStub leader;

    ClusterController(ClusterService cluster, JsonBody bodies, PeersGrpc.PeersBlockingStub leader) {
        this.cluster = cluster;
        this.bodies = bodies;
        this.leader = leader;
    }

    /**
     * What is asked of the leader.
     *
     * @param pauseMillis for how long it does not stand for election, if others do
     */
    record StepDown(@Nullable Integer pauseMillis) {}

    /**
     * What it answered.
     *
     * @param term the term that ends
     */
    record SteppedDown(long term) {}

    @GetMapping
    Cluster get() {
        return cluster.cluster();
    }

    /** Asks the leader, wherever it is, to step down. */
    @PostMapping(path = "/step-down", consumes = APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    SteppedDown stepDown(HttpServletRequest request) throws IOException {
        Integer pause = bodies.read(request, StepDown.class).pauseMillis();
        int millis = pause == null ? DEFAULT_PAUSE_MILLIS : pause;
        if (millis < 0 || millis > MAX_PAUSE_MILLIS) {
            throw ProblemException.invalid(
                    "pauseMillis", "The pause is 0 to " + MAX_PAUSE_MILLIS + " ms, not " + millis + ".");
        }
        try {
            return new SteppedDown(leader.withWaitForReady()
                    .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .stepDown(
                            StepDownRequest.newBuilder().setPauseMillis(millis).build())
                    .getTerm());
        } catch (StatusRuntimeException e) {
            LOG.info("The leader could not be asked to step down: {}", e.getStatus());
            throw new ProblemException(
                            HttpStatus.SERVICE_UNAVAILABLE, "no-leader", "No leader answered, so none stepped down.")
                    .with(HttpHeaders.RETRY_AFTER, "1");
        }
    }
}
