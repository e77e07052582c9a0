package dev.shoal.agent.machine;

import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.VerifyKey;
import java.util.List;

/**
 * Who a machine is and whom it believes.
 *
 * @param apps which it runs; {@code *} is all
 */
record MachineIdentity(MachineId id, RegionName region, List<String> apps, List<VerifyKey> trusted) {
    MachineIdentity {
        apps = List.copyOf(apps);
        trusted = List.copyOf(trusted);
    }

    boolean runs(AppName app) {
        return apps.contains("*") || apps.contains(app.value());
    }
}
