package dev.coord.spring;

import dev.coord.CoordException;

/** What a bean does in a role failed; names the bean. */
final class RoleFailedException extends CoordException {
    private static final long serialVersionUID = 1L;

    RoleFailedException(String what, Throwable cause) {
        super(what + " failed: " + cause, cause);
    }
}
