package dev.coord.spring;

import dev.coord.cluster.Coordinator;

/**
 * Has a say in how this application's coordinators are built. Beans of this type are called in their order, once for the coordinator of
 * each group, when all properties have been applied. A {@link Coordinator} bean of the application's own is not customized.
 *
 * <p>The {@linkplain Coordinator.Builder#group() group}, the {@linkplain Coordinator.Builder#settings() settings} and the
 * {@linkplain Coordinator.Builder#handler() handler} can be read. The handler is what calls the application's beans, its own handler
 * and the world, so wrap it rather than replace it. A place, {@linkplain Coordinator.Builder#directory directory} or
 * {@linkplain Coordinator.Builder#store store}, is not there yet, unless another customizer named one; where none does, the directory
 * of {@code coord.dir} is used. What is thrown ends the start of the application.
 */
@FunctionalInterface
public interface CoordinatorBuilderCustomizer {
    /** Changes {@code builder}. It must not build, and must not need a coordinator. */
    void customize(Coordinator.Builder builder);
}
