package dev.shoal.activities.host;

import dev.shoal.activities.sandbox.SecretMask;
import dev.shoal.model.AppName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one build is given.
 *
 * @param env by name of the variable
 * @param mask hides the values, in everything that leaves the build but its artifact
 */
record GivenSecrets(Map<String, String> env, SecretMask mask) {
    private static final int SHORTEST = 4;
    private static final int LONGEST = 64 << 10;

    GivenSecrets {
        env = Map.copyOf(env);
    }

    /** @throws IOException if a secret cannot be given, naming it and not its value */
    static GivenSecrets read(List<BuildSecret> secrets, AppName app) throws IOException {
        Map<String, String> env = new LinkedHashMap<>();
        for (BuildSecret secret : secrets) {
            if (secret.apps().contains(app)) {
                env.put(secret.name(), value(secret));
            }
        }
        return new GivenSecrets(env, SecretMask.of(env.values()));
    }

    /** Without the line's end, as a shell would read it. */
    private static String value(BuildSecret secret) throws IOException {
        String value;
        try {
            if (Files.size(secret.file()) > LONGEST) {
                throw new IOException("the secret " + secret.name() + " is longer than " + LONGEST + " bytes");
            }
            value = Files.readString(secret.file(), StandardCharsets.UTF_8).stripTrailing();
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IOException("the secret " + secret.name() + " is no text", e);
        }
        if (value.indexOf('\0') >= 0 || value.strip().getBytes(StandardCharsets.UTF_8).length < SHORTEST) {
            throw new IOException(
                    "the secret " + secret.name() + " is shorter than " + SHORTEST + " bytes, or has a zero byte");
        }
        return value;
    }

    @Override
    public String toString() {
        return "GivenSecrets" + env.keySet();
    }
}
