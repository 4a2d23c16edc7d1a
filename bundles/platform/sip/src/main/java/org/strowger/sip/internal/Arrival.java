package org.strowger.sip.internal;

import org.strowger.sip.api.Flow;

/**
 * One whole message as it was read.
 *
 * @param head null until it was judged by that
 * @param spared whether it was let past rates and bans because its head said that it belongs to what is there
 */
record Arrival(byte[] bytes, Flow flow, long ticks, RawHead head, boolean spared) {

  Arrival(byte[] bytes, Flow flow, long ticks) {
    this(bytes, flow, ticks, null, false);
  }

  Arrival admitted(RawHead by, boolean asSpared) {
    return new Arrival(bytes, flow, ticks, by, asSpared);
  }
}
