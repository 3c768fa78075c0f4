package dev.coord.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Refuses switches that are neither {@code true} nor {@code false}, like {@code coord.enabled=yes}: a condition takes such a value for
 * false, and the application would take no part without a word.
 */
@AutoConfiguration
@Import(Switches.class)
public final class CoordSwitchesAutoConfiguration {}
