package dev.coord.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** Which methods are {@link LeaderOnly}: those that have it themselves, and those of a class that has it. */
final class LeaderOnlyPointcut extends StaticMethodMatcherPointcut {
    private final Map<MethodClassKey, Optional<LeaderOnly>> known = new ConcurrentHashMap<>();

    LeaderOnlyPointcut() {
        setClassFilter(type -> AnnotationUtils.isCandidateClass(type, LeaderOnly.class));
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return find(method, targetClass).isPresent();
    }

    /** What is said about {@code method} of {@code targetClass}. */
    Optional<LeaderOnly> find(Method method, Class<?> targetClass) {
        return known.computeIfAbsent(
                new MethodClassKey(method, targetClass), key -> Optional.ofNullable(look(method, targetClass)));
    }

    private static @Nullable LeaderOnly look(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
        LeaderOnly own = AnnotatedElementUtils.findMergedAnnotation(specific, LeaderOnly.class);
        if (own != null) {
            return own;
        }
        boolean called = !Modifier.isStatic(specific.getModifiers())
                && !Modifier.isPrivate(specific.getModifiers())
                && !specific.isSynthetic()
                && !specific.getDeclaringClass().isAssignableFrom(Object.class)
                && !ReflectionUtils.isObjectMethod(specific);
        return called ? AnnotatedElementUtils.findMergedAnnotation(targetClass, LeaderOnly.class) : null;
    }
}
