package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.transport.PrivateServer;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The gRPC services that a participant serves to the others of its group, and to nobody else. */
public final class MeshServices {
    private final ParticipantId self;
    private final Executor executor;
    private final ServerInterceptor departure;
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private final List<Served> services = new ArrayList<>();
    private @Nullable PrivateServer server;

    private record Served(ServerServiceDefinition service, Executor runner) {}

    /**
     * @param self whose services these are
     * @param executor runs the handlers
     * @param departure refuses calls when the participant has left
     */
    MeshServices(ParticipantId self, Executor executor, ServerInterceptor departure) {
        this.self = self;
        this.executor = executor;
        this.departure = departure;
    }

    /** Wraps the services that are added after this; the one added last is called first. */
    public synchronized MeshServices intercept(ServerInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** Serves {@code service}, at once if the mesh serves already. Its handlers may block. */
    public MeshServices add(BindableService service) {
        return add(service.bindService());
    }

    /** The same for a definition, of a generated {@code AsyncService} for instance. */
    public synchronized MeshServices add(ServerServiceDefinition definition) {
        return add(ServerInterceptors.intercept(definition, interceptors), executor);
    }

    /**
     * Serves one of coord's own, which no interceptor sees, and whose handlers never block: they run on the event loop, which saves
     * them a thread's wake-up.
     */
    public MeshServices addPlain(BindableService service) {
        return add(service.bindService(), Runnable::run);
    }

    private synchronized MeshServices add(ServerServiceDefinition definition, Executor runner) {
        ServerServiceDefinition service = ServerInterceptors.intercept(definition, departure);
        var added = new Served(service, runner);
        services.add(added);
        if (server != null) {
            server.add(self, service, runner);
        }
        return this;
    }

    /** Callers are told from now on that the participant is not there. */
    synchronized void end() {
        PrivateServer on = server;
        server = null;
        if (on != null) {
            on.remove(self);
        }
    }

    synchronized void serve(PrivateServer on) {
        server = on;
        services.forEach(served -> on.add(self, served.service(), served.runner()));
    }
}
