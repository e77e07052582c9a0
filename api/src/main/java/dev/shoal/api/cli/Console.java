package dev.shoal.api.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.model.json.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

    /** A head and rows. */
    void table(List<String> head, List<List<String>> rows) {
        columns(Stream.concat(Stream.of(head), rows.stream()).toList());
    }

    /** Columns as wide as their widest cell; the last one is not padded. */
    void columns(List<List<String>> rows) {
        List<List<String>> plain = rows.stream()
                .map(row -> row.stream().map(Console::plain).toList())
                .toList();
        List<Integer> widths = IntStream.range(
                        0, rows.isEmpty() ? 0 : rows.getFirst().size())
                .mapToObj(i -> plain.stream()
                        .mapToInt(row -> row.get(i).length())
                        .max()
                        .orElse(0))
                .toList();
        for (List<String> row : plain) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i))
                        .append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
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
