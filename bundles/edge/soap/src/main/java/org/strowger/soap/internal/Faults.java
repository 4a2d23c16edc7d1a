package org.strowger.soap.internal;

import java.nio.charset.StandardCharsets;
import org.strowger.soap.internal.xml.Names;
import org.strowger.soap.internal.xml.Problem;

/** Faults of messages that CXF never saw, in the form of those that it makes. */
final class Faults {

  static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";

  private Faults() {}

  /** @param code Client, Server, VersionMismatch: whose fault it is (SOAP 1.1, 4.4.1) */
  static byte[] envelope(String code, Problem problem) {
    var text = new StringBuilder("<soap:Envelope xmlns:soap=\"" + ENVELOPE + "\"><soap:Body><soap:Fault>");
    element(text, "faultcode", "soap:" + code);
    element(text, "faultstring", problem.detail);
    text.append("<detail><Problem xmlns=\"").append(Names.NAMESPACE).append("\">");
    element(text, "code", problem.code);
    element(text, "detail", problem.detail);
    element(text, "incident", problem.incident);
    for (Problem.BrokenRule broken : problem.violations) {
      text.append("<violation>");
      element(text, "field", broken.field);
      element(text, "value", broken.value);
      element(text, "rule", broken.rule);
      text.append("</violation>");
    }
    return text.append("</Problem></detail></soap:Fault></soap:Body></soap:Envelope>").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void element(StringBuilder text, String name, String value) {
    if (value != null) {
      text.append('<').append(name).append('>').append(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")).append("</").append(name).append('>');
    }
  }
}
