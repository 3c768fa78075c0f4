package dev.coord.world;

import io.netty.channel.EventLoop;
import io.netty.util.internal.ThreadExecutorMap;

/** Refuses to wait on threads that must not. */
final class BlockingCalls {
    /** By its name: most applications do not have Reactor. */
    private static final String REACTOR_MARK = "reactor.core.scheduler.NonBlocking";

    private static final ClassValue<Boolean> OF_REACTOR = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return hasMark(type);
        }
    };

    private BlockingCalls() {}

    /**
     * Before a wait.
     *
     * @param what is about to wait, and for what
     * @param instead what to do instead
     * @throws BlockingCallException if this thread must not wait
     */
    static void check(String what, String instead) {
        Thread thread = Thread.currentThread();
        if (thread instanceof NonBlockingThread) {
            throw refused(what, "on which operations are applied and answers arrive", instead);
        }
        if (OF_REACTOR.get(thread.getClass())) {
            throw refused(what, "which Reactor has for work that does not block", instead);
        }
        if (ThreadExecutorMap.currentExecutor() instanceof EventLoop) {
            throw refused(what, "which is an event loop of Netty", instead);
        }
    }

    private static BlockingCallException refused(String what, String why, String instead) {
        return new BlockingCallException(what + ", and must not wait on the thread '"
                + Thread.currentThread().getName() + "', " + why + ". " + instead);
    }

    private static boolean hasMark(Class<?> type) {
        for (Class<?> face : type.getInterfaces()) {
            if (face.getName().equals(REACTOR_MARK) || hasMark(face)) {
                return true;
            }
        }
        Class<?> parent = type.getSuperclass();
        return parent != null && hasMark(parent);
    }
}
