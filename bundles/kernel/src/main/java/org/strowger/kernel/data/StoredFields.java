package org.strowger.kernel.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;

/**
 * Reads the fields of one stored row, each on its own: another release or another program may have written it. What cannot be read is
 * null and remembered, so that the row can be shown, repaired and deleted, and keeps no other from being read. One per row; one thread.
 */
public final class StoredFields {

  private final List<String> problems = new ArrayList<>();

  /** @return null if {@code stored} is null, or cannot be read */
  public <S, V> V read(String name, S stored, Function<S, V> reader) {
    try {
      return stored == null ? null : reader.apply(stored);
    } catch (RuntimeException e) {
      problems.add(name + " '" + stored + "' cannot be read");
      return null;
    }
  }

  /** As {@link #read}, of a field that must not be absent. */
  public <S, V> V required(String name, S stored, Function<S, V> reader) {
    if (stored == null) {
      problems.add(name + " is missing");
    }
    return read(name, stored, reader);
  }

  /** Asks the record for its rules, if all of it could be read. */
  public <R extends Checked> R checked(R record) {
    if (problems.isEmpty()) {
      try {
        record.check();
      } catch (InvalidInput e) {
        e.violations().stream().map(Violation::toString).forEach(problems::add);
      }
    }
    return record;
  }

  /** What is wrong with the row, in words after its name; null if nothing is. */
  public String problem(Supplier<String> row) {
    return problems.isEmpty() ? null : row.get() + ": " + String.join(", ", problems);
  }
}
