package dev.coord.spring.test;

import dev.coord.Role;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;
import org.springframework.test.context.TestPropertySource;

/**
 * Gives the application context of a test class coordinators in memory, whose roles the test decides through the
 * {@link TestCoordinator} bean. For classes with {@code @SpringBootTest}, or with one of Spring Boot's annotations for a slice of
 * the application.
 *
 * <p>The application takes part also if {@code coord.enabled} is false elsewhere. Contexts are cached as always: each test method
 * begins with the {@link #role()}, and as the leader of all other groups but those that {@link #followerIn()} names.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@TestPropertySource(properties = "coord.enabled=true")
@ImportAutoConfiguration
public @interface CoordTest {
    /** The role at the beginning, {@link Role#LEADER} or {@link Role#FOLLOWER}. */
    @PropertyMapping("coord.test.role")
    Role role() default Role.LEADER;

    /** Those of the groups in {@code coord.groups} in which this application follows at the beginning. */
    @PropertyMapping("coord.test.follower-in")
    String[] followerIn() default {};
}
