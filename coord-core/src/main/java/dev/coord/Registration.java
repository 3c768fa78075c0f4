package dev.coord;

/** Takes a listener back. Closing it twice is the same as closing it once. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
