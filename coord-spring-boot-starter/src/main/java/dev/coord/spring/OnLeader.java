package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * What a bean does while this participant leads its group.
 *
 * <p><b>On a method</b> of any singleton bean: it is called each time this participant becomes the leader, and never before the
 * application context is ready. It may return at once, or work for as long as the leadership is held.
 *
 * <pre>{@code
 * @OnLeader
 * void report(Leadership leadership) throws InterruptedException {
 *     while (!leadership.awaitLost(Duration.ofSeconds(1))) { … }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>It returns nothing, and takes nothing or any of {@link dev.coord.Leadership}, {@link dev.coord.LeaderInfo} and
 *       {@link BecameLeaderEvent}. {@link CurrentLeadership#get()} works in it too.
 *   <li>It runs on a thread of its own (a virtual one if {@code spring.threads.virtual.enabled} says so), side by side with the
 *       other such methods. With {@link org.springframework.core.annotation.Order @Order} on the methods, those of the next value
 *       are called when those before have returned.
 *   <li>Its thread is interrupted when the leadership is over. The lease is not released before all such methods have ended, or
 *       {@code coord.handler-grace} is over.
 *   <li>What it throws keeps no other one from being called. It is logged with the name of the bean, shown in the health, and
 *       makes this participant step down unless {@link #onFailure()} says otherwise; the methods of later order that are not called
 *       within a second then are left out.
 * </ul>
 *
 * <p><b>On a bean</b> that is a {@link org.springframework.context.Lifecycle} (on its type, or on its {@code @Bean} method): it is
 * started when the leadership begins and stopped when it ends, one after the other by their phase, beside the methods. Only an
 * explicit {@code context.start()} starts a plain {@code Lifecycle} otherwise, unless a bean that starts with the context needs it,
 * which is refused; a {@link org.springframework.context.SmartLifecycle} must return false from {@code isAutoStartup()}. Its
 * {@code start()} returns.
 *
 * <p>A lazy bean is made when its role first begins. What cannot work fails the start of the application, or for a lazy bean the
 * making of it, and says how to repair it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Reflective
public @interface OnLeader {
    /** The group; by default that of the application, {@code coord.group}. */
    String group() default "";

    /** What follows if it fails. */
    OnFailure onFailure() default OnFailure.STEP_DOWN;
}
