package org.strowger.soap.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.validation.Schema;
import javax.xml.validation.ValidatorHandler;
import org.strowger.soap.internal.xml.Names;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Holds a message against SOAP 1.1 and the schema of the WSDL, so that whatever is wrong with it is
 * said in our words, all at once, and CXF sees only what it can work on. One for each message.
 */
final class Inspection extends DefaultHandler {

  private final Set<String> operations;
  private final ValidatorHandler validator;
  private final SchemaWords words = new SchemaWords();
  private final Map<String, String> prefixes = new LinkedHashMap<>();
  private int depth;
  private boolean inBody;
  private boolean hasBody;
  private boolean hasOperation;

  private Inspection(Schema schema, Set<String> operations) {
    this.operations = operations;
    this.validator = schema.newValidatorHandler();
    validator.setErrorHandler(words);
  }

  /** @throws Refused if something is wrong with it */
  static void require(byte[] message, Schema schema, Set<String> operations) {
    var inspection = new Inspection(schema, operations);
    try {
      // Not newDefaultNSInstance: Karaf puts older classes of java.xml before those of the JDK.
      var factory = SAXParserFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var source = new InputSource(new ByteArrayInputStream(message));
      source.setEncoding("UTF-8");
      factory.newSAXParser().parse(source, inspection);
    } catch (SAXException e) {
      throw Refused.message("is well-formed XML");
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
    if (!inspection.hasOperation) {
      throw Refused.message(inspection.hasBody ? "has an operation in its Body; there are " + String.join(", ", operations) : "has a Body with an operation");
    }
    inspection.words.complain();
  }

  @Override
  public void startPrefixMapping(String prefix, String uri) throws SAXException {
    if (isInOperation()) {
      validator.startPrefixMapping(prefix, uri);
    } else {
      prefixes.put(prefix, uri);
    }
  }

  @Override
  public void endPrefixMapping(String prefix) throws SAXException {
    if (isInOperation()) {
      validator.endPrefixMapping(prefix);
    }
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) throws SAXException {
    depth++;
    if (depth == 1) {
      requireEnvelope(uri, name);
    } else if (depth == 2) {
      inBody = uri.equals(Faults.ENVELOPE) && name.equals("Body");
      hasBody |= inBody;
    } else if (inBody && depth == 3) {
      requireOperation(uri, name);
      validator.startDocument();
      for (var prefix : prefixes.entrySet()) {
        validator.startPrefixMapping(prefix.getKey(), prefix.getValue());
      }
      validator.startElement(uri, name, qualified, attributes);
    } else if (isInOperation()) {
      words.enter(name);
      validator.startElement(uri, name, qualified, attributes);
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) throws SAXException {
    if (isInOperation()) {
      validator.endElement(uri, name, qualified);
      if (depth == 3) {
        validator.endDocument();
      } else {
        words.leave();
      }
    }
    depth--;
  }

  @Override
  public void characters(char[] text, int start, int length) throws SAXException {
    if (isInOperation()) {
      words.text(text, start, length);
      validator.characters(text, start, length);
    }
  }

  private boolean isInOperation() {
    return inBody && depth >= 3;
  }

  private static void requireEnvelope(String uri, String name) {
    if (!name.equals("Envelope")) {
      throw Refused.message("is an Envelope of SOAP 1.1");
    }
    if (!uri.equals(Faults.ENVELOPE)) {
      throw Refused.version("is an Envelope of SOAP 1.1, in the namespace " + Faults.ENVELOPE);
    }
  }

  private void requireOperation(String uri, String name) {
    if (hasOperation || !uri.equals(Names.NAMESPACE) || !operations.contains(name)) {
      throw Refused.message("has one operation in its Body, of the namespace " + Names.NAMESPACE + "; there are " + String.join(", ", operations));
    }
    hasOperation = true;
  }
}
