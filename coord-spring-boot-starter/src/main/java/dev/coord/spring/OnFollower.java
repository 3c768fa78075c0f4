package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * What a bean does while another participant leads its group: the counterpart of {@link OnLeader}, where what both have in common
 * is told.
 *
 * <p><b>On a method:</b> it is called for each new leader, and takes nothing or any of {@link dev.coord.LeaderInfo} and
 * {@link BecameFollowerEvent}. Its thread is interrupted when somebody else leads. What it throws is logged and shown in the
 * health, no more.
 *
 * <p><b>On a {@link org.springframework.context.Lifecycle} bean:</b> it is started when this participant begins to follow, goes on
 * through changes of the leader, and is stopped before this participant leads, or when it leaves.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Reflective
public @interface OnFollower {
    /** The group; by default that of the application, {@code coord.group}. */
    String group() default "";
}
