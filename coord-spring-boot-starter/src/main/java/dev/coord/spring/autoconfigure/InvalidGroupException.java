package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;

/** The settings of one of the groups in {@code coord.groups} make no sense. */
final class InvalidGroupException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String group;

    InvalidGroupException(String group, InvalidSettingsException cause) {
        super("Group '" + group + "': " + cause.getMessage(), cause);
        this.group = group;
    }

    /** Which one. */
    String group() {
        return group;
    }
}
