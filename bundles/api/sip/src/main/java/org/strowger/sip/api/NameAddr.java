package org.strowger.sip.api;

import java.util.Optional;

/**
 * A From, To or Contact: display name, URI, tag.
 *
 * @param displayName decoded, without quotes; empty if there is none
 * @param tag of From or To; empty if there is none (yet)
 */
public record NameAddr(String displayName, SipUri uri, Optional<String> tag) {

  public static NameAddr of(SipUri uri) {
    return new NameAddr("", uri, Optional.empty());
  }

  public static NameAddr of(String displayName, SipUri uri) {
    return new NameAddr(displayName, uri, Optional.empty());
  }
}
