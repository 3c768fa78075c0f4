package dev.coord.application;

import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;

/** Asks for a cache, whichever Spring Boot finds. */
@Configuration(proxyBeanMethods = false)
@EnableCaching
public class CachingApplication extends ApplicationUnderTest {
    public static void main(String[] args) {
        run(CachingApplication.class, args);
    }
}
