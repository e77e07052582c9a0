package dev.shoal.model;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.shoal.model", importOptions = ImportOption.DoNotIncludeTests.class)
class ModelRulesTest {
    @ArchTest
    static final ArchRule dependsOnNothingButTheJdkAndAnnotations = classes()
            .that(DescribedPredicate.not(
                    resideInAPackage("dev.shoal.model.json").or(resideInAPackage("dev.shoal.model.tls"))))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify.annotations", "com.fasterxml.jackson.annotation", "dev.shoal.model..");

    @ArchTest
    static final ArchRule doesNoInputOutput = noClasses()
            .that(DescribedPredicate.not(
                    resideInAPackage("dev.shoal.model.json").or(resideInAPackage("dev.shoal.model.tls"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net..", "java.util.concurrent..", "java.sql..");

    @ArchTest
    static final ArchRule readsNoClockAndDrawsNoRandomness = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "clock or randomness",
                    (JavaCall<?> call) -> call.getName().equals("now")
                                    && call.getTargetOwner().getPackageName().startsWith("java.time")
                            || call.getName().equals("randomUUID")
                            || call.getTargetOwner().getFullName().equals("java.lang.System")));

    @ArchTest
    static final ArchRule hasNoCycles =
            slices().matching("dev.shoal.model.(*)..").should().beFreeOfCycles();
}
