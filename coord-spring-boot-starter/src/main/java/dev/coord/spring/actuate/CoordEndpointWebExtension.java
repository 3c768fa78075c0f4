package dev.coord.spring.actuate;

import dev.coord.spring.actuate.CoordEndpoint.StepDownDescriptor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Over HTTP, telling a participant that does not lead to step down is a conflict (409), what makes no sense is a bad request (400),
 * and other actions are not found (404).
 */
@EndpointWebExtension(endpoint = CoordEndpoint.class)
public final class CoordEndpointWebExtension {
    private static final int CONFLICT = 409;

    private final CoordEndpoint endpoint;

    public CoordEndpointWebExtension(CoordEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** See {@link CoordEndpoint#change}. */
    @WriteOperation
    public WebEndpointResponse<OperationResponseBody> change(
            @Selector String action, @Nullable String group, @Nullable Duration pause) {
        StepDownDescriptor done;
        try {
            done = endpoint.change(action, group, pause);
        } catch (InvalidEndpointRequestException e) {
            // Thrown, it would lose its message on the way, unless the application shows those of all errors.
            return new WebEndpointResponse<>(
                    new RefusalDescriptor(String.valueOf(e.getReason())), WebEndpointResponse.STATUS_BAD_REQUEST);
        }
        if (done == null) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        return new WebEndpointResponse<>(done, done.steppedDown() ? WebEndpointResponse.STATUS_OK : CONFLICT);
    }

    /** Why a request makes no sense. */
    public record RefusalDescriptor(String message) implements OperationResponseBody {}
}
