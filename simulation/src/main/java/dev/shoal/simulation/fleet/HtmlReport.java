package dev.shoal.simulation.fleet;

import java.util.List;
import java.util.Locale;

/** One page that needs nothing else: inline SVG, no scripts, no foreign addresses. */
final class HtmlReport {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;color:#1c2430;background:#fff;max-width:980px;margin:32px auto;padding:0 20px}
            h1{font-size:24px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 4px;border-top:1px solid #dde3ea;padding-top:24px}
            h3{font-size:14px;margin:22px 0 6px;color:#4a5666}p{margin:0 0 10px;color:#4a5666}
            pre{font:12.5px/1.5 ui-monospace,monospace;background:#f5f7f9;padding:12px 14px;border-radius:6px;overflow-x:auto}
            svg{display:block;width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#4a5666}
            """;

    private HtmlReport() {}

    static String of(List<FleetResult> results) {
        StringBuilder out = new StringBuilder();
        out.append(
                        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Shoal: a simulated fleet</title><style>")
                .append(STYLE)
                .append(
                        "</style></head><body>\n<h1>A simulated fleet</h1>\n<p>Computed, not measured; docs/simulation.md says what this cannot tell.</p>\n");
        if (results.size() > 1) {
            out.append("<h3>All runs</h3>\n").append(Plots.makespans(results));
            out.append("<pre>").append(escape(Sweep.table(results))).append("</pre>\n");
        }
        results.forEach(r -> section(out, r));
        return out.append("</body></html>\n").toString();
    }

    private static void section(StringBuilder out, FleetResult r) {
        out.append("<h2>")
                .append(escape(r.name()))
                .append("</h2>\n<p>")
                .append(escape(r.scenario().description()))
                .append("</p>\n");
        out.append("<h3>Share of the bytes that has arrived, a line a region</h3>\n")
                .append(Plots.completion(r));
        if (r.scenario().deploys() == 0) {
            out.append("<h3>Makespan against the bound</h3>\n").append(Plots.makespans(List.of(r)));
        }
        out.append("<h3>Bytes by source</h3>\n").append(Plots.bytes(r));
        out.append("<h3>Machines over time, ")
                .append(Progress.WATCHED)
                .append(" of each region, dark when complete</h3>\n")
                .append(Plots.heat(r));
        out.append("<pre>")
                .append(escape(TextReport.of(r)))
                .append("</pre>\n<p>")
                .append(escape(TextReport.speed(r)))
                .append("</p>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String svg(int height, String content) {
        return String.format(Locale.ROOT, "<svg viewBox=\"0 0 940 %d\" role=\"img\">%s</svg>%n", height, content);
    }
}
