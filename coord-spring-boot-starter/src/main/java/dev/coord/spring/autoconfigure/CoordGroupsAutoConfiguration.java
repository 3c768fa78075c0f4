package dev.coord.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/**
 * Makes this application a participant of more groups, one for each name in {@code coord.groups}: each with a
 * {@link dev.coord.cluster.Coordinator} of its own, over the directory, the store and the socket of the main one.
 *
 * <p>These beans are no default candidates: {@code @Qualifier("reports") Coordinator} is that of the group {@code reports}, and
 * {@code Coordinator} alone that of the main group. A {@code RoleChangeHandler} with the same qualifier is called for the group.
 * With {@code coord.groups.reports.world.enabled} it has a world too: {@code @Qualifier("reports") World} and {@code WorldTemplate}.
 */
@AutoConfiguration(after = CoordAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coord.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoordProperties.class)
@Import(NamedGroups.class)
public final class CoordGroupsAutoConfiguration {}
