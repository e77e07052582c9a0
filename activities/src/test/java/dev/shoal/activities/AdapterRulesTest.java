package dev.shoal.activities;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.shoal.activities", importOptions = ImportOption.DoNotIncludeTests.class)
class AdapterRulesTest {
    @ArchTest
    static final ArchRule onlyOneClassSeesConsulApi = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.shoal.activities.kv.ConsulKeyValue")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.ecwid.consul..", "org.apache.http..");

    @ArchTest
    static final ArchRule onlyBlobsSeesTheAwsSdk = noClasses()
            .that()
            .resideOutsideOfPackage("dev.shoal.activities.blobs")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule onlyJobsSeesSql = noClasses()
            .that()
            .resideOutsideOfPackage("dev.shoal.activities.jobs")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.jdbi..", "com.zaxxer..", "org.flywaydb..", "org.postgresql..");
}
