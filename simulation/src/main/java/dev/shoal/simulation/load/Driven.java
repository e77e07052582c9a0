package dev.shoal.simulation.load;

import dev.shoal.model.Release;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.chaos.ChaosReport;
import java.util.List;
import java.util.Optional;

/** Jobs and releases as they were when all had ended or patience did. */
record Driven(List<Job> jobs, List<Release> releases, Optional<ChaosReport> chaos) {}
