package dev.shoal.activities.jobs;

import java.util.List;

/**
 * How the queue and the database under it are. Ages are seconds by the database's clock, 0 if there is nothing to be old.
 *
 * @param queued by priority, most urgent first
 * @param claimable how many queued jobs their apps' limits allow to start now
 * @param oldestHeartbeat of a running job
 * @param longestTransaction of a client of this database
 * @param oldestSnapshot transactions since the oldest one that somebody may still look at; vacuum keeps everything since
 * @param idleSlots replication slots that nobody reads, which hold back vacuum and fill the disk
 * @param preparedTransactions that wait for their second phase, which hold back vacuum
 * @param deadRows of the table {@code jobs}, which vacuum has not yet removed
 */
public record QueueHealth(
        List<Queued> queued,
        long claimable,
        long running,
        double oldestHeartbeat,
        double longestTransaction,
        long oldestSnapshot,
        long idleSlots,
        long preparedTransactions,
        long deadRows) {
    /** Jobs of one priority, and how long the oldest has waited. */
    public record Queued(int priority, long jobs, double oldest) {}

    public QueueHealth {
        queued = List.copyOf(queued);
    }

    /** In Prometheus's text format, version 0.0.4. */
    public String toPrometheus() {
        StringBuilder text = new StringBuilder();
        head(text, "shoal_queue_jobs", "Queued jobs.");
        queued.forEach(each -> line(text, label("shoal_queue_jobs", each), each.jobs()));
        head(text, "shoal_queue_oldest_seconds", "How long the oldest queued job has waited.");
        queued.forEach(each -> line(text, label("shoal_queue_oldest_seconds", each), each.oldest()));
        gauge(
                text,
                "shoal_queue_claimable_jobs",
                "Queued jobs that the limits of their apps allow to start.",
                claimable);
        gauge(text, "shoal_jobs_running", "Running jobs.", running);
        gauge(
                text,
                "shoal_jobs_oldest_heartbeat_seconds",
                "Age of the oldest heartbeat of a running job.",
                oldestHeartbeat);
        gauge(text, "shoal_database_longest_transaction_seconds", "Age of the oldest transaction.", longestTransaction);
        gauge(
                text,
                "shoal_database_oldest_snapshot_age",
                "Transactions since the oldest snapshot in use.",
                oldestSnapshot);
        gauge(text, "shoal_database_idle_replication_slots", "Replication slots that nobody reads.", idleSlots);
        gauge(text, "shoal_database_prepared_transactions", "Transactions left prepared.", preparedTransactions);
        gauge(text, "shoal_jobs_dead_rows", "Rows of the table jobs that vacuum has yet to remove.", deadRows);
        return text.toString();
    }

    private static String label(String name, Queued each) {
        return name + "{priority=\"" + each.priority() + "\"}";
    }

    private static void gauge(StringBuilder text, String name, String help, Number value) {
        head(text, name, help);
        line(text, name, value);
    }

    private static void head(StringBuilder text, String name, String help) {
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(help)
                .append("\n# TYPE ")
                .append(name)
                .append(" gauge\n");
    }

    private static void line(StringBuilder text, String name, Number value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
