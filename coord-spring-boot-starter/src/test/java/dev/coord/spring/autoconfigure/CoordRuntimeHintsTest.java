package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import com.google.protobuf.Descriptors.Descriptor;
import dev.coord.mesh.CoordNameResolverProvider;
import dev.coord.proto.CoordProto;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.spring.WorldOp;
import dev.coord.world.WorldState;
import io.grpc.LoadBalancerRegistry;
import io.grpc.netty.NettyChannelProvider;
import io.grpc.netty.NettyServerProvider;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.beans.factory.aot.AotServices;

/** The hints for native images. */
class CoordRuntimeHintsTest {
    private final RuntimeHints hints = registered();

    private static RuntimeHints registered() {
        var hints = new RuntimeHints();
        AotServices.factories().load(RuntimeHintsRegistrar.class).stream()
                .filter(CoordRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, CoordRuntimeHintsTest.class.getClassLoader()));
        return hints;
    }

    @Test
    void messagesCanBeLookedInto() {
        for (Class<?> message : List.of(
                LeaseRecord.class,
                LeaseRecord.Builder.class,
                LeaseClaimMessage.class,
                WorldChangeRecord.ObjectPut.Builder.class)) {
            assertThat(reflection().onType(message).withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
                    .accepts(hints);
        }
    }

    @Test
    void everyMessageIsAClassOfThatName() throws Exception {
        for (Descriptor message : CoordProto.getDescriptor().getMessageTypes()) {
            Class<?> type = Class.forName("dev.coord.proto." + message.getName());
            assertThat(reflection().onType(type)).as(message.getName()).accepts(hints);
        }
    }

    @Test
    void whatGrpcLooksForCanBeMade() {
        List<Class<?>> used = List.of(
                CoordNameResolverProvider.class,
                LoadBalancerRegistry.getDefaultRegistry()
                        .getProvider("round_robin")
                        .getClass(),
                LoadBalancerRegistry.getDefaultRegistry()
                        .getProvider("pick_first")
                        .getClass(),
                NettyChannelProvider.class,
                NettyServerProvider.class);
        for (Class<?> provider : used) {
            assertThat(reflection().onType(provider).withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
                    .as(provider.getName())
                    .accepts(hints);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.grpc.NameResolverProvider", "io.grpc.LoadBalancerProvider"})
    void whereGrpcLooksIsThere(String service) {
        assertThat(resource().forResource("META-INF/services/" + service)).accepts(hints);
    }

    @Test
    void operationsCanBeCalledAndTheirBodiesBound() throws Exception {
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Operations.class);
        Method order = Arrays.stream(Operations.class.getDeclaredMethods())
                .filter(method -> method.getName().equals("order"))
                .findFirst()
                .orElseThrow();
        assertThat(reflection().onMethodInvocation(order)).accepts(hints);
        for (Class<?> bound : List.of(Order.class, Item.class, Receipt.class)) {
            assertThat(reflection().onType(bound).withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
                    .as(bound.getSimpleName())
                    .accepts(hints);
        }
        assertThat(reflection().onType(WorldState.class)).rejects(hints);
    }

    record Item(String name) {}

    record Order(List<Item> items) {}

    record Receipt(String text) {}

    static final class Operations {
        @WorldOp("order")
        Receipt order(WorldState world, Order order) {
            return new Receipt(order.toString());
        }
    }
}
