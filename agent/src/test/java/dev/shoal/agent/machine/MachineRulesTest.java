package dev.shoal.agent.machine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.shoal.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class MachineRulesTest {
    @ArchTest
    static final ArchRule A_MACHINE_NEEDS_NOTHING_OF_THE_REGION_ROLE = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.shoal.agent",
                    "dev.shoal.agent.machine..",
                    "dev.shoal.agent.swarm..",
                    "dev.shoal.agent.consul..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "software.amazon..",
                    "io.dropwizard..",
                    "org.eclipse.jetty..",
                    "jakarta..",
                    "org.glassfish..",
                    "com.google.common..",
                    "dev.shoal.agent.region..");

    @ArchTest
    static final ArchRule ONLY_THE_SWARM_PACKAGE_SEES_LIBTORRENT = noClasses()
            .that()
            .resideOutsideOfPackage("dev.shoal.agent.swarm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.libtorrent4j..");

    @ArchTest
    static final ArchRule DECISIONS_ARE_PURE = noClasses()
            .that()
            .haveSimpleName("MachineDecisions")
            .or()
            .haveSimpleName("PointerDecisions")
            .or()
            .haveSimpleName("AppTrack")
            .or()
            .haveSimpleName("MachineState")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.util.concurrent..", "org.slf4j..");
}
