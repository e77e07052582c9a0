package dev.shoal.api.view;

import dev.shoal.model.BuildName;
import java.util.Optional;

/** The body of {@code POST /apps/{app}/rollback}. Without {@code to} it is the last released build before the current one. */
public record RollbackRequest(Optional<BuildName> to) implements StrictBody {}
