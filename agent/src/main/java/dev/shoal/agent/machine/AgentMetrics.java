package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvWatch;
import dev.shoal.model.report.AppState;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** An agent's status in the Prometheus text format 0.0.4. Pure. */
final class AgentMetrics {
    private final StringBuilder text = new StringBuilder();
    private final AgentStatus status;

    private AgentMetrics(AgentStatus status) {
        this.status = status;
    }

    static String text(AgentStatus status) {
        AgentMetrics metrics = new AgentMetrics(status);
        metrics.write();
        return metrics.text.toString();
    }

    private void write() {
        head("shoal_agent_consul_up", "gauge", "Whether the region's Consul answered last time.");
        sample("shoal_agent_consul_up", "", status.consul() == KvWatch.State.OK ? 1 : 0);
        head("shoal_agent_limit_bytes_per_second", "gauge", "Transfer limit of each machine, 0 for none.");
        sample(
                "shoal_agent_limit_bytes_per_second",
                "direction=\"up\"",
                status.limits().upload());
        sample(
                "shoal_agent_limit_bytes_per_second",
                "direction=\"down\"",
                status.limits().download());
        head("shoal_machine_well", "gauge", "Whether the machine can do its work.");
        status.machines()
                .forEach(m -> sample("shoal_machine_well", of(m), m.trouble().isEmpty() ? 1 : 0));
        head("shoal_machine_banned", "gauge", "Whether region agents have banned it for serving wrong bytes.");
        status.machines()
                .forEach(m -> sample("shoal_machine_banned", of(m), m.banned().isPresent() ? 1 : 0));
        head("shoal_machine_peers_accused_total", "counter", "How often it caught a peer sending wrong bytes.");
        status.machines().forEach(m -> sample("shoal_machine_peers_accused_total", of(m), m.accused()));
        head("shoal_machine_bytes_reused_total", "counter", "Bytes that it had in other artifacts and did not fetch.");
        status.machines().forEach(m -> sample("shoal_machine_bytes_reused_total", of(m), m.reused()));
        head("shoal_machine_pointers_refused_total", "counter", "Values in Consul that were not believed, by reason.");
        status.machines()
                .forEach(m -> m.refused()
                        .forEach((reason, count) -> sample(
                                "shoal_machine_pointers_refused_total", of(m) + ",reason=\"" + reason + "\"", count)));
        head("shoal_machine_app_state", "gauge", "1 for the state that an app is in.");
        forEachApp((m, a) -> Stream.of(AppState.values())
                .forEach(state -> sample(
                        "shoal_machine_app_state", of(m, a) + ",state=\"" + state + "\"", state == a.state() ? 1 : 0)));
        gauge("shoal_machine_app_bytes", "Bytes of the wanted build that are there.", AgentStatus.App::bytes);
        gauge("shoal_machine_app_size_bytes", "Size of the wanted build.", AgentStatus.App::size);
        gauge("shoal_machine_app_peers", "Peers connected for it.", AgentStatus.App::peers);
        gauge(
                "shoal_machine_app_seq",
                "Sequence number of the wanted release.",
                a -> a.seq().value());
        gauge(
                "shoal_machine_app_pointer_expires_seconds",
                "When the pointer expires, in Unix time: an alarm if it is past.",
                a -> a.expiresAt().getEpochSecond());
        gauge("shoal_machine_app_failures", "Attempts that failed in a row.", AgentStatus.App::failures);
    }

    private void gauge(String name, String help, ToLongFunction<AgentStatus.App> value) {
        head(name, "gauge", help);
        forEachApp((m, a) -> sample(name, of(m, a), value.applyAsLong(a)));
    }

    private interface Visitor {
        void visit(AgentStatus.Machine machine, AgentStatus.App app);
    }

    private void forEachApp(Visitor visitor) {
        status.machines().forEach(m -> m.apps().forEach(a -> visitor.visit(m, a)));
    }

    private static String of(AgentStatus.Machine machine) {
        return "machine=\"" + machine.id() + "\"";
    }

    private static String of(AgentStatus.Machine machine, AgentStatus.App app) {
        return of(machine) + ",app=\"" + app.app() + "\"";
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, long value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }
}
