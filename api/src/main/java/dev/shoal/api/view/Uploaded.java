package dev.shoal.api.view;

import dev.shoal.model.Digest;

/** The answer to {@code POST /sources}: the name of the tarball for {@code JobSource.Tarball}. */
public record Uploaded(Digest sha256) {}
