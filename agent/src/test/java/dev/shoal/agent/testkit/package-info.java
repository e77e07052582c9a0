/** Real servers and signed fixtures for the tests of this module. */
@NullMarked
package dev.shoal.agent.testkit;

import org.jspecify.annotations.NullMarked;
