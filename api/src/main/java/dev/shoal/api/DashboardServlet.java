package dev.shoal.api;

import dev.shoal.api.problem.Problem;
import dev.shoal.model.json.Json;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The dashboard's few files, from memory; for every other path that nobody serves, a problem. Thread-safe. */
final class DashboardServlet extends HttpServlet {
    private static final String HOME = "/index.html";
    private static final Map<String, String> TYPES = Map.of(
            HOME,
            "text/html;charset=utf-8",
            "/style.css",
            "text/css;charset=utf-8",
            "/icon.svg",
            "image/svg+xml",
            "/page.js",
            "text/javascript;charset=utf-8",
            "/api.js",
            "text/javascript;charset=utf-8",
            "/elements.js",
            "text/javascript;charset=utf-8",
            "/views.js",
            "text/javascript;charset=utf-8",
            "/words.js",
            "text/javascript;charset=utf-8");

    private final transient Map<String, Page> pages;

    private record Page(String type, byte[] bytes, String etag) {}

    /** Loads the files. @throws UncheckedIOException if one is not packaged */
    DashboardServlet() {
        Map<String, Page> loaded = new HashMap<>();
        TYPES.forEach((path, type) -> loaded.put(path, load(path, type)));
        this.pages = Map.copyOf(loaded);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        @Nullable Page page = pages.get(path.equals("/") ? HOME : path);
        if (page == null) {
            problem(response, Problem.of(404, "there is nothing at this path"));
        } else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            problem(response, Problem.of(405, "this path does not know this method"));
        } else if (page.etag().equals(request.getHeader("If-None-Match"))) {
            response.setStatus(304);
        } else {
            response.setContentType(page.type());
            response.setHeader("ETag", page.etag());
            response.setHeader("Cache-Control", "no-cache");
            response.setContentLength(page.bytes().length);
            if (request.getMethod().equals("GET")) {
                response.getOutputStream().write(page.bytes());
            }
        }
    }

    private static void problem(HttpServletResponse response, Problem problem) throws IOException {
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.getOutputStream().write(Json.bytes(problem));
    }

    private static Page load(String path, String type) {
        try (InputStream in = DashboardServlet.class.getResourceAsStream("/dashboard" + path)) {
            if (in == null) {
                throw new IOException("the dashboard's " + path + " is not packaged");
            }
            byte[] bytes = in.readAllBytes();
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return new Page(type, bytes, "\"" + HexFormat.of().toHexDigits(sum.getValue()) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
