package dev.coord.store;

/** A row of a world's quads. Subject and object name an object as {@code <key>}. */
public record StoredQuad(String subject, String predicate, String object, String label) {
    /** None that can be; it comes before all others. */
    public static final StoredQuad NONE = new StoredQuad("", "", "", "");
}
