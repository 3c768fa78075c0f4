package dev.coord.world;

/** A thread that must not wait for a leader's answer, which may need it: see {@link BlockingCalls}. It keeps no JVM from ending. */
final class NonBlockingThread extends Thread {
    NonBlockingThread(String name, Runnable work) {
        super(work, name);
        setDaemon(true);
    }
}
