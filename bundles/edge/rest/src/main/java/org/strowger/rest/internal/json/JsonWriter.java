package org.strowger.rest.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/** Prints plain data as JSON in UTF-8. Decimals stay exact and without an exponent. Threads: any. */
public final class JsonWriter {

  private final JsonFactory factory = JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /** @throws IllegalArgumentException if something in it is not plain data */
  public byte[] print(Object data) {
    var out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = factory.createGenerator(out)) {
      write(json, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, Object data) throws IOException {
    if (data == null) {
      json.writeNull();
    } else if (data instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (data instanceof Iterable<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (data instanceof CharSequence text) {
      json.writeString(text.toString());
    } else if (data instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (data instanceof Long || data instanceof Integer) {
      json.writeNumber(((Number) data).longValue());
    } else if (data instanceof BigDecimal decimal) {
      json.writeNumber(decimal);
    } else if (data instanceof BigInteger whole) {
      json.writeNumber(whole);
    } else {
      throw new IllegalArgumentException(data.getClass().getName() + " is not plain data");
    }
  }
}
