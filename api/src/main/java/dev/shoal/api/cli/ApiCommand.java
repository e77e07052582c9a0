package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command that calls the API has. Exit code 0 is success, 1 a failure told in one line, 2 wrong usage. */
@Command(mixinStandardHelpOptions = true)
abstract class ApiCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;
    private static final Duration POLL = Duration.ofMillis(500);

    @Mixin
    final Target target = new Target();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    CommandSpec spec;

    @Override
    public Integer call() {
        return run(target.connect(((ShoalCli) spec.root().userObject()).environment()), console());
    }

    final Console console() {
        return new Console(spec.commandLine().getOut());
    }

    /** Returns the exit code. @throws CliException to fail with one line */
    abstract int run(ApiConnection api, Console console);

    static <T> T as(Class<T> type, JsonNode node) {
        return Json.read(Json.bytes(node), type);
    }

    static String encoded(String parameter) {
        return URLEncoder.encode(parameter, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static void pause() {
        LockSupport.parkNanos(POLL.toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw new CliException("interrupted");
        }
    }
}
