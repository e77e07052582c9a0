package dev.shoal.api.resources;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.ReleaseId;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ids in paths and queries as their records. What does not match an id's syntax names nothing. Thread-safe. */
public final class Ids implements ParamConverterProvider {
    private static final Map<Class<?>, Function<String, ?>> PARSERS = Map.of(
            JobId.class, text -> new JobId(number(text)),
            ReleaseId.class, text -> new ReleaseId(number(text)),
            BuildName.class, BuildName::new,
            AppName.class, AppName::new,
            RegionName.class, RegionName::new);

    @Override
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        Function<String, ?> parser = PARSERS.get(type);
        return parser == null ? null : new Converter<>(type, parser);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number");
        }
    }

    private record Converter<T>(Class<T> type, Function<String, ?> parser) implements ParamConverter<T> {
        @Override
        public @Nullable T fromString(@Nullable String text) {
            return text == null || text.isEmpty() ? null : type.cast(parser.apply(text));
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
