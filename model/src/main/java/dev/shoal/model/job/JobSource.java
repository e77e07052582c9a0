package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.shoal.model.Digest;

/** Where the source of a build comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JobSource.Git.class, name = "git"),
    @JsonSubTypes.Type(value = JobSource.Directory.class, name = "directory"),
    @JsonSubTypes.Type(value = JobSource.Tarball.class, name = "tarball")
})
public sealed interface JobSource {

    /** A commit, branch or tag of a git repository. */
    record Git(String url, String ref) implements JobSource {
        public Git {
            requireText("git url", url);
            requireText("git ref", ref);
            if (url.startsWith("-") || ref.startsWith("-")) {
                throw new IllegalArgumentException("git url and ref must not start with '-': " + url + " " + ref);
            }
        }
    }

    /** A directory that every build host sees under the same absolute path. */
    record Directory(String path) implements JobSource {
        public Directory {
            requireText("directory", path);
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("source directory must be absolute, got '" + path + "'");
            }
        }
    }

    /** A gzipped tar that was uploaded before, named by its SHA-256. */
    record Tarball(Digest sha256) implements JobSource {}

    private static void requireText(String what, String value) {
        if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " must be a line of text, got '" + value + "'");
        }
    }
}
