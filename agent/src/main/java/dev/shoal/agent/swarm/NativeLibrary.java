package dev.shoal.agent.swarm;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.libtorrent4j.LibTorrent;

/** Unpacks libtorrent's native library, which its jar carries but does not unpack, and makes libtorrent4j load it. */
final class NativeLibrary {
    private static final String PATH_PROPERTY = "libtorrent4j.jni.path";
    private static final int NAME_DIGITS = 16;

    private NativeLibrary() {}

    /**
     * Loads the library into this process, once; later calls change nothing.
     *
     * @return libtorrent's version
     * @throws SwarmException if there is none for this platform, or it cannot be unpacked or loaded
     */
    static String load(Path directory) {
        if (System.getProperty(PATH_PROPERTY, "").isEmpty()) {
            System.setProperty(PATH_PROPERTY, unpack(directory).toString());
        }
        try {
            return LibTorrent.version();
        } catch (LinkageError e) {
            throw new SwarmException("cannot load " + System.getProperty(PATH_PROPERTY), e);
        }
    }

    /** The unpacked library. Its name holds the hash of its bytes, so that versions and processes can share a directory. */
    static Path unpack(Path directory) {
        URL resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream in = resource.openStream()) {
            byte[] bytes = in.readAllBytes();
            Path library = directory.toAbsolutePath().resolve("libtorrent4j-" + hash(bytes) + ".so");
            if (Files.exists(library) && Files.size(library) == bytes.length) {
                return library;
            }
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, "libtorrent4j-", ".tmp");
            Files.write(temporary, bytes);
            return Files.move(temporary, library, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new SwarmException("cannot unpack " + resource + " into " + directory, e);
        }
    }

    private static URL resource(String os, String arch) {
        String name = "/lib/" + (arch.equals("amd64") ? "x86_64" : arch) + "/libtorrent4j.so";
        URL resource = os.toLowerCase(Locale.ROOT).contains("linux") ? NativeLibrary.class.getResource(name) : null;
        if (resource == null) {
            throw new SwarmException("there is no native libtorrent for " + os + " on " + arch);
        }
        return resource;
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
