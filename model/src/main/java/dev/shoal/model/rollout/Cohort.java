package dev.shoal.model.rollout;

import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Which machines of a region a wave opens: by hash, so that each machine knows at once and alone. */
public final class Cohort {
    private Cohort() {}

    /** Whether the machine may activate this pointer now. It may download and stage before that. */
    public static boolean isOpen(Pointer pointer, RegionName region, MachineId machine) {
        Integer permille = pointer.permille().get(region);
        return permille != null && bucket(pointer.app(), pointer.seq(), machine) < permille;
    }

    /** Whether the pointer concerns the region at all. */
    public static boolean isTargeted(Pointer pointer, RegionName region) {
        return pointer.permille().containsKey(region);
    }

    /** A machine's place in 0..999 for a release: SHA-256 of the three names, so that canaries differ from release to release. */
    public static int bucket(AppName app, Seq seq, MachineId machine) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((app + "\n" + seq + "\n" + machine).getBytes(StandardCharsets.UTF_8));
            return (int) Long.remainderUnsigned(ByteBuffer.wrap(hash).getLong(), 1000);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
