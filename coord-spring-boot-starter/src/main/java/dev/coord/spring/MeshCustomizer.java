package dev.coord.spring;

import dev.coord.mesh.Mesh;

/**
 * Prepares the mesh of this participant, before a service is added or a channel made: beans of this type can add interceptors.
 * They are called in their order, once for the mesh of each group, and must not need a gRPC client of the mesh.
 */
@FunctionalInterface
public interface MeshCustomizer {
    /** Prepares {@code mesh}, which neither listens nor serves yet. */
    void customize(Mesh mesh);
}
