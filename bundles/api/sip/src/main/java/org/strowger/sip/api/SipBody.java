package org.strowger.sip.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message body. {@link #NONE} for no body.
 *
 * @param contentType as in the header, empty for no body
 * @param bytes not to be changed by anyone
 */
public record SipBody(String contentType, byte[] bytes) {

  public static final SipBody NONE = new SipBody("", new byte[0]);

  public static SipBody sdp(String text) {
    return new SipBody("application/sdp", text.getBytes(StandardCharsets.UTF_8));
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public boolean isSdp() {
    return contentType.toLowerCase(java.util.Locale.ROOT).startsWith("application/sdp");
  }

  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SipBody body && contentType.equals(body.contentType) && Arrays.equals(bytes, body.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return contentType + ", " + bytes.length + " bytes";
  }
}
