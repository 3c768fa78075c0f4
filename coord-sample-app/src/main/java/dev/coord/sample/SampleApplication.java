package dev.coord.sample;

import dev.coord.sample.proto.PeersGrpc;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.grpc.client.ImportGrpcClients;

/** The application. Start it several times, on different ports: its processes find each other by its name. */
@SpringBootApplication
@ImportGrpcClients(target = "coord:///leader", types = PeersGrpc.PeersBlockingStub.class)
public class SampleApplication {
    public static void main(String[] args) {
        var application = new SpringApplication(SampleApplication.class);
        application.addInitializers(context -> ExitWithStdin.install(context.getEnvironment()));
        application.run(args);
    }
}
