package dev.shoal.workflows;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Workflow code is replayed: it must not look at the clock, at randomness or at the world. */
class DeterminismTest {
    private static final ArchRule RULE = noClasses()
            .should()
            .callMethodWhere(describe(
                    "wall clock or randomness",
                    (JavaCall<?> call) ->
                            (call.getTargetOwner().getPackageName().startsWith("java.time")
                                            && call.getName().equals("now"))
                                    || (call.getTargetOwner().isEquivalentTo(UUID.class)
                                            && call.getName().equals("randomUUID"))
                                    || (call.getTargetOwner().isEquivalentTo(Math.class)
                                            && call.getName().equals("random"))
                                    || (call.getTargetOwner().isEquivalentTo(System.class)
                                            && !call.getName().equals("identityHashCode"))))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.util.concurrent..",
                    "java.net..",
                    "java.io..",
                    "java.nio.file..",
                    "java.sql..",
                    "java.util.random.."))
            .orShould()
            .dependOnClassesThat(assignableTo(Thread.class));

    @Test
    void workflowCodeIsDeterministic() {
        JavaClasses workflows = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/client/"))
                .importPackages("dev.shoal.workflows");

        RULE.check(workflows);
    }

    @Test
    void aWorkflowThatReadsTheClockIsFound() {
        assertThatThrownBy(() -> RULE.check(new ClassFileImporter().importClasses(Clockwatcher.class)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Instant.now")
                .hasMessageContaining("randomUUID");
    }

    static final class Clockwatcher {
        String run() {
            return Instant.now() + " " + UUID.randomUUID();
        }
    }
}
