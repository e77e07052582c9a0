package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Makes a stack's secrets at its first start. Files are readable by their owner only. */
final class Secrets {
    static final String CHAOS_TOKEN = "chaos.token";

    private Secrets() {}

    /** @param regions whose Consul and agents want tokens, too */
    static void ensure(Layout layout, List<String> regions) throws IOException {
        Path dir = layout.dir().resolve("secrets");
        Files.createDirectories(dir);
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        random(layout.secret("s3.key"));
        random(layout.secret("machine.token"));
        random(layout.secret(CHAOS_TOKEN));
        pair(layout, "release");
        pair(layout, "provenance");
        consul(layout, Configs.GLOBAL);
        uuid(layout.releaseHostToken());
        for (String region : regions) {
            consul(layout, region);
            uuid(layout.machineToken(region));
            uuid(layout.regionAgentToken(region));
        }
    }

    private static void consul(Layout layout, String datacenter) throws IOException {
        uuid(layout.consulManagementToken(datacenter));
        uuid(layout.consulServerToken(datacenter));
        Map<String, String> tokens = Map.of(
                "initial_management", Files.readString(layout.consulManagementToken(datacenter)),
                "agent", Files.readString(layout.consulServerToken(datacenter)));
        write(
                layout.consulTokens(datacenter),
                new ObjectMapper().writeValueAsString(Map.of("acl", Map.of("tokens", tokens))));
    }

    /** Consul takes nothing else for a token. */
    private static void uuid(Path file) throws IOException {
        if (!Files.exists(file)) {
            write(file, UUID.randomUUID().toString());
        }
    }

    private static void pair(Layout layout, String name) throws IOException {
        if (!Files.exists(layout.secret(name + ".pub"))) {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                write(
                        layout.secret(name + ".key"),
                        pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
                // Last: its presence says that the pair is whole.
                write(
                        layout.secret(name + ".pub"),
                        pem("PUBLIC KEY", pair.getPublic().getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no Ed25519", e);
            }
        }
    }

    private static void random(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[32];
            new SecureRandom().nextBytes(bytes);
            write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path tmp = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(tmp);
        Files.createFile(tmp, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(tmp, text.getBytes(StandardCharsets.UTF_8));
        Files.move(tmp, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
