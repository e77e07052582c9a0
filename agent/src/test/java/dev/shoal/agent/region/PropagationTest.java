package dev.shoal.agent.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.region.Propagation.Step;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PropagationTest {
    private static final AppName HELLO = new AppName("hello");
    private static final RegionName EU = new RegionName("eu");
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes(1000, 1);
    private static final SigningKey KEY = TestRelease.newKey();
    private static final List<VerifyKey> TRUSTED = List.of(KEY.verifyKey());

    @Test
    void writesThePointerWhereThereIsNone() {
        byte[] global = signed(1);

        assertThat(decide(global, Optional.empty())).isEqualTo(new Step.Write(global, 0, false));
    }

    @Test
    void writesANewerPointerOverTheIndexItHasSeen() {
        byte[] global = signed(2);

        assertThat(decide(global, held(signed(1), 77))).isEqualTo(new Step.Write(global, 77, false));
    }

    @Test
    void writesAHigherStepOfTheSameSeq() {
        Pointer first = RELEASE.pointer(HELLO, 1, EU);
        Pointer wider = new Pointer(
                HELLO,
                first.build(),
                first.seq(),
                first.step() + 1,
                first.artifact(),
                first.activation(),
                first.permille(),
                first.issuedAt(),
                first.expiresAt());
        byte[] global = SignedPointer.sign(wider, KEY);

        assertThat(decide(global, held(SignedPointer.sign(first, KEY), 5))).isEqualTo(new Step.Write(global, 5, false));
    }

    @Test
    void leavesANewerOrEqualPointerAlone() {
        byte[] same = signed(3);

        assertThat(decide(signed(2), held(same, 5))).isInstanceOf(Step.Leave.class);
        assertThat(decide(same, held(same, 5))).isInstanceOf(Step.Leave.class);
    }

    @Test
    void overwritesWhatNobodyTrustedHasSignedAndCallsItARepair() {
        byte[] global = signed(1);

        for (byte[] poison : List.of(
                new byte[0],
                "{}".getBytes(StandardCharsets.UTF_8),
                new byte[100_000],
                RELEASE.signedPointer(HELLO, 99, EU, TestRelease.newKey()),
                RELEASE.signedPointer(new AppName("other"), 99, EU, KEY))) {
            assertThat(decide(global, held(poison, 5))).isEqualTo(new Step.Write(global, 5, true));
        }
    }

    @Test
    void carriesNothingThatIsNotSignedForThisApp() {
        for (byte[] forged : List.of(
                new byte[0],
                RELEASE.signedPointer(HELLO, 9, EU, TestRelease.newKey()),
                RELEASE.signedPointer(new AppName("other"), 9, EU, KEY))) {
            assertThat(decide(forged, Optional.empty())).isInstanceOf(Step.Leave.class);
            assertThat(decide(forged, held(signed(1), 5))).isInstanceOf(Step.Leave.class);
        }
    }

    private static Step decide(byte[] global, Optional<KvEntry> regional) {
        return Propagation.decide(HELLO, global, regional, TRUSTED);
    }

    private static Optional<KvEntry> held(byte[] value, long index) {
        return Optional.of(new KvEntry(Pointer.key(HELLO), value, index));
    }

    private static byte[] signed(long seq) {
        return RELEASE.signedPointer(HELLO, seq, EU, KEY);
    }
}
