package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * A method of a bean that hears what changes in the world, in every process, whatever its role.
 *
 * <pre>{@code
 * @WorldListener("flags/")
 * void changed(WorldListener.Event event) { … }
 * }</pre>
 *
 * <p>It takes the {@link dev.coord.world.WorldListener.Event}, or its {@code List<WorldChange>}, or nothing. It hears first of all that
 * is there, then of each commit that concerns it, once, in order; see {@link dev.coord.world.WorldListener}.
 *
 * <ul>
 *   <li>Each method is called on a thread of its own, one event after the other (a virtual thread if
 *       {@code spring.threads.virtual.enabled} says so). It may block, read the world and submit. One that is slow delays no other one
 *       until it is 1,000 events behind; after that all of the process wait for it, and hear in the end of several commits at once.
 *   <li>What it throws is logged, and keeps neither it nor another one from hearing what comes next.
 *   <li>It begins when the context has started, and ends, with an interrupt, before the coordinator leaves.
 * </ul>
 *
 * <p>A method that cannot be called so fails the start of the application.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WorldListener {
    /** What the keys begin with that it wants to hear of; by default all. */
    String value() default "";

    /** The group whose world it is; by default that of the application, {@code coord.group}. */
    String group() default "";
}
