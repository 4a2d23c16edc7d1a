package org.strowger.kernel.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.strowger.kernel.Violation;

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

  /**
   * A violation for each field of {@code data} that there is not, in the order given. Its value is told unless it {@linkplain #maybeSecret may be a
   * secret} or is no single value.
   */
  public List<Violation> unknown(Map<String, ?> data) {
    String rule = "is no field here; known are " + String.join(", ", fields.stream().map(FieldSchema::name).toList());
    return data.keySet().stream().filter(name -> field(name).isEmpty())
        .map(name -> new Violation(name, maybeSecret(name) ? null : Scalar.shown(data.get(name)), rule)).toList();
  }

  /** Whether an unknown field may be a secret one whose name is mistyped: what was given for it must not be told. True of whatever is called a password, too. */
  public boolean maybeSecret(String unknownName) {
    return MistypedSecret.is(this, unknownName);
  }
}
