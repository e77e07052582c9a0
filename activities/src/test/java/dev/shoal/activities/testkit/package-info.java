/** What the tests of build hosts share: ports in memory, sources to build, and a look at this machine's processes. */
@NullMarked
package dev.shoal.activities.testkit;

import org.jspecify.annotations.NullMarked;
