package dev.shoal.api.cli;

import dev.shoal.model.JobId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prints the log of a job: what there is, or as it grows, across broken connections. Not thread-safe. */
final class LogReading {
    private static final int MOST_BREAKS = 20;

    private final ApiConnection api;
    private final JobId job;
    private final Console console;
    private long offset;
    private Optional<String> attempt = Optional.empty();
    private boolean ended;

    LogReading(ApiConnection api, JobId job, Console console) {
        this.api = api;
        this.job = job;
        this.console = console;
    }

    /** What there is now. */
    void read() {
        while (true) {
            HttpResponse<byte[]> answer = api.raw("/jobs/" + job + "/log?offset=" + offset
                    + attempt.map(a -> "&attempt=" + a).orElse(""));
            if (answer.body().length == 0) {
                return;
            }
            console.text(new String(answer.body(), StandardCharsets.UTF_8));
            offset = answer.headers().firstValueAsLong("X-Next-Offset").orElse(offset + answer.body().length);
            attempt = answer.headers().firstValue("X-Attempt");
        }
    }

    /** Until the server says that the log has ended. A stream that breaks is taken up where it was. */
    void follow() {
        int breaks = 0;
        while (!ended) {
            long before = offset;
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    api.stream("/jobs/" + job + "/log/stream?offset=" + offset
                            + attempt.map(a -> "&attempt=" + a).orElse("")),
                    StandardCharsets.UTF_8))) {
                events(lines);
            } catch (IOException broken) {
                // Taken up below, like a stream that the server closed.
            }
            breaks = offset > before ? 0 : breaks + 1;
            if (!ended && breaks > MOST_BREAKS) {
                throw new CliException("the log of job " + job + " breaks off again and again");
            }
            if (!ended) {
                ApiCommand.pause();
            }
        }
    }

    private void events(BufferedReader lines) throws IOException {
        String event = "";
        String id = "";
        List<String> data = new ArrayList<>();
        for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
            if (line.isEmpty()) {
                perform(event, id, String.join("\n", data));
                event = "";
                id = "";
                data.clear();
            } else if (line.startsWith("event: ")) {
                event = line.substring("event: ".length());
            } else if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ")) {
                data.add(line.substring("data: ".length()));
            }
        }
    }

    private void perform(String event, String id, String data) {
        switch (event) {
            case "log" -> {
                console.text(data);
                offset = Long.parseLong(id);
            }
            case "attempt" -> turnTo(data);
            case "end" -> ended = true;
            default -> {
                // A newer server's event that we need not know, or a heartbeat.
            }
        }
    }

    private void turnTo(String newest) {
        if (attempt.isPresent() && !attempt.get().equals(newest)) {
            console.line("\n--- attempt " + newest + " ---");
            offset = 0;
        }
        attempt = Optional.of(newest);
    }
}
