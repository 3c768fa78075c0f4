package dev.coord.spring;

import dev.coord.ParticipantId;
import dev.coord.world.WorldState;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;

/** For native images: an operation is called by reflection, and its body and result travel as JSON. */
final class WorldOpReflectiveProcessor implements ReflectiveProcessor {
    private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            for (Type parameter : method.getGenericParameterTypes()) {
                bind(hints, parameter);
            }
            bind(hints, method.getGenericReturnType());
        }
    }

    private void bind(ReflectionHints hints, Type type) {
        // What is coord's own does not travel.
        if (type != void.class && type != WorldState.class && type != ParticipantId.class) {
            bindings.registerReflectionHints(hints, type);
        }
    }
}
