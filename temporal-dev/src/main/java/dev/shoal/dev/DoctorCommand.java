package dev.shoal.dev;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./shoal doctor}. Exits 0 if nothing is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Says whether this machine is fit, and how to make it so.")
final class DoctorCommand extends StackCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        List<Doctor.Finding> findings = new Doctor(Tools.ofEnvironment(home(), System.out), layout().dir()).examine();
        for (Doctor.Finding finding : findings) {
            System.out.printf("%-8s %-22s %s%n", finding.ok() ? "ok" : "PROBLEM", finding.check(), finding.seen());
            finding.fix().ifPresent(fix -> System.out.printf("%-8s %-22s -> %s%n", "", "", fix));
        }
        return findings.stream().allMatch(Doctor.Finding::ok) ? 0 : 1;
    }
}
