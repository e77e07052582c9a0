package dev.shoal.api.view;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /releases}.
 *
 * @param regions none means every region of the build
 * @param policy {@code all} (the default), or {@code all-but-N}: up to N of the regions may lack the build and are left out
 */
public record ReleaseRequest(
        @Nullable BuildName build,
        @Nullable List<RegionName> regions,
        @Nullable String policy) implements StrictBody {}
