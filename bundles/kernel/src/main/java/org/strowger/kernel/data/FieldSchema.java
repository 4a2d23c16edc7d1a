package org.strowger.kernel.data;

import java.util.List;

/**
 * One field of a {@link Schema}. Plain data only: holds no class of the bundle that declared it.
 *
 * @param name as in JSON
 * @param label for forms
 * @param help one sentence, may be empty
 * @param required whether it must be given
 * @param initial value when it is not given, in plain data; null if none
 * @param min least number, length or size; {@link Long#MIN_VALUE} if none
 * @param max greatest number, length or size; {@link Long#MAX_VALUE} if none
 * @param pattern regular expression for texts, empty if none
 * @param choices for {@link FieldType#CHOICE}, else empty
 * @param fields for {@link FieldType#OBJECT}, else empty
 * @param element for {@link FieldType#LIST}, else null
 */
public record FieldSchema(
    String name,
    FieldType type,
    String label,
    String help,
    boolean required,
    Object initial,
    long min,
    long max,
    String pattern,
    boolean secret,
    boolean searchable,
    List<String> choices,
    List<FieldSchema> fields,
    FieldSchema element) {

  public FieldSchema {
    choices = List.copyOf(choices);
    fields = List.copyOf(fields);
  }

  /** The same field where it may be left out, for changes that keep what is not given. */
  public FieldSchema notRequired() {
    return new FieldSchema(name, type, label, help, false, initial, min, max, pattern, secret, searchable, choices, fields, element);
  }
}
