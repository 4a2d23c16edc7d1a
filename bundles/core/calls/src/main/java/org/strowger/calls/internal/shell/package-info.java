/** {@code call:} commands. */
package org.strowger.calls.internal.shell;
