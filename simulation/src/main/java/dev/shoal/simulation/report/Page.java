package dev.shoal.simulation.report;

/** One HTML page that needs nothing else. For one thread. */
public final class Page {
    private static final String STYLE = """
            :root{color-scheme:light}
            body{font:15px/1.5 system-ui,sans-serif;color:#1c2430;background:#f3f5f8;margin:0}
            main{max-width:980px;margin:32px auto;padding:0 20px 48px}
            h1{font-size:26px;margin:0 0 2px;letter-spacing:-.01em}
            h2{font-size:19px;margin:44px 0 2px}
            p{margin:0 0 12px;color:#4a5666}
            figure{margin:14px 0;padding:14px 18px 10px;background:#fff;border:1px solid #e1e6ec;border-radius:10px}
            figcaption{font-size:14px;font-weight:600;margin:0 0 8px}
            figcaption span{font-weight:400;color:#6b7685}
            pre{font:12.5px/1.5 ui-monospace,monospace;background:#fff;border:1px solid #e1e6ec;padding:12px 16px;border-radius:10px;overflow-x:auto}
            svg{display:block;width:100%;height:auto}
            svg text{font:12px system-ui,sans-serif;fill:#4a5666}
            .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0}
            .tile{flex:1 1 150px;background:#fff;border:1px solid #e1e6ec;border-radius:10px;padding:12px 16px}
            .tile b{display:block;font-size:22px;font-weight:650;letter-spacing:-.01em}
            .tile span{font-size:13px;color:#6b7685}
            .good{color:#1b7837}.bad{color:#b2182b}
            ul.plain{list-style:none;margin:0;padding:0}ul.plain li{margin:3px 0}
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    public Page(String title, String lead) {
        this.title = title;
        body.append("<h1>").append(escape(title)).append("</h1>\n");
        text(lead);
    }

    public Page heading(String text) {
        body.append("<h2>").append(escape(text)).append("</h2>\n");
        return this;
    }

    public Page text(String text) {
        body.append("<p>").append(escape(text)).append("</p>\n");
        return this;
    }

    /** A picture with what it shows, and how to read it. */
    public Page figure(String caption, String reading, String svg) {
        body.append("<figure><figcaption>")
                .append(escape(caption))
                .append(" <span>")
                .append(escape(reading))
                .append("</span></figcaption>")
                .append(svg)
                .append("</figure>\n");
        return this;
    }

    /** Figures in large type: value and name in turns. */
    public Page tiles(String... valuesAndNames) {
        body.append("<div class=\"tiles\">");
        for (int i = 0; i + 1 < valuesAndNames.length; i += 2) {
            body.append("<div class=\"tile\"><b>")
                    .append(escape(valuesAndNames[i]))
                    .append("</b><span>")
                    .append(escape(valuesAndNames[i + 1]))
                    .append("</span></div>");
        }
        body.append("</div>\n");
        return this;
    }

    /** A line that is good or bad. */
    public Page verdict(boolean good, String text) {
        body.append("<p class=\"verdict ")
                .append(good ? "good" : "bad")
                .append("\">")
                .append(good ? "✓ " : "✗ ")
                .append(escape(text))
                .append("</p>\n");
        return this;
    }

    /** Text in columns. */
    public Page pre(String text) {
        body.append("<pre>").append(escape(text)).append("</pre>\n");
        return this;
    }

    /** The document. */
    public String html() {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                + "<link rel=\"icon\" href=\"data:,\"><title>" + escape(title) + "</title><style>" + STYLE
                + "</style></head><body><main>\n" + body + "</main></body></html>\n";
    }

    /** For text and attributes. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
