package dev.shoal.activities.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.activities.jobs.TokenStore.Principal;
import dev.shoal.activities.jobs.TokenStore.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens on a real Postgres. */
@Timeout(60)
final class PostgresTokenStoreTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static TokenStore tokens() {
        return new PostgresTokenStore(POSTGRES.database());
    }

    @Test
    void aKnownTokenNamesItsPrincipalAndAnotherDoesNot() {
        tokens().ensure("ann", Role.RELEASER, "secret");

        assertThat(tokens().authenticate("secret")).contains(new Principal("ann", Role.RELEASER));
        assertThat(tokens().authenticate("Secret")).isEmpty();
        assertThat(tokens().authenticate("")).isEmpty();
        assertThat(tokens().authenticate("se\0cret")).isEmpty();
    }

    @Test
    void theTokenItselfIsNowhereInTheTable() {
        tokens().ensure("ann", Role.ADMIN, "a-long-random-token");

        assertThat(POSTGRES.text("SELECT tokens::text FROM tokens"))
                .contains("ann")
                .doesNotContain("a-long-random-token");
    }

    @Test
    void ensuringAgainChangesRoleAndToken() {
        tokens().ensure("ann", Role.VIEWER, "old");
        tokens().ensure("ann", Role.VIEWER, "old");
        tokens().ensure("ann", Role.BUILDER, "new");

        assertThat(tokens().authenticate("old")).isEmpty();
        assertThat(tokens().authenticate("new")).contains(new Principal("ann", Role.BUILDER));
    }

    @Test
    void aRevokedTokenStaysRevokedWhenItIsEnsuredAgainAndAFreshOneUnderItsNameWorks() {
        tokens().ensure("admin", Role.ADMIN, "leaked");

        assertThat(tokens().revoke("admin")).isTrue();
        assertThat(tokens().revoke("admin")).isFalse();
        assertThat(tokens().revoke("nobody")).isFalse();
        tokens().ensure("admin", Role.ADMIN, "leaked");
        assertThat(tokens().authenticate("leaked")).isEmpty();

        tokens().ensure("admin", Role.ADMIN, "fresh");
        assertThat(tokens().authenticate("fresh")).isPresent();
        assertThat(tokens().authenticate("leaked")).isEmpty();
    }

    @Test
    void oneTokenCannotHaveTwoNames() {
        tokens().ensure("ann", Role.ADMIN, "secret");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens().ensure("bob", Role.VIEWER, "secret"))
                .withMessageContaining("bob")
                .withMessageNotContaining("secret");
        assertThat(tokens().authenticate("secret")).contains(new Principal("ann", Role.ADMIN));
    }
}
