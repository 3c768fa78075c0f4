package dev.coord.spring;

/**
 * Something that is done in a role, on a thread of its own.
 *
 * @param name what a log line calls it
 * @param thread what its thread is called
 * @param stepsDown whether the leader steps down if it fails
 */
record RoleTask(String name, String thread, boolean stepsDown, Body body) {
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }
}
