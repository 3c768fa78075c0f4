package dev.coord.spring.greeting;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.MeshService;
import io.grpc.stub.StreamObserver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.grpc.server.service.GrpcService;

/** Services that answer with what they were sent, and who they are. */
public final class Greetings {
    private Greetings() {}

    private static void answer(Greeting request, String who, StreamObserver<Greeting> answer) {
        answer.onNext(greeting(request.getText() + ", says " + who));
        answer.onCompleted();
    }

    public static Greeting greeting(String text) {
        return Greeting.newBuilder().setText(text).build();
    }

    /** Says which participant it is. */
    @MeshService
    public static class AsyncGreeter implements GreeterGrpc.AsyncService {
        private final ObjectProvider<Coordinator> coordinator;

        public AsyncGreeter(ObjectProvider<Coordinator> coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        public void greet(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, coordinator.getObject().id().value(), answer);
        }
    }

    /** Is a {@link io.grpc.BindableService}, as public services are. */
    @MeshService
    public static class BindableGreeter extends GreeterGrpc.GreeterImplBase {
        @Override
        public void greet(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, "bindable", answer);
        }
    }

    /** The same without the annotation, for a {@code @Bean} method that has it. */
    public static class PlainGreeter extends GreeterGrpc.GreeterImplBase {
        @Override
        public void greet(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, "plain", answer);
        }
    }

    /** Two services in one bean. */
    @MeshService
    public static class GreeterAndWaver implements GreeterGrpc.AsyncService, WaverGrpc.AsyncService {
        @Override
        public void greet(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, "both", answer);
        }

        @Override
        public void wave(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, "both", answer);
        }
    }

    /** For the application's own gRPC server. */
    @GrpcService
    public static class PublicWaver extends WaverGrpc.WaverImplBase {
        @Override
        public void wave(Greeting request, StreamObserver<Greeting> answer) {
            answer(request, "public", answer);
        }
    }
}
