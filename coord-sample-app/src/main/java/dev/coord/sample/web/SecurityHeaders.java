package dev.coord.sample.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells browsers what the page may do: load what is here, and ask this host, on any port, whether another instance answers there.
 * No other origin may read anything, or write: writes need a JSON content type or a method that browsers ask about first.
 */
@Component
class SecurityHeaders extends OncePerRequestFilter {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = request.getServerName();
        String instances = HOST.matcher(host).matches() ? " " + request.getScheme() + "://" + host + ":*" : "";
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
                        + instances + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        // By the icon, the page of another instance finds out whether this one is there.
        boolean icon = request.getRequestURI().equals("/favicon.svg");
        response.setHeader("Cross-Origin-Resource-Policy", icon ? "cross-origin" : "same-origin");
        // Checked with the server each time, so that page and server are of one version.
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        chain.doFilter(request, response);
    }
}
