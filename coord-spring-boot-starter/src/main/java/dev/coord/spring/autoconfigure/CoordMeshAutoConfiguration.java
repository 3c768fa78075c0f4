package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.spring.MeshCustomizer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * The {@link Mesh} of the coordinator as a bean, with the application's {@link dev.coord.spring.MeshService}s on it.
 */
@AutoConfiguration(after = CoordAutoConfiguration.class)
@ConditionalOnSingleCandidate(Coordinator.class)
public final class CoordMeshAutoConfiguration {
    // The coordinator closes it.
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Mesh coordMesh(Coordinator coordinator, ObjectProvider<MeshCustomizer> customizers) {
        Mesh mesh = coordinator.mesh();
        customizers.orderedStream().forEach(customizer -> customizer.customize(mesh));
        return mesh;
    }

    @Bean
    MeshServiceRegistrar coordMeshServiceRegistrar(ListableBeanFactory beans, Mesh mesh) {
        return new MeshServiceRegistrar(beans, mesh);
    }
}
