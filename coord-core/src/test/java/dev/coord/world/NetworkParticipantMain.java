package dev.coord.world;

import dev.coord.cluster.Coordinator;
import dev.coord.testing.Certificates;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.transport.tls.NetworkEndpoint;
import dev.coord.transport.tls.NetworkSettings;

/** A {@link ChaosParticipantMain} whose mesh is on the network, over TLS, as an application of several hosts has it by default. */
public final class NetworkParticipantMain implements ParticipantMain.Variant {
    private final ChaosParticipantMain chaos = new ChaosParticipantMain();

    private NetworkParticipantMain() {}

    public static void main(String[] args) throws Exception {
        ParticipantMain.run(args, new NetworkParticipantMain());
    }

    @Override
    public Coordinator.Builder builder(ParticipantOptions options) {
        var identity = Certificates.read(options.identity().orElseThrow());
        return options.coordinator()
                .handler(chaos.handler())
                .transport(new NetworkEndpoint(NetworkSettings.tls(() -> identity))::transport);
    }

    @Override
    public boolean obey(String[] words) throws Exception {
        return chaos.obey(words);
    }
}
