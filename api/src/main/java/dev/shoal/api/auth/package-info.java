/** Who may call what: bearer tokens with roles, demanded by annotation. */
@NullMarked
package dev.shoal.api.auth;

import org.jspecify.annotations.NullMarked;
