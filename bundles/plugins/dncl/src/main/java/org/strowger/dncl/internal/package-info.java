/** Do-not-call lists, and the calls that they refuse. */
package org.strowger.dncl.internal;
