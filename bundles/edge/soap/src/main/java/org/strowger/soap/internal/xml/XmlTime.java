package org.strowger.soap.internal.xml;

import java.time.Instant;
import java.time.OffsetDateTime;
import javax.xml.bind.annotation.adapters.XmlAdapter;

/** {@code xs:dateTime} with its zone. The switch writes UTC. */
public final class XmlTime extends XmlAdapter<String, Instant> {

  @Override
  public Instant unmarshal(String text) {
    return OffsetDateTime.parse(text.trim()).toInstant();
  }

  @Override
  public String marshal(Instant time) {
    return time == null ? null : time.toString();
  }
}
