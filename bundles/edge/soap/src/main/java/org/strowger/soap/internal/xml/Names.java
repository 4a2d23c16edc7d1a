package org.strowger.soap.internal.xml;

/** Names in the WSDL. */
public final class Names {

  public static final String NAMESPACE = "urn:strowger:soap:v1";

  private Names() {}
}
