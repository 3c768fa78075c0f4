package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * A method, or all methods of a class, that only the leader runs. On another participant the call is skipped, or refused.
 *
 * <pre>{@code
 * @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
 * @LeaderOnly
 * void cleanUp() { … }
 * }</pre>
 *
 * <p>A call that runs is work of the leadership. It finds it as its parameter of type {@link dev.coord.Leadership}, for which
 * callers pass null, or by {@link CurrentLeadership#get()}. Its thread is interrupted when the leadership is lost, and no later than
 * that: the interrupt does not outlive the call. The lease is not released before the calls that run have ended, or
 * {@code coord.handler-grace} is over.
 *
 * <p>The leader runs such calls from when its world is ready and the application context is, as {@link OnLeader} methods. A skipped
 * call that was interrupted ends quietly: the {@link InterruptedException} that it throws for that is logged, and its caller goes on.
 *
 * <p>Not promised:
 *
 * <ul>
 *   <li>It is a proxy that guards: calls within the same object are not guarded, nor are private, static and final methods, for
 *       which the application does not start.
 *   <li>The call is guarded until the method returns. What it left to other threads, a {@code CompletionStage} or a
 *       {@code Publisher} that it returned, is not.
 *   <li>A process can be paused in the middle of the call, and replaced as the leader. Where something must never be done twice,
 *       check the {@link dev.coord.Leadership#term() term} where it is written.
 * </ul>
 *
 * <p>With {@code coord.enabled=false} this application does not take part, and never leads.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Reflective
public @interface LeaderOnly {
    /** The group; by default that of the application, {@code coord.group}. */
    String group() default "";

    /** What a participant that does not lead does with a call. */
    Otherwise otherwise() default Otherwise.SKIP;

    /** What happens to a call where this participant does not lead. */
    enum Otherwise {
        /** Nothing: the call returns at once. Only for methods that return nothing. */
        SKIP,
        /** It throws a {@link dev.coord.NotLeaderException}, which says who leads. */
        THROW
    }
}
