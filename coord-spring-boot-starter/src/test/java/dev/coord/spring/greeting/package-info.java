/** gRPC services for tests, generated ones and beans. */
@NullMarked
package dev.coord.spring.greeting;

import org.jspecify.annotations.NullMarked;
