package dev.coord.spring.autoconfigure;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.coord.proto.CoordProto;
import dev.coord.proto.StoreProto;
import io.grpc.LoadBalancerProvider;
import io.grpc.ManagedChannelProvider;
import io.grpc.NameResolverProvider;
import io.grpc.ServerProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What coord, and what it brings, looks up by name, for native images. Netty brings its own hints; what an application
 * does with coord is found in its beans.
 */
final class CoordRuntimeHints implements RuntimeHintsRegistrar {
    /** Whose implementations gRPC looks up, coord's {@code coord:} targets among them. */
    private static final List<Class<?>> GRPC_SERVICES = List.of(
            NameResolverProvider.class, LoadBalancerProvider.class, ManagedChannelProvider.class, ServerProvider.class);

    /** The cache of large content, and its entries: Caffeine makes their names of what the cache is to do. */
    private static final List<String> CACHE = List.of("caffeine.cache.SSMW", "caffeine.cache.PSMW");

    /** What H2 makes by name, or reads a field {@code INSTANCE} of. */
    private static final List<String> DATABASE = List.of(
            "h2.mvstore.type.ByteArrayDataType",
            "h2.mvstore.type.LongDataType",
            "h2.mvstore.type.StringDataType",
            "h2.mvstore.db.NullValueDataType",
            "h2.mvstore.db.LobStorageMap$BlobReference$Type",
            "h2.mvstore.db.LobStorageMap$BlobMeta$Type",
            "h2.mvstore.tx.VersionedValueType$Factory",
            "h2.mvstore.db.RowDataType$Factory",
            "h2.store.fs.mem.FilePathMem");

    private static final String MESSAGES = "h2/util/data.zip";
    private static final String INTERNAL = "dev.coord.internal.";

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        for (Class<?> service : GRPC_SERVICES) {
            hints.resources().registerPattern("META-INF/services/" + service.getName());
            ServiceLoader.load(service, classLoader).stream()
                    .forEach(provider -> hints.reflection()
                            .registerType(provider.type(), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS));
        }
        hints.resources().registerPattern(INTERNAL.replace('.', '/') + MESSAGES);
        for (String type : Stream.concat(CACHE.stream(), DATABASE.stream()).toList()) {
            hints.reflection()
                    .registerTypeIfPresent(
                            classLoader,
                            INTERNAL + type,
                            MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
                            MemberCategory.ACCESS_DECLARED_FIELDS);
        }
        for (FileDescriptor file : List.of(CoordProto.getDescriptor(), StoreProto.getDescriptor())) {
            String javaPackage = file.getOptions().getJavaPackage();
            file.getMessageTypes().forEach(message -> register(hints, message, javaPackage + "."));
        }
    }

    /** Protobuf's reflection, which {@code toString()} uses for one, calls the accessors of messages and builders. */
    private static void register(RuntimeHints hints, Descriptor message, String prefix) {
        String name = prefix + message.getName();
        for (String type : List.of(name, name + "$Builder")) {
            hints.reflection().registerType(TypeReference.of(type), MemberCategory.INVOKE_PUBLIC_METHODS);
        }
        message.getNestedTypes().forEach(nested -> register(hints, nested, name + "$"));
    }
}
