package org.strowger.kernel.data;

import java.util.List;
import java.util.Optional;

/**
 * What a record looks like as plain data. Holds no class of the bundle that declared it, so it may be
 * kept by anyone.
 *
 * @param name of the thing: {@code Account}, {@code dncl}
 */
public record Schema(String name, List<FieldSchema> fields) {

  public Schema {
    fields = List.copyOf(fields);
  }

  public Optional<FieldSchema> field(String fieldName) {
    return fields.stream().filter(f -> f.name().equals(fieldName)).findFirst();
  }
}
