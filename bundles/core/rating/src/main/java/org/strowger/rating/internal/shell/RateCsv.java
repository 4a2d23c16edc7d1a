package org.strowger.rating.internal.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.billing.api.Rate;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.Shape;

/**
 * Rates as text, a line each, fields separated by commas, the first line naming them. No field of a
 * rate can hold a comma, so there is nothing to quote.
 */
final class RateCsv {

  private static final long LARGEST = 100L << 20;
  private static final int MOST_COMPLAINTS = 20;

  private RateCsv() {}

  /** @throws InvalidInput naming line and field of the first faults, or why there is nothing to read; nothing was changed */
  static List<Rate> read(Path file) {
    if (Files.isDirectory(file)) {
      throw new InvalidInput("file", file, "is a CSV file, not a folder");
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidInput("file", file, "has at most 100 MB");
      }
      // Every byte is a character here: a line that is no UTF-8 is then known by its number.
      try (var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
        return read(file, lines);
      }
    } catch (NoSuchFileException e) {
      throw new InvalidInput("file", file, "is on the machine of the switch, and there is none of this name");
    } catch (AccessDeniedException e) {
      throw new InvalidInput("file", file, "can be read by the user that the switch runs as");
    } catch (IOException e) {
      throw new InvalidInput("file", file, "can be read to its end (" + e.getMessage() + ")");
    }
  }

  private static List<Rate> read(Path file, BufferedReader lines) throws IOException {
    Shape<Rate> shape = Shape.of(Rate.class);
    var rates = new ArrayList<Rate>();
    var faults = new ArrayList<Violation>();
    String header = lines.readLine();
    if (header == null) {
      throw new InvalidInput("file", file, "has a first line such as prefix,price1,priceN");
    }
    String[] columns = withoutMark(utf8(header, 1)).strip().split(",", -1);
    int number = 1;
    for (String line = lines.readLine(); line != null && faults.size() < MOST_COMPLAINTS; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        decode(shape, columns, utf8(line, number), number, rates, faults);
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidInput(faults);
    }
    return rates;
  }

  private static String utf8(String bytes, int number) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInput("line " + number, null, "is text in UTF-8; save the file in that encoding");
    }
  }

  /** Spreadsheets begin a file with a byte order mark. */
  private static String withoutMark(String line) {
    return line.startsWith("\uFEFF") ? line.substring(1) : line;
  }

  private static void decode(Shape<Rate> shape, String[] columns, String line, int number, List<Rate> rates, List<Violation> faults) {
    try {
      rates.add(shape.decode(fields(columns, line)));
    } catch (InvalidInput e) {
      e.violations().forEach(v -> faults.add(new Violation("line " + number + ", " + v.field(), v.value(), v.rule())));
    }
  }

  private static Map<String, Object> fields(String[] columns, String line) {
    String[] values = line.strip().split(",", -1);
    if (values.length != columns.length) {
      throw new InvalidInput("fields", values.length, "are as many as in the first line: " + columns.length);
    }
    var data = new LinkedHashMap<String, Object>();
    for (int i = 0; i < columns.length; i++) {
      if (!values[i].isBlank()) {
        data.put(columns[i].strip(), values[i].strip());
      }
    }
    return data;
  }
}
