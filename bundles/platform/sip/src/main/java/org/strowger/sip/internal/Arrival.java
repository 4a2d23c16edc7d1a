package org.strowger.sip.internal;

import org.strowger.sip.api.Flow;

/** One whole message as it was read. */
record Arrival(byte[] bytes, Flow flow, long ticks) {}
