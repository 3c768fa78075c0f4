package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.util.MutableHandlerRegistry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which handler a call goes to: the participants of a process share a server, and the authority of a call says which of them is
 * meant. One for each {@link PrivateServer}.
 */
public final class AuthorityHandlerRegistry extends HandlerRegistry {
    /** What belongs to the process, and not to one of its participants. */
    private final Services shared = new Services();

    private final Map<String, Services> participants = new ConcurrentHashMap<>();
    /** Those of the participants, in the order in which they came. */
    private final List<Services> present = new CopyOnWriteArrayList<>();

    /** The services, which may come and go, and the threads that their handlers run on. */
    private static final class Services {
        private final MutableHandlerRegistry registry = new MutableHandlerRegistry();
        private final Map<String, Executor> executors = new ConcurrentHashMap<>();

        void add(ServerServiceDefinition service, Executor executor) {
            executors.put(service.getServiceDescriptor().getName(), executor);
            registry.addService(service);
        }

        boolean serves(String service) {
            return executors.containsKey(service);
        }

        Executor executor(String service) {
            return executors.getOrDefault(service, Runnable::run);
        }
    }

    void add(ServerServiceDefinition service, Executor executor) {
        shared.add(service, executor);
    }

    synchronized void add(ParticipantId participant, ServerServiceDefinition service, Executor executor) {
        participants
                .computeIfAbsent(ParticipantAddress.authority(participant), authority -> {
                    var services = new Services();
                    present.add(services);
                    return services;
                })
                .add(service, executor);
    }

    synchronized void remove(ParticipantId participant) {
        Services services = participants.remove(ParticipantAddress.authority(participant));
        present.remove(services);
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        ServerMethodDefinition<?, ?> ofProcess = shared.registry.lookupMethod(method, null);
        if (ofProcess != null) {
            return ofProcess;
        }
        Services services = services(authority);
        return services == null
                ? AbsentParticipant.method(method, authority)
                : services.registry.lookupMethod(method, null);
    }

    /** Those of the participant that {@code authority} names; for a caller who names none, those of the first one that came. */
    private @Nullable Services services(@Nullable String authority) {
        Services named = authority == null ? null : participants.get(authority);
        if (named != null || ParticipantAddress.isAuthority(authority)) {
            return named;
        }
        // Not isEmpty() and get(): the last one may leave in between.
        for (Services first : present) {
            return first;
        }
        return null;
    }

    /** Where the handler of {@code call} runs: on the event loop if nothing else was said. */
    Executor executor(ServerCall<?, ?> call, Metadata headers) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        Services services = shared.serves(service) ? shared : services(call.getAuthority());
        return services == null ? Runnable::run : services.executor(service);
    }

    /** One of each name: for reflection, which wants to know what they look like. */
    @Override
    public List<ServerServiceDefinition> getServices() {
        Map<String, ServerServiceDefinition> found = new LinkedHashMap<>();
        keep(shared, found);
        present.forEach(services -> keep(services, found));
        return List.copyOf(found.values());
    }

    private static void keep(Services services, Map<String, ServerServiceDefinition> found) {
        Collection<ServerServiceDefinition> definitions = services.registry.getServices();
        definitions.forEach(
                service -> found.putIfAbsent(service.getServiceDescriptor().getName(), service));
    }
}
