package dev.shoal.api.logs;

import java.util.Optional;

/**
 * One event of a {@code text/event-stream}.
 *
 * @param id where a reader that comes back goes on
 * @param data may have many lines; CR and CRLF become LF, since the format cannot carry them
 */
public record ServerSentEvent(String event, Optional<String> id, String data) {
    /** A line that readers skip: it shows to both sides that the connection lives. */
    public static final String HEARTBEAT = ": alive\n\n";

    /** As it goes over the wire. */
    public String wire() {
        StringBuilder out = new StringBuilder("event: ").append(event).append('\n');
        id.ifPresent(value -> out.append("id: ").append(value).append('\n'));
        for (String line : data.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
            out.append("data: ").append(line).append('\n');
        }
        return out.append('\n').toString();
    }
}
