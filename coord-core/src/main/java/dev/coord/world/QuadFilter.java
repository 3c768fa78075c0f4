package dev.coord.world;

import org.jspecify.annotations.Nullable;

/**
 * Which quads to look up: those that have all the fields that are given. Quads are found without looking at others by their subject,
 * by subject and predicate, by object, by object and predicate, and by subject, predicate and object, with and without the label.
 * By subject and object alone those that end at the object are looked through; without either, all quads are.
 *
 * @param subject the key of the object where they begin, or null for any
 * @param predicate what they say, or null for anything
 * @param object the key of the object where they end, or null for any
 * @param label which graph they belong to, or null for any
 */
public record QuadFilter(
        @Nullable String subject,
        @Nullable String predicate,
        @Nullable String object,
        @Nullable String label) {
    /** All quads. */
    public static QuadFilter any() {
        return new QuadFilter(null, null, null, null);
    }

    /** Those that begin at {@code key}. */
    public static QuadFilter from(String key) {
        return any().withSubject(key);
    }

    /** Those that end at {@code key}. */
    public static QuadFilter to(String key) {
        return any().withObject(key);
    }

    /** The same with this subject. */
    public QuadFilter withSubject(String key) {
        return new QuadFilter(key, predicate, object, label);
    }

    /** The same with this predicate. */
    public QuadFilter withPredicate(String value) {
        return new QuadFilter(subject, value, object, label);
    }

    /** The same with this object. */
    public QuadFilter withObject(String key) {
        return new QuadFilter(subject, predicate, key, label);
    }

    /** The same with this label. */
    public QuadFilter withLabel(String value) {
        return new QuadFilter(subject, predicate, object, value);
    }

    boolean matches(GraphQuad quad) {
        return (subject == null || subject.equals(quad.subject()))
                && (predicate == null || predicate.equals(quad.predicate()))
                && (object == null || object.equals(quad.object()))
                && (label == null || label.equals(quad.label()));
    }
}
