package dev.coord.store.shared;

import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import java.util.concurrent.TimeoutException;

/** A way to the owner: in this process, or over its socket. */
interface Route {
    /**
     * Carries out {@code request}.
     *
     * @throws NotOwnerException if the outcome is unknown because the owner changed: ask the next one
     * @throws TimeoutException if there was no answer in time
     */
    StoreResponse execute(StoreRequest request, long timeoutNanos)
            throws NotOwnerException, TimeoutException, InterruptedException;
}
