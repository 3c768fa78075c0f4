package dev.coord.transport.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a handshake failed, in words that say what to do. */
final class Refusal {
    private static final int MOST_CAUSES = 16;

    private Refusal() {}

    /** In words that are the same each time. */
    static String reason(Throwable failure) {
        Throwable last = failure;
        for (int i = 0; i < MOST_CAUSES; i++) {
            String known = known(last);
            if (known != null) {
                return known;
            }
            Throwable cause = last.getCause();
            if (cause == null || cause == last) {
                break;
            }
            last = cause;
        }
        return "the TLS handshake failed: " + last;
    }

    private static @Nullable String known(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof NotSslRecordException) {
            return "the other end does not speak TLS";
        }
        if (failure instanceof CertificateExpiredException) {
            return "the other end's certificate has expired (" + failure.getMessage() + ")";
        }
        if (failure instanceof CertificateNotYetValidException) {
            return "the other end's certificate is not valid yet (" + failure.getMessage() + ")";
        }
        if (failure instanceof CertPathValidatorException
                || message.contains("unable to find valid certification path")) {
            // What is wrong with the certificate may be its cause.
            return failure.getCause() == null || failure.getCause() == failure
                    ? "the other end's certificate was not issued for this group: nobody in the bundle vouches for it"
                    : null;
        }
        if (failure instanceof CertificateException && failure.getCause() == null) {
            return "the other end's certificate is not good: " + failure.getMessage();
        }
        if (message.contains("empty client certificate chain") || message.contains("empty server certificate chain")) {
            return "the other end has no certificate of this group";
        }
        if (message.startsWith("received fatal alert")) {
            return "the other end refused this process (" + failure.getMessage() + "); its log says why";
        }
        return null;
    }
}
