/** What Coord shows to Spring Boot's Actuator. */
@NullMarked
package dev.coord.spring.actuate;

import org.jspecify.annotations.NullMarked;
