package org.strowger.rest.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.strowger.kernel.InvalidInput;

/**
 * Reads a JSON object (RFC 8259, UTF-8) into plain data: maps and lists, String, Boolean, Long,
 * BigDecimal and null. A name that stands twice in one object is refused, and so is whatever is deeper,
 * longer or has more digits than anything Strowger understands. Threads: any.
 */
public final class JsonReader {

  private static final int MAX_DEPTH = 20;
  private static final int MAX_STRING = 65_536;
  private static final int MAX_NAME = 256;
  /** Digits, sign and point of the greatest amount, with room to spare. */
  private static final int MAX_NUMBER = 60;
  private static final int MAX_EXPONENT = 100;
  private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

  private final JsonFactory factory = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH).maxStringLength(MAX_STRING).maxNameLength(MAX_NAME).maxNumberLength(MAX_NUMBER).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      // Names come from outside: they must not fill a table that lives as long as the factory.
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .build();

  /** @throws InvalidInput naming what is wrong and where: field {@code body} */
  public Map<String, Object> object(byte[] text) {
    var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    try (JsonParser parser = factory.createParser(new InputStreamReader(new ByteArrayInputStream(text), decoder))) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new InvalidInput("body", first == null ? null : kind(first), "is a JSON object");
      }
      Map<String, Object> object = map(parser);
      if (parser.nextToken() != null) {
        throw new InvalidInput("body", where(parser), "is one JSON object and nothing after it");
      }
      return object;
    } catch (StreamConstraintsException e) {
      throw new InvalidInput("body", null, "has objects and lists at most " + MAX_DEPTH + " deep, texts of at most " + MAX_STRING
          + " and names of at most " + MAX_NAME + " characters, numbers of at most " + MAX_NUMBER);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new InvalidInput("body", at == null ? null : "line " + at.getLineNr() + ", column " + at.getColumnNr(), rule(e.getOriginalMessage()));
    } catch (CharacterCodingException e) {
      throw new InvalidInput("body", null, "is UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Not the text: there may be a password in it. */
  private static String kind(JsonToken first) {
    return switch (first) {
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> first.asString() == null ? "something else" : first.asString();
    };
  }

  private static Map<String, Object> map(JsonParser parser) throws IOException {
    var map = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser));
    }
    return map;
  }

  private static List<Object> list(JsonParser parser) throws IOException {
    var list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> map(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      default -> throw new InvalidInput("body", where(parser), "is JSON");
    };
  }

  /** A whole number that fits is a Long. An exponent is bounded: 1e999999999 is ten characters and a gigabyte of digits. */
  private static Object number(JsonParser parser) throws IOException {
    BigDecimal exact;
    try {
      exact = new BigDecimal(parser.getText());
    } catch (NumberFormatException e) {
      throw new InvalidInput("body", where(parser), "has numbers with an exponent of at most " + MAX_EXPONENT);
    }
    if (Math.abs((long) exact.scale()) > MAX_EXPONENT) {
      throw new InvalidInput("body", where(parser), "has numbers with an exponent of at most " + MAX_EXPONENT);
    }
    boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
    return whole && exact.toBigInteger().bitLength() < Long.SIZE ? (Object) exact.longValueExact() : exact;
  }

  private static String where(JsonParser parser) {
    var at = parser.currentTokenLocation();
    return "line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /** In our words: the parser's speak of its own settings, and may hold a part of what was sent. */
  private static String rule(String message) {
    String said = String.valueOf(message);
    Matcher twice = TWICE.matcher(said);
    if (twice.matches()) {
      return "is JSON in which '" + twice.group(1).replaceAll("\\p{Cntrl}", "?") + "' stands once in an object";
    }
    return said.startsWith("Unexpected end-of-input") ? "is JSON, and this ends in the middle of it" : "is JSON, and what stands here is not";
  }
}
