package dev.shoal.activities.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Tokens on Postgres. Thread-safe. */
public final class PostgresTokenStore implements TokenStore {
    private final Database database;

    public PostgresTokenStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Principal> authenticate(String token) {
        return database.inTransaction(
                "authentication",
                h -> h.createQuery("SELECT name, role FROM tokens WHERE hash = :hash AND revoked_at IS NULL")
                        .bind("hash", hash(token))
                        .map((row, context) ->
                                new Principal(row.getString("name"), Role.valueOf(row.getString("role"))))
                        .findOne());
    }

    @Override
    public void ensure(String name, Role role, String token) {
        try {
            database.inTransaction(
                    "token " + name,
                    h -> h.createUpdate("""
                            INSERT INTO tokens AS known (name, role, hash) VALUES (:name, :role, :hash)
                            ON CONFLICT (name) DO UPDATE SET role = excluded.role, hash = excluded.hash,
                                   revoked_at = CASE WHEN known.hash = excluded.hash THEN known.revoked_at END""")
                            .bind("name", name)
                            .bind("role", role.name())
                            .bind("hash", hash(token))
                            .execute());
        } catch (StoreException e) {
            if (Database.isUniqueViolation(e)) {
                throw new IllegalArgumentException("the token for " + name + " is in use under another name", e);
            }
            throw e;
        }
    }

    @Override
    public boolean revoke(String name) {
        return database.inTransaction(
                "revocation of token " + name,
                h -> h.createUpdate(
                                        "UPDATE tokens SET revoked_at = clock_timestamp() WHERE name = :name AND revoked_at IS NULL")
                                .bind("name", name)
                                .execute()
                        == 1);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
