/** Lists in the shell. */
package org.strowger.dncl.internal.shell;
