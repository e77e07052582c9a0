package dev.shoal.api.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.json.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Where commands print: tables for people, JSON for programs. Text of others loses its control characters. */
final class Console {
    private final PrintWriter out;

    Console(PrintWriter out) {
        this.out = out;
    }

    /** A line. */
    void line(String text) {
        out.println(plain(text));
        out.flush();
    }

    /** Text as it is, apart from escape sequences. */
    void text(String text) {
        out.print(plain(text));
        out.flush();
    }

    /** Indented. */
    void json(JsonNode node) {
        try {
            out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot print JSON that was read before", e);
        }
        out.flush();
    }

    /** Columns as wide as their widest cell; the last one is not padded. */
    void table(List<String> head, List<List<String>> rows) {
        List<List<String>> all = java.util.stream.Stream.concat(java.util.stream.Stream.of(head), rows.stream())
                .toList();
        int[] widths = new int[head.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], plain(row.get(i)).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = plain(row.get(i));
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    /** Builds print what they like; a terminal must not obey it. */
    private static String plain(String text) {
        return text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
