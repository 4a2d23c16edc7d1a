/** Call control: the B2BUA, the policy chain, and the trace of every call. */
package org.strowger.calls.internal;
