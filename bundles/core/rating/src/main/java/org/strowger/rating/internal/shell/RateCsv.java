package org.strowger.rating.internal.shell;

import java.io.IOException;
import java.nio.file.Files;
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

  /** @throws InvalidInput naming line and field of the first faults; nothing was changed */
  static List<Rate> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new InvalidInput("file", file, "has at most 100 MB");
    }
    Shape<Rate> shape = Shape.of(Rate.class);
    var rates = new ArrayList<Rate>();
    var faults = new ArrayList<Violation>();
    try (var lines = Files.newBufferedReader(file)) {
      String header = lines.readLine();
      if (header == null) {
        throw new InvalidInput("file", file, "has a first line such as prefix,price1,priceN");
      }
      String[] columns = header.strip().split(",", -1);
      int number = 1;
      for (String line = lines.readLine(); line != null && faults.size() < MOST_COMPLAINTS; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          decode(shape, columns, line, number, rates, faults);
        }
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidInput(faults);
    }
    return rates;
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
