package dev.shoal.activities.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where Postgres is.
 *
 * @param url JDBC URL
 * @param poolSize connections of this process; 0 means 4
 */
public record DatabaseConfig(
        String url,
        String user,
        @Nullable String password,
        @JsonProperty("pool_size") int poolSize) {
    private static final int DEFAULT_POOL_SIZE = 4;

    public DatabaseConfig {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("database.url must be a jdbc:postgresql: URL, got '" + url + "'");
        }
        poolSize = poolSize == 0 ? DEFAULT_POOL_SIZE : poolSize;
    }

    @Override
    public String toString() {
        return "DatabaseConfig[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
    }
}
