package dev.coord.spring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why a process ends that nobody told to. */
final class ProcessEnd {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

    private ProcessEnd() {}

    /** Logs it if the JVM ends only because nothing keeps it running. */
    static void explain() {
        if (isLeftAlone()) {
            LOG.info(
                    "This process ends: its main method has returned, and only daemon threads or virtual threads are left. If it"
                            + " is to go on, set the property spring.main.keep-alive=true");
        }
    }

    /** Neither a signal nor {@link System#exit} comes this way. */
    private static boolean isLeftAlone() {
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            for (StackTraceElement frame : stack) {
                if (frame.getClassName().equals("java.lang.Shutdown")
                        && frame.getMethodName().equals("shutdown")) {
                    return true;
                }
            }
        }
        return false;
    }
}
