package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * A gRPC service for the other participants of the group: it is served on the mesh, and nowhere else. gRPC services without this
 * annotation are never served there.
 *
 * <p>The bean implements the generated {@code AsyncService} interface, or extends the generated {@code ImplBase}. It can be found
 * by scanning, or be made by a {@code @Bean} method that has this annotation. Its methods may block. Each participant serves its
 * own bean: who leads is for the caller to choose, by the target {@code coord:///leader}, and for the service to check where it
 * matters. An application that takes part in several groups serves it on the mesh of each.
 *
 * <p>The application's own gRPC server, if it has one, neither shows the service nor starts because of it, and its interceptors
 * do not apply; those of the mesh are added by a {@link MeshCustomizer}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface MeshService {
    /** Name of the bean, if it is found by scanning. */
    @AliasFor(annotation = Component.class)
    String value() default "";
}
