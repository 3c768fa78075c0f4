package dev.coord.sample.flags;

import dev.coord.world.OperationRejectedException;

/** Why an operation on a flag is refused. The names go over the mesh, so they do not change. */
public enum Refusal {
    FLAG_NOT_FOUND,
    PRECONDITION_FAILED;

    OperationRejectedException because(String message) {
        return new OperationRejectedException(name(), message);
    }
}
