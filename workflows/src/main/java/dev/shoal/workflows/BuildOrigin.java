package dev.shoal.workflows;

import java.util.Optional;

/**
 * What only the host that built can say about where a build comes from; goes into its provenance.
 *
 * @param command that was run
 * @param commit that was checked out, if the source is a git repository
 */
public record BuildOrigin(String command, Optional<String> commit) {}
