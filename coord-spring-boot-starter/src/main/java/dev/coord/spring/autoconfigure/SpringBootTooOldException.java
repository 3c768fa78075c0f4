package dev.coord.spring.autoconfigure;

/** This Spring Boot lacks what coord needs of it. */
final class SpringBootTooOldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SpringBootTooOldException(String version) {
        super("coord needs Spring Boot " + SpringBootVersionCheck.NEEDED
                + " or newer, and this application runs on Spring Boot " + version + ".");
    }
}
