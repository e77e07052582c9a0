package dev.shoal.api.view;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /releases}. No regions means every region of the build. */
public record ReleaseRequest(
        @Nullable BuildName build, @Nullable List<RegionName> regions) implements StrictBody {}
