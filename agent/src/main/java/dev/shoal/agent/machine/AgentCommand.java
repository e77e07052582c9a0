package dev.shoal.agent.machine;

import dev.shoal.model.ByteSizes;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shoal agent}: looks at and limits the machine agents of this host, over their admin ports. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "The machine agents of this host.",
        subcommands = {AgentCommand.Status.class, AgentCommand.Limit.class})
public final class AgentCommand {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private AgentCommand() {}

    /** Which agents are meant. */
    static final class Target {
        @Option(names = "--config", paramLabel = "FILE", description = "the agent's own configuration")
        private @Nullable Path config;

        @Option(names = "--port", description = "the agent's admin port")
        private @Nullable Integer port;

        @Option(names = "--dir", description = "a development stack (default: $SHOAL_DIR, else .shoal)")
        private Path dir = Path.of(System.getenv().getOrDefault("SHOAL_DIR", ".shoal"));

        private record StackProcess(String name, String kind, int port) {}

        private record Stack(List<StackProcess> processes) {}

        List<URI> agents() throws IOException {
            if (port != null) {
                return List.of(at(port));
            } else if (config != null) {
                return List.of(at(MachineAgentConfig.read(config).adminPort()));
            }
            Path file = dir.resolve("stack.json");
            if (!Files.exists(file)) {
                throw new IOException(
                        "no stack in " + dir.toAbsolutePath() + ": name the agent with --port or --config");
            }
            try {
                return Json.read(Files.readAllBytes(file), Stack.class).processes().stream()
                        .filter(p -> p.kind().equals("machine"))
                        .map(p -> at(p.port()))
                        .toList();
            } catch (MalformedJsonException e) {
                throw new IOException(file + " cannot be read: " + e.getMessage(), e);
            }
        }

        private static URI at(int port) {
            return URI.create("http://127.0.0.1:" + port);
        }
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "What each machine wants, has and runs.")
    static final class Status implements Callable<Integer> {
        @CommandLine.Mixin
        private Target target = new Target();

        @Option(names = "--json", description = "as JSON")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            List<AgentStatus> all = new ArrayList<>();
            for (URI agent : target.agents()) {
                all.add(read(send(HttpRequest.newBuilder(agent.resolve("/v1/status"))), AgentStatus.class));
            }
            System.out.print(json ? Json.text(all) + "\n" : StatusText.of(all, Instant.now()));
            return 0;
        }
    }

    @Command(
            name = "limit",
            mixinStandardHelpOptions = true,
            description = "Limits transfers until the agent restarts; without options, back to its configuration.")
    static final class Limit implements Callable<Integer> {
        @CommandLine.Mixin
        private Target target = new Target();

        @Option(names = "--upload", paramLabel = "RATE", description = "per second, like 20MiB; 0 for none")
        private @Nullable String upload;

        @Option(names = "--download", paramLabel = "RATE", description = "per second, like 20MiB; 0 for none")
        private @Nullable String download;

        @Override
        public Integer call() throws IOException, InterruptedException {
            for (URI agent : target.agents()) {
                HttpRequest.Builder request = HttpRequest.newBuilder(agent.resolve("/v1/limits"));
                send(upload == null && download == null ? request.DELETE() : request.PUT(body()));
            }
            return 0;
        }

        private HttpRequest.BodyPublisher body() {
            return HttpRequest.BodyPublishers.ofByteArray(Json.bytes(new TransferLimits(
                    upload == null ? 0 : ByteSizes.parse(upload), download == null ? 0 : ByteSizes.parse(download))));
        }
    }

    private static byte[] send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest ready = request.timeout(LIMIT).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = client.send(ready, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException(ready.uri() + " answered " + answer.statusCode());
            }
            return answer.body();
        } catch (java.net.ConnectException e) {
            throw new IOException("no agent answers at " + ready.uri().getAuthority(), e);
        }
    }

    private static <T> T read(byte[] body, Class<T> type) throws IOException {
        try {
            return Json.read(body, type);
        } catch (MalformedJsonException e) {
            throw new IOException("the agent's answer cannot be read: " + e.getMessage(), e);
        }
    }

    /** Errors are one line on stderr. Exits 2 for wrong usage, 1 for failure. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new AgentCommand());
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            System.err.println("shoal: " + error.getMessage());
            return 1;
        });
        System.exit(line.execute(args));
    }
}
