package dev.shoal.activities.host;

import dev.shoal.model.AppName;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A secret that this host gives to builds.
 *
 * @param name of the environment variable
 * @param file that holds the value; read anew for each build, so that it can be changed at any time
 * @param apps whose builds get it
 */
public record BuildSecret(String name, Path file, Set<AppName> apps) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public BuildSecret {
        apps = Set.copyOf(apps);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("build.secrets: '" + name + "' is no name of a variable");
        }
        if (!file.isAbsolute()) {
            throw new IllegalArgumentException("build.secrets." + name + ".file must be absolute, got " + file);
        }
        if (apps.isEmpty()) {
            throw new IllegalArgumentException("build.secrets." + name + ".apps must name at least one app");
        }
    }
}
