package dev.shoal.simulation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The table of modules in docs/ARCHITECTURE.md, held to: simulation is the one module that sees all the others. */
@AnalyzeClasses(packages = "dev.shoal", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
    private static final String[] CONTROL_PLANE = {
        "dev.shoal.workflows..", "dev.shoal.activities..", "dev.shoal.workerhost..", "dev.shoal.api.."
    };

    @ArchTest
    static final ArchRule agentsKnowTheModelAndNothingOfTheControlPlane = noClasses()
            .that()
            .resideInAPackage("dev.shoal.agent..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONTROL_PLANE);

    @ArchTest
    static final ArchRule theDevelopmentEnvironmentKnowsTheOthersAsProcessesOnly = noClasses()
            .that()
            .resideInAPackage("dev.shoal.dev..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.shoal.model..",
                    "dev.shoal.workflows..",
                    "dev.shoal.activities..",
                    "dev.shoal.workerhost..",
                    "dev.shoal.api..",
                    "dev.shoal.agent..",
                    "dev.shoal.simulation..");

    @ArchTest
    static final ArchRule nobodyDependsOnSimulation = noClasses()
            .that()
            .resideOutsideOfPackage("dev.shoal.simulation..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.shoal.simulation..");

    @ArchTest
    static final ArchRule workflowsKnowNoAdapters = noClasses()
            .that()
            .resideInAPackage("dev.shoal.workflows..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.shoal.activities..", "dev.shoal.workerhost..", "dev.shoal.api..");

    @ArchTest
    static final ArchRule theApiDoesNotReachIntoWorkerHosts = noClasses()
            .that()
            .resideInAPackage("dev.shoal.api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.shoal.workerhost..");

    @ArchTest
    static final ArchRule onlyTheSwarmSeesLibtorrent = noClasses()
            .that()
            .resideOutsideOfPackage("dev.shoal.agent.swarm..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.libtorrent4j..");

    @ArchTest
    static final ArchRule onlyTheJobStoreSeesSql = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.shoal.activities.jobs..",
                    "dev.shoal.dev..",
                    "dev.shoal.simulation.bench.queue..",
                    "dev.shoal.simulation.bench.reports..",
                    "dev.shoal.simulation.load.probe..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi..", "java.sql..", "org.postgresql..");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            classes().should().haveNameNotMatching(".*(Manager|Helper|Util|Utils|Common|Processor)(\\$.*)?");
}
