/** The {@code switch:} commands that are about the switch as a whole. */
package org.strowger.shell.internal;
