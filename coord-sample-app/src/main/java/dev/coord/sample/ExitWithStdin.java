package dev.coord.sample;

import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/**
 * With {@code sample.exit-with-stdin=true} the application ends, as on SIGTERM, when its standard input does: then a program that
 * starts it through a pipe leaves nothing behind, even if it is killed.
 */
final class ExitWithStdin {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWithStdin.class);

    private ExitWithStdin() {}

    static void install(Environment environment) {
        if (environment.getProperty("sample.exit-with-stdin", Boolean.class, false)) {
            var thread = new Thread(ExitWithStdin::exitAtEnd, "exit-with-stdin");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void exitAtEnd() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("Standard input cannot be read, which is as good as its end", e);
        }
        LOG.info("Standard input has ended, and so does this process");
        System.exit(0);
    }
}
