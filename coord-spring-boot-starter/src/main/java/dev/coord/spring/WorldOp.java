package dev.coord.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * A method of a bean that is an operation on the world: submitted anywhere by its type and a body, see {@link WorldTemplate}, and
 * called in the process that leads, exactly once.
 *
 * <pre>{@code
 * @WorldOp("flags/set")
 * void set(WorldState world, SetFlag flag) { … }
 * }</pre>
 *
 * <p>The method's first parameter is the {@link dev.coord.world.WorldState} that it reads and writes. A second one, of any type, is
 * the body, which travels as JSON; {@code byte[]} travels as it is. A {@link dev.coord.ParticipantId} as the last parameter is the
 * participant that submitted it. What it returns, if anything, goes back to the submitter in the same way. All processes of the
 * application must have the method; what it throws leaves nothing of it, and reaches the submitter, see
 * {@link dev.coord.world.WorldOperation}. It is done when it returns, so it cannot return a future. Type parameters of a base class are what
 * the bean's class says they are; a field of a body that it does not know is refused. A method that cannot be called so fails the start of the application.
 */
@Documented
@Reflective(WorldOpReflectiveProcessor.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WorldOp {
    /** The type of the operation, unique in the application; not to be changed while processes of two versions run. */
    String value();
}
