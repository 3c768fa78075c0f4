package dev.coord.transport.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The names of a certificate: of the alternative names of its subject those that are hosts, or addresses. */
final class CertificateNames {
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final String WILDCARD = "*.";

    private CertificateNames() {}

    /** Those that {@code certificate} has; none if they cannot be read. */
    static List<String> of(X509Certificate certificate) {
        var names = new ArrayList<String>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    Object kind = name.get(0);
                    if (kind instanceof Integer number && (number == DNS || number == IP)) {
                        names.add(String.valueOf(name.get(1)));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return names;
    }

    /** Whether one of {@code names} is {@code wanted}, or stands for it: {@code *.a.b} does for {@code x.a.b}. */
    static boolean contain(List<String> names, String wanted) {
        byte[] number = NetUtil.createByteArrayFromIpAddressString(wanted);
        return names.stream()
                .anyMatch(name -> number == null
                        ? matches(name.toLowerCase(Locale.ROOT), wanted.toLowerCase(Locale.ROOT))
                        : Arrays.equals(number, NetUtil.createByteArrayFromIpAddressString(name)));
    }

    private static boolean matches(String name, String wanted) {
        if (!name.startsWith(WILDCARD)) {
            return name.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && name.substring(1).equals(wanted.substring(dot));
    }
}
