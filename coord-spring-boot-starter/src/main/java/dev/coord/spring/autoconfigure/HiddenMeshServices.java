package dev.coord.spring.autoconfigure;

import dev.coord.spring.MeshService;
import io.grpc.BindableService;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Hides {@link MeshService}s from conditions like {@code @ConditionalOnBean(BindableService.class)}, which count what can be
 * injected only: while the auto-configurations after this one are judged, they cannot. Once all bean definitions are there, they
 * can again.
 */
final class HiddenMeshServices implements ImportBeanDefinitionRegistrar {
    private static final String HIDDEN = HiddenMeshServices.class.getName();

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beans) {
            for (String name : beans.getBeanDefinitionNames()) {
                BeanDefinition definition = beans.getBeanDefinition(name);
                if (definition.isAutowireCandidate() && isBindableMeshService(beans, name)) {
                    definition.setAutowireCandidate(false);
                    definition.setAttribute(HIDDEN, true);
                }
            }
        }
    }

    private static boolean isBindableMeshService(ConfigurableListableBeanFactory beans, String name) {
        Class<?> type = beans.getType(name, false);
        return type != null
                && BindableService.class.isAssignableFrom(type)
                && beans.findAnnotationOnBean(name, MeshService.class, false) != null;
    }

    /** Takes the hiding back. */
    static final class Revealer implements BeanFactoryPostProcessor {
        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
            for (String name : beans.getBeanDefinitionNames()) {
                BeanDefinition definition = beans.getBeanDefinition(name);
                if (definition.removeAttribute(HIDDEN) != null) {
                    definition.setAutowireCandidate(true);
                }
            }
        }
    }
}
