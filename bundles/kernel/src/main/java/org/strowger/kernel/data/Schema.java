package org.strowger.kernel.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** These fields behind those of {@code first}, under another name. */
  public Schema behind(Schema first, String newName) {
    return new Schema(newName, Stream.concat(first.fields.stream(), fields.stream()).toList());
  }

  /** The same where everything may be left out, for changes that keep what is not given. */
  public Schema nothingRequired(String newName) {
    return new Schema(newName, fields.stream().map(FieldSchema::notRequired).toList());
  }

  public Optional<FieldSchema> field(String fieldName) {
    return fields.stream().filter(f -> f.name().equals(fieldName)).findFirst();
  }
}
