package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.ParticipantId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Operations for tests, with text for a body. */
final class Ops {
    static final ParticipantId SENDER = new ParticipantId("sender");

    /** Ends what "spin" and "hang" do, in the whole process. */
    static final AtomicBoolean SPINNING = new AtomicBoolean(true);

    /** The world that "submit-and-wait" submits to. */
    static final AtomicReference<World> OTHER = new AtomicReference<>();

    private static final Map<String, Code> CODE = Map.ofEntries(
            Map.entry("append", Ops::append),
            Map.entry(
                    "read",
                    (world, body) -> world.object(body)
                            .map(ObjectState::content)
                            .orElseThrow(() -> new ObjectNotFoundException(body))),
            Map.entry(
                    "count",
                    (world, body) -> Integer.toString(world.countObjects()).getBytes(UTF_8)),
            Map.entry("big", (world, body) -> new byte[Integer.parseInt(body)]),
            Map.entry("nothing", (world, body) -> null),
            Map.entry("copy", Ops::copy),
            Map.entry("nested", Ops::nested),
            Map.entry("fail", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                throw new IllegalStateException("on purpose");
            }),
            Map.entry("fail-at-length", (world, body) -> {
                throw new IllegalStateException("x".repeat(Integer.parseInt(body)));
            }),
            Map.entry("assert", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                throw new AssertionError("on purpose");
            }),
            Map.entry("throw-error", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                throw new UnprintableError();
            }),
            Map.entry("submit-and-wait", (world, body) -> {
                try {
                    return OTHER.get()
                            .submitAsync(new Op("append", body))
                            .join()
                            .value();
                } catch (CompletionException e) {
                    throw (Exception) e.getCause();
                }
            }),
            Map.entry("pause", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                LockSupport.parkNanos(200_000_000);
                return new byte[0];
            }),
            Map.entry("reject", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                throw new OperationRejectedException("too-late", "Refused on purpose");
            }),
            Map.entry("recurse", (world, body) -> new byte[recurse(1)]),
            Map.entry("sleep", (world, body) -> {
                world.createObject(body, ObjectRef.EMPTY);
                new CountDownLatch(1).await();
                return new byte[0];
            }),
            Map.entry("spin", (world, body) -> {
                while (SPINNING.get()) {
                    Thread.onSpinWait();
                }
                world.createObject(body, ObjectRef.EMPTY);
                return new byte[0];
            }),
            Map.entry("hang", (world, body) -> {
                hang();
                world.createObject(body, ObjectRef.EMPTY);
                return new byte[0];
            }));

    private Ops() {}

    private static final class UnprintableError extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("not even this");
        }
    }

    /** What an operation does. */
    @FunctionalInterface
    interface Code {
        byte[] apply(WorldState world, String body) throws Exception;
    }

    /** An operation on the world. */
    record Op(String type, String text) implements WorldOperation {
        @Override
        public byte[] body() {
            return text.getBytes(UTF_8);
        }

        @Override
        public byte[] apply(WorldState world, ParticipantId sender) throws Exception {
            return CODE.get(type).apply(world, text);
        }
    }

    /** An operation on an object: "bump" increments its revision, "fail" does, and fails. */
    record OnObject(String type) implements ObjectOperation {
        @Override
        public byte[] body() {
            return new byte[0];
        }

        @Override
        public byte[] apply(ObjectState object, ParticipantId sender) {
            long rev = object.incrementRev();
            if (type.equals("fail")) {
                throw new IllegalStateException("on purpose");
            }
            return (object.key() + "@" + rev + " " + sender).getBytes(UTF_8);
        }
    }

    static WorldOperation op(String type, String body) {
        return new Op(type, body);
    }

    static ObjectOperation onObject(String type) {
        return new OnObject(type);
    }

    static OperationLookup lookup() {
        OperationLookup.Builder lookup = OperationLookup.builder();
        CODE.keySet().forEach(type -> lookup.world(type, body -> new Op(type, new String(body, UTF_8))));
        List.of("bump", "fail").forEach(type -> lookup.object(type, body -> new OnObject(type)));
        return lookup.world("unreadable", body -> {
                    throw new IllegalArgumentException("on purpose");
                })
                .world("endless", body -> new Op("count", "" + recurse(1)))
                .build();
    }

    static String text(WorldResult result) {
        return new String(result.value(), UTF_8);
    }

    /** "key=text": appends to the content of an object, which it makes if need be. */
    private static byte[] append(WorldState world, String body) {
        String[] words = body.split("=", 2);
        String now = world.object(words[0])
                        .map(object -> new String(object.content(), UTF_8))
                        .orElse("")
                + words[1];
        ObjectState object = world.object(words[0]).orElseGet(() -> world.createObject(words[0], ObjectRef.EMPTY));
        object.setContent(now.getBytes(UTF_8));
        return now.getBytes(UTF_8);
    }

    /** "from=to": makes an object with the root of another one. */
    private static byte[] copy(WorldState world, String body) {
        String[] words = body.split("=", 2);
        world.createObject(words[1], world.object(words[0]).orElseThrow().rootRef());
        return new byte[0];
    }

    /** Makes "body/outer", lets an operation that makes "body/inner" fail, and goes on. */
    private static byte[] nested(WorldState world, String body) {
        world.createObject(body + "/outer", ObjectRef.EMPTY);
        try {
            world.applyWorldOp(op("fail", body + "/inner"), SENDER);
        } catch (OperationFailedException e) {
            return e.subject().getBytes(UTF_8);
        }
        return new byte[0];
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int depth) {
        return 1 + recurse(depth + 1);
    }

    private static void hang() {
        boolean interrupted = false;
        while (SPINNING.get()) {
            try {
                new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
