package reactor.core.scheduler;

/** Stands in for Reactor's, which is known by its name. */
public interface NonBlocking {}
