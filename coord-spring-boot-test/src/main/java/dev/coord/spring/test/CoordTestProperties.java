package dev.coord.spring.test;

import dev.coord.Role;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a test says of roles. Described in this module's {@code spring-configuration-metadata.json}.
 *
 * @param role at the beginning, in the main group
 * @param followerIn the other groups in which this application follows at the beginning; it leads the rest of them
 */
@ConfigurationProperties("coord.test")
record CoordTestProperties(
        @Nullable Role role, @DefaultValue Set<String> followerIn) {}
