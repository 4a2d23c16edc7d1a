package org.strowger.phone;

import java.util.List;
import java.util.Map;

/**
 * The value of From, To, Contact, Route, Record-Route and the identity headers.
 *
 * @param display without quotes, empty when there is none
 * @param uri the text of the URI
 * @param params the header's parameters, not the URI's
 */
public record NameAddr(String display, String uri, Map<String, String> params) {

  /** @throws SipSyntaxException naming what is wrong */
  public static NameAddr parse(String text) throws SipSyntaxException {
    int open = bracket(text);
    if (open < 0) {
      List<String> pieces = Params.split(text, ';');
      SipUri.parse(pieces.get(0));
      return new NameAddr("", pieces.get(0), Params.parse(pieces.subList(1, pieces.size())));
    }
    int close = text.indexOf('>', open);
    if (close < 0) {
      throw new SipSyntaxException("'<' without '>' in '" + text + "'");
    }
    String uri = text.substring(open + 1, close);
    SipUri.parse(uri);
    String rest = text.substring(close + 1).trim();
    if (!rest.isEmpty() && !rest.startsWith(";")) {
      throw new SipSyntaxException("only parameters may follow '>': '" + text + "'");
    }
    return new NameAddr(Params.unquote(text.substring(0, open).trim()), uri, Params.parse(Params.split(rest, ';')));
  }

  private static int bracket(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '<' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  /** The tag, or the empty string. */
  public String tag() {
    return params.getOrDefault("tag", "");
  }

  /** The user part of the URI, or the empty string. */
  public String user() {
    return sipUri().user();
  }

  /** The URI taken apart. */
  public SipUri sipUri() {
    try {
      return SipUri.parse(uri);
    } catch (SipSyntaxException e) {
      throw new IllegalStateException("was checked when parsed", e);
    }
  }
}
