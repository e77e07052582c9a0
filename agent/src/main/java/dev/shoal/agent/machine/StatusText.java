package dev.shoal.agent.machine;

import dev.shoal.model.ByteSizes;
import dev.shoal.model.report.AppState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An agent's status for a terminal. Pure. */
final class StatusText {
    private StatusText() {}

    static String of(List<AgentStatus> agents, Instant now) {
        StringBuilder text = new StringBuilder();
        for (AgentStatus agent : agents) {
            text.append("agent ").append(agent.agentVersion());
            text.append("  pid ").append(agent.pid());
            text.append("  up ").append(age(agent.startedAt(), now));
            text.append("  Consul ")
                    .append(
                            switch (agent.consul()) {
                                case OK -> "ok";
                                case AWAY -> "AWAY";
                                case REFUSED -> "REFUSES OUR TOKEN";
                            });
            text.append(limits(agent.limits())).append('\n');
            agent.machines().forEach(machine -> machine(text, machine, now));
        }
        return text.toString();
    }

    private static void machine(StringBuilder text, AgentStatus.Machine machine, Instant now) {
        text.append("  ").append(machine.id()).append("  region ").append(machine.region());
        machine.trouble().ifPresent(trouble -> text.append("  TROUBLE: ").append(trouble));
        if (!machine.refused().isEmpty()) {
            text.append("  refused: ").append(counts(machine.refused()));
        }
        text.append('\n');
        machine.banned()
                .ifPresent(notice -> text.append("    BANNED: ").append(notice).append('\n'));
        if (machine.apps().isEmpty()) {
            text.append("    no app yet\n");
        }
        machine.apps().forEach(app -> app(text, app, now));
    }

    private static void app(StringBuilder text, AgentStatus.App app, Instant now) {
        text.append(String.format(
                Locale.ROOT,
                "    %-20s %-24s seq %s.%d  %s",
                app.app(),
                app.build(),
                app.seq(),
                app.step(),
                app.state()));
        if (app.state() == AppState.DOWNLOADING) {
            text.append(String.format(
                    Locale.ROOT,
                    " %.0f %% (%s of %s, %d peers)",
                    100.0 * app.bytes() / Math.max(1, app.size()),
                    ByteSizes.text(app.bytes()),
                    ByteSizes.text(app.size()),
                    app.peers()));
        }
        text.append(" for ").append(age(app.since(), now));
        text.append("  runs ").append(app.running().map(Object::toString).orElse("nothing"));
        text.append("  pointer ");
        text.append(
                app.frozen()
                        ? "EXPIRED " + age(app.expiresAt(), now) + " ago"
                        : "valid for " + age(now, app.expiresAt()));
        text.append('\n');
        app.detail()
                .ifPresent(detail -> text.append("      ")
                        .append(detail)
                        .append(" (failures in a row: ")
                        .append(app.failures())
                        .append(")\n"));
    }

    private static String limits(TransferLimits limits) {
        return limits.equals(TransferLimits.NONE)
                ? ""
                : "  limits: up " + rate(limits.upload()) + ", down " + rate(limits.download());
    }

    private static String rate(long bytesPerSecond) {
        return bytesPerSecond == 0 ? "none" : ByteSizes.text(bytesPerSecond) + "/s";
    }

    private static String counts(Map<String, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", "));
    }

    private static String age(Instant from, Instant to) {
        Duration age = Duration.between(from, to);
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        } else if (age.toHours() > 0) {
            return age.toHours() + "h" + age.toMinutesPart() + "m";
        } else if (age.toMinutes() > 0) {
            return age.toMinutes() + "m" + age.toSecondsPart() + "s";
        }
        return Math.max(0, age.toSeconds()) + "s";
    }
}
