package dev.shoal.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Chromium that opens a page and says what it sees. */
public final class Browser {
    /** In a frame of the same origin, so that a script can measure a page that has none. */
    private static final String PROBE = """
            <!doctype html><body style="margin:0"><iframe src="/report" style="width:1060px;height:900px;border:0"></iframe>
            <script>
            const errors = [];
            addEventListener('error', e => errors.push(String(e.message)));
            document.querySelector('iframe').onload = e => {
              const page = e.target.contentDocument;
              const pictures = [...page.querySelectorAll('svg')].map(svg => {
                const box = svg.getBoundingClientRect();
                const outside = [...svg.querySelectorAll('text')].filter(t => {
                  const r = t.getBoundingClientRect();
                  return r.left < box.left - 1 || r.right > box.right + 1 || r.bottom > box.bottom + 1;
                }).map(t => t.textContent);
                const marks = [...svg.querySelectorAll('polyline,rect')].filter(s => {
                  const r = s.getBoundingClientRect();
                  return r.width > 0 || r.height > 0;
                }).length;
                return {name: svg.getAttribute('aria-label'), width: box.width, height: box.height,
                  series: svg.querySelectorAll('polyline.series').length, marks, outside};
              });
              const wide = page.documentElement.scrollWidth > page.documentElement.clientWidth;
              document.body.innerHTML = '<pre id="seen"></pre>';
              document.getElementById('seen').textContent = JSON.stringify(
                {title: page.title, pictures, wide, errors, loaded: performance.getEntriesByType('resource').map(r => r.name)});
            };
            </script></body>
            """;

    private static final Pattern SEEN = Pattern.compile("<pre id=\"seen\">(.*?)</pre>", Pattern.DOTALL);

    private Browser() {}

    /** A picture: its size on the screen, its lines, its other marks, and texts that stick out of it. */
    public record Picture(String name, double width, double height, int series, int marks, List<String> outside) {
        public Picture {
            outside = List.copyOf(outside);
        }
    }

    /**
     * A page as it was seen.
     *
     * @param wide whether it has to be scrolled sideways
     * @param console what the browser complained of
     */
    public record Seen(String title, List<Picture> pictures, boolean wide, List<String> console) {
        public Seen {
            pictures = List.copyOf(pictures);
            console = List.copyOf(console);
        }
    }

    /** Opens it; the test is skipped where there is no Chromium. */
    public static Seen open(String html, Path directory) throws IOException, InterruptedException {
        Path chromium = chromium();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(server, "/report", html);
        serve(server, "/probe", PROBE);
        serve(server, "/favicon.ico", "");
        server.start();
        Path dom = directory.resolve("dom.html");
        Path log = directory.resolve("chromium.log");
        Process process = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--enable-logging=stderr",
                        "--window-size=1060,900",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/probe")
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the browser ends")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            server.stop(0);
        }
        return seen(Files.readString(dom), Files.readString(log, StandardCharsets.ISO_8859_1));
    }

    private static Seen seen(String dom, String log) throws IOException {
        Matcher matcher = SEEN.matcher(dom);
        assertThat(matcher.find()).as("the probe has run: %s", dom).isTrue();
        String json = matcher.group(1)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
        JsonNode node = new ObjectMapper().readTree(json);
        List<Picture> pictures = Stream.of(new ObjectMapper().treeToValue(node.required("pictures"), Picture[].class))
                .toList();
        Stream<String> complaints = log.lines().filter(line -> line.contains("CONSOLE"));
        Stream<String> errors = node.required("errors").valueStream().map(JsonNode::asText);
        Stream<String> foreign =
                node.required("loaded").valueStream().map(JsonNode::asText).filter(name -> !name.endsWith("/report"));
        return new Seen(
                node.required("title").asText(),
                pictures,
                node.required("wide").asBoolean(),
                Stream.of(complaints, errors, foreign).flatMap(all -> all).toList());
    }

    private static void serve(HttpServer server, String path, String html) {
        byte[] body = html.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private static Path chromium() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(entry -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(entry, name)))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "SKIPPED: no chromium on PATH, so nobody looked at the reports");
        return found.orElseThrow();
    }
}
