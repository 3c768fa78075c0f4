package dev.coord.spring.autoconfigure;

import dev.coord.ParticipantId;
import dev.coord.spring.WorldBodies;
import dev.coord.spring.WorldOp;
import dev.coord.world.InvalidOperationException;
import dev.coord.world.WorldOperation;
import dev.coord.world.WorldState;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ReflectionUtils;

/** A method with {@link WorldOp}, and how it is called. */
final class WorldOpMethod {
    private final String type;
    private final Object bean;
    private final Method method;
    private final @Nullable Type body;
    private final Type result;
    private final boolean wantsSender;
    private final WorldBodies bodies;

    private WorldOpMethod(
            String type,
            Object bean,
            Method method,
            @Nullable Type body,
            Type result,
            boolean wantsSender,
            WorldBodies bodies) {
        this.type = type;
        this.bean = bean;
        this.method = method;
        this.body = body;
        this.result = result;
        this.wantsSender = wantsSender;
        this.bodies = bodies;
    }

    /** @throws InvalidWorldMethodException if {@code declared} cannot be an operation */
    static WorldOpMethod of(
            WorldOp annotation, String beanName, Object bean, Class<?> beanType, Method declared, WorldBodies bodies) {
        String name = "@WorldOp(\"" + annotation.value() + "\") "
                + declared.getDeclaringClass().getSimpleName() + "." + declared.getName() + " of bean '" + beanName
                + "'";
        if (annotation.value().isEmpty()) {
            throw new InvalidWorldMethodException(name + " has no type.", "Give it one: @WorldOp(\"things/do\").");
        }
        List<Type> parameters = new ArrayList<>();
        for (Type parameter : declared.getGenericParameterTypes()) {
            // A type parameter of a base class is what the bean's class says it is.
            parameters.add(GenericTypeResolver.resolveType(parameter, beanType));
        }
        if (parameters.isEmpty() || parameters.remove(0) != WorldState.class) {
            throw new InvalidWorldMethodException(
                    name + " does not take a WorldState as its first parameter.",
                    "Declare it as (WorldState world, Body body), with a body of any type or without one, and a"
                            + " ParticipantId as the last parameter if it wants to know the sender.");
        }
        boolean wantsSender = !parameters.isEmpty() && parameters.get(parameters.size() - 1) == ParticipantId.class;
        if (wantsSender) {
            parameters.remove(parameters.size() - 1);
        }
        if (parameters.size() > 1) {
            throw new InvalidWorldMethodException(
                    name + " takes more than one body: " + parameters + ".", "Put what it needs into one type.");
        }
        Type result = GenericTypeResolver.resolveType(declared.getGenericReturnType(), beanType);
        checkTypes(name, parameters, declared, result);
        if (bodies instanceof NoBodies none && !travelsAsItIs(declared, parameters)) {
            throw new InvalidWorldMethodException(
                    name + " has a body or a result that travels as JSON, and " + none.why() + ".", none.action());
        }
        try {
            Method invocable = AopUtils.selectInvocableMethod(declared, bean.getClass());
            ReflectionUtils.makeAccessible(invocable);
            return new WorldOpMethod(
                    annotation.value(),
                    bean,
                    invocable,
                    parameters.isEmpty() ? null : parameters.get(0),
                    result,
                    wantsSender,
                    bodies);
        } catch (IllegalStateException e) {
            throw new InvalidWorldMethodException(
                    name + " cannot be called on the bean's proxy: " + e.getMessage(),
                    "Make it public, and part of the interface if the proxy is one of an interface.");
        }
    }

    private static void checkTypes(String name, List<Type> body, Method declared, Type result) {
        Class<?> returned = declared.getReturnType();
        if (Future.class.isAssignableFrom(returned)
                || CompletionStage.class.isAssignableFrom(returned)
                || Flow.Publisher.class.isAssignableFrom(returned)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null) {
            throw new InvalidWorldMethodException(
                    name + " returns a " + returned.getSimpleName()
                            + ", and an operation has to be done when it returns: what it does later changes nothing.",
                    "Return the value itself; do what takes long before, and submit what it found.");
        }
        body.stream().filter(WorldOpMethod::isOpen).findFirst().ifPresent(open -> {
            throw new InvalidWorldMethodException(
                    name + " takes a " + open + ", and nothing says what that is, so that it could not be read.",
                    "Declare a type that is known, or make the bean of a subclass that says what it is: class Flags extends"
                            + " Base<Flag>.");
        });
        if (isOpen(result)) {
            throw new InvalidWorldMethodException(
                    name + " returns a " + result + ", and nothing says what that is.",
                    "Declare a type that is known, or make the bean of a subclass that says what it is.");
        }
    }

    /** Whether a type parameter is left in it. */
    private static boolean isOpen(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return Stream.of(parameterized.getActualTypeArguments()).anyMatch(WorldOpMethod::isOpen);
        }
        return type instanceof TypeVariable
                || (type instanceof GenericArrayType array && isOpen(array.getGenericComponentType()));
    }

    private static boolean travelsAsItIs(Method declared, List<Type> body) {
        return Set.of(void.class, byte[].class).contains(declared.getReturnType())
                && body.stream().allMatch(type -> type == byte[].class);
    }

    String type() {
        return type;
    }

    Optional<Type> bodyType() {
        return Optional.ofNullable(body);
    }

    String name() {
        return method.toString();
    }

    /** The operation with this body. */
    WorldOperation operation(byte[] bytes) {
        Object parsed = parse(bytes);
        return new WorldOperation() {
            @Override
            public String type() {
                return type;
            }

            @Override
            public byte[] body() {
                return bytes.clone();
            }

            @Override
            public byte[] apply(WorldState world, ParticipantId sender) throws Exception {
                return call(world, parsed, sender);
            }
        };
    }

    private @Nullable Object parse(byte[] bytes) {
        Type wanted = body;
        if (wanted == null || wanted == byte[].class) {
            return bytes;
        }
        if (bytes.length == 0) {
            return null;
        }
        try {
            return bodies.read(bytes, wanted);
        } catch (IllegalArgumentException e) {
            throw new InvalidOperationException(type, "The body of '" + type + "' is " + e.getMessage());
        }
    }

    private byte[] call(WorldState world, @Nullable Object parsed, ParticipantId sender) throws Exception {
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(world);
        if (body != null) {
            arguments.add(parsed);
        }
        if (wantsSender) {
            arguments.add(sender);
        }
        try {
            Object returned = method.invoke(bean, arguments.toArray());
            if (returned == null) {
                return new byte[0];
            }
            return returned instanceof byte[] bytes ? bytes : bodies.write(returned, result);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
