package dev.coord.testing;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Takes all the file descriptors that this process may still have, for tests, and gives them back. */
public final class Descriptors {
    private final List<InputStream> taken = new ArrayList<>();

    /** Takes them; returns the kernel's reason why there is not one more. */
    public String exhaust() {
        while (true) {
            try {
                taken.add(new FileInputStream("/dev/null"));
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    public void free() {
        try {
            for (InputStream one : taken) {
                one.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        taken.clear();
    }
}
