package dev.shoal.api.problem;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a JSON body, in the words of its fields rather than of the classes behind them. */
final class JsonProblems {
    private JsonProblems() {}

    /** 400 for what is not JSON, 422 for JSON that is not the wanted record. */
    static Problem of(JsonProcessingException e) {
        return switch (e) {
            case JsonMappingException mapping
            when mapping.getCause() instanceof JsonParseException parse -> notJson(parse);
            case JsonMappingException mapping -> Problem.of(422, at(mapping) + reason(mapping));
            default -> notJson(e);
        };
    }

    private static Problem notJson(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return Problem.of(400, "the body is not JSON" + where);
    }

    private static String at(JsonMappingException e) {
        String path = e.getPath().stream().map(JsonProblems::step).collect(Collectors.joining());
        return path.isEmpty() ? "" : path.replaceFirst("^\\.", "") + ": ";
    }

    private static String step(JsonMappingException.Reference step) {
        return step.getFieldName() != null ? "." + step.getFieldName() : "[" + step.getIndex() + "]";
    }

    private static String reason(JsonMappingException e) {
        return switch (e) {
            case InvalidTypeIdException type when type.getTypeId() != null -> "unknown type '" + type.getTypeId() + "'";
            case InvalidTypeIdException type -> "the type is missing";
            case InvalidFormatException format -> "'" + format.getValue() + "' is not possible here";
            case ValueInstantiationException value -> ofCause(value.getCause());
            default ->
                e.getCause() instanceof IllegalArgumentException refused
                        ? ofCause(refused)
                        : "missing, or not of the right kind";
        };
    }

    private static String ofCause(@Nullable Throwable cause) {
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "a required field is missing";
    }
}
