package dev.coord.spring.actuate;

import dev.coord.spring.actuate.CoordEndpoint.StepDownDescriptor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Over HTTP, telling a participant that does not lead to step down is a conflict (409); other actions are not found (404). */
@EndpointWebExtension(endpoint = CoordEndpoint.class)
public final class CoordEndpointWebExtension {
    private static final int CONFLICT = 409;

    private final CoordEndpoint endpoint;

    public CoordEndpointWebExtension(CoordEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** See {@link CoordEndpoint#change}. */
    @WriteOperation
    public WebEndpointResponse<StepDownDescriptor> change(
            @Selector String action, @Nullable String group, @Nullable Duration pause) {
        StepDownDescriptor done = endpoint.change(action, group, pause);
        if (done == null) {
            return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
        }
        return new WebEndpointResponse<>(done, done.steppedDown() ? WebEndpointResponse.STATUS_OK : CONFLICT);
    }
}
