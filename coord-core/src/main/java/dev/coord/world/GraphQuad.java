package dev.coord.world;

import dev.coord.store.StoredQuad;
import java.util.Comparator;

/**
 * A labelled edge between two objects of the world.
 *
 * @param subject the key of the object where it begins; must exist
 * @param predicate what it says; 1 to 1000 bytes in UTF-8
 * @param object the key of the object where it ends; must exist
 * @param label which graph it belongs to; may be empty
 */
public record GraphQuad(String subject, String predicate, String object, String label) {
    static final Comparator<GraphQuad> BY_SUBJECT = Comparator.comparing(GraphQuad::subject)
            .thenComparing(GraphQuad::predicate)
            .thenComparing(GraphQuad::object)
            .thenComparing(GraphQuad::label);

    static final Comparator<GraphQuad> BY_OBJECT = Comparator.comparing(GraphQuad::object)
            .thenComparing(GraphQuad::predicate)
            .thenComparing(GraphQuad::subject)
            .thenComparing(GraphQuad::label);

    public GraphQuad {
        WorldKeys.checked(subject);
        WorldKeys.checkedWord("A quad's predicate", predicate, false);
        WorldKeys.checked(object);
        WorldKeys.checkedWord("A quad's label", label, true);
    }

    /** A quad without a label. */
    public static GraphQuad of(String subject, String predicate, String object) {
        return new GraphQuad(subject, predicate, object, "");
    }

    /** On the wire and in tables an object's key stands in angle brackets, as an IRI does in N-Quads. */
    StoredQuad stored() {
        return new StoredQuad('<' + subject + '>', predicate, '<' + object + '>', label);
    }

    /** @throws InvalidOperationException if {@code stored} cannot be one */
    static GraphQuad of(StoredQuad stored) {
        return new GraphQuad(key(stored.subject()), stored.predicate(), key(stored.object()), stored.label());
    }

    private static String key(String iri) {
        if (iri.length() < 3 || iri.charAt(0) != '<' || iri.charAt(iri.length() - 1) != '>') {
            throw new InvalidOperationException(
                    WorldKeys.shortened(iri), "A quad's end is an object's key in angle brackets, like <flags/a>");
        }
        return iri.substring(1, iri.length() - 1);
    }

    @Override
    public String toString() {
        return '<' + subject + "> " + predicate + " <" + object + '>' + (label.isEmpty() ? "" : " " + label);
    }
}
