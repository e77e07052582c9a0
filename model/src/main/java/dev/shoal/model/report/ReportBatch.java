package dev.shoal.model.report;

import java.util.List;

/** What a region agent sends to {@code POST /api/v1/reports}: at most one report a machine, the newest. */
public record ReportBatch(List<MachineReport> reports) {
    /** Bounds the request body. */
    public static final int MAX_REPORTS = 2000;

    public ReportBatch {
        reports = List.copyOf(reports);
        if (reports.size() > MAX_REPORTS) {
            throw new IllegalArgumentException("at most " + MAX_REPORTS + " reports a batch, got " + reports.size());
        }
    }
}
