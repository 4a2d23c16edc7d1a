package org.strowger.soap.internal;

import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Looks a message over before anybody builds anything from it: no DTD (and so no entity that could
 * grow or reach outside), not too deep, not too many elements, no endless text or attribute.
 */
final class XmlLimits {

  private static final int MAX_DEPTH = 40;
  private static final int MAX_ELEMENTS = 20_000;
  private static final int MAX_ATTRIBUTES = 50;
  private static final int MAX_TEXT = 65_536;

  private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

  XmlLimits() {
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
  }

  /** @return what is wrong with it, null if nothing is */
  String complaint(byte[] message) {
    XMLStreamReader reader = null;
    try {
      reader = factory.createXMLStreamReader(new ByteArrayInputStream(message), "UTF-8");
      String encoding = reader.getCharacterEncodingScheme();
      return encoding == null || encoding.equalsIgnoreCase("UTF-8") ? complaint(reader) : "is in UTF-8";
    } catch (XMLStreamException e) {
      var at = e.getLocation();
      return "is no well-formed XML" + (at == null ? "" : ": line " + at.getLineNumber() + ", column " + at.getColumnNumber());
    } finally {
      close(reader);
    }
  }

  private static String complaint(XMLStreamReader reader) throws XMLStreamException {
    int depth = 0;
    int elements = 0;
    int text = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE, XMLStreamConstants.ENTITY_DECLARATION -> {
          return "has a document type declaration or an entity; neither belongs in a SOAP message";
        }
        case XMLStreamConstants.START_ELEMENT -> {
          text = 0;
          if (++depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) {
            return "has elements at most " + MAX_DEPTH + " deep and at most " + MAX_ELEMENTS + " of them";
          }
          if (reader.getAttributeCount() + reader.getNamespaceCount() > MAX_ATTRIBUTES) {
            return "has at most " + MAX_ATTRIBUTES + " attributes in an element";
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          text = 0;
          depth--;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          text += reader.getTextLength();
          if (text > MAX_TEXT) {
            return "has texts of at most " + MAX_TEXT + " characters";
          }
        }
        default -> {
          // Comments and white space hurt nobody.
        }
      }
    }
    return null;
  }

  private static void close(XMLStreamReader reader) {
    try {
      if (reader != null) {
        reader.close();
      }
    } catch (XMLStreamException e) {
      // Nothing of ours is behind it.
      return;
    }
  }
}
