package org.strowger.kernel.data;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;

/**
 * A record class, its {@link Schema}, and the way between its instances and plain data: maps with
 * string keys, lists, strings, booleans, {@link Long}, {@link java.math.BigDecimal} and null. Keep one
 * in a static final field of the bundle that owns the record; nothing else remembers the class.
 *
 * <p>Component types: String, boolean, int, long (boxed too), BigDecimal, Money, Currency, Instant,
 * Duration (whole seconds), ZoneId, enums, the kernel's ids, HostPort, further records, and lists of
 * all these. Threads: any.
 */
public final class Shape<T extends Record> {

  private final Class<T> type;
  private final List<Part> parts;
  private final Schema schema;

  private record Part(RecordComponent component, FieldSchema field, Value value) {}

  private Shape(Class<T> type, String name) {
    this.type = type;
    var found = new ArrayList<Part>();
    for (RecordComponent component : type.getRecordComponents()) {
      Value value = Value.of(component.getGenericType());
      found.add(new Part(component, Fields.describe(component, value), value));
    }
    this.parts = List.copyOf(found);
    this.schema = new Schema(name, found.stream().map(Part::field).toList());
  }

  public static <T extends Record> Shape<T> of(Class<T> type) {
    return new Shape<>(type, type.getSimpleName());
  }

  public static <T extends Record> Shape<T> of(Class<T> type, String name) {
    return new Shape<>(type, name);
  }

  public Schema schema() {
    return schema;
  }

  /** The record with nothing set: every field at its initial value. */
  public T initial() {
    return decode(Map.of());
  }

  /**
   * Reads a record from what a person or program sent.
   *
   * @throws InvalidInput naming every unknown, missing or broken field
   */
  public T decode(Map<String, ?> data) {
    return decode(data, "", true);
  }

  /** Reads a stored document: fields of a newer version are passed over. */
  public T decodeKnown(Map<String, ?> data) {
    return decode(data, "", false);
  }

  /** The record with some fields replaced, all others kept. */
  public T with(T record, Map<String, ?> changes) {
    var merged = new LinkedHashMap<String, Object>(encode(record));
    merged.putAll(changes);
    return decode(merged);
  }

  /** The record as plain data, every field present, in the order of declaration. */
  public Map<String, Object> encode(T record) {
    var data = new LinkedHashMap<String, Object>();
    for (Part part : parts) {
      data.put(part.field.name(), part.value.encode(read(part, record)));
    }
    return data;
  }

  T decode(Map<String, ?> data, String path, boolean strict) {
    var violations = new ArrayList<Violation>();
    if (strict) {
      // Where a secret is a field, an unknown one may be its name mistyped, however badly.
      boolean secrets = parts.stream().anyMatch(part -> part.field.secret());
      schema.unknown(data).forEach(v -> violations.add(new Violation(path + v.field(), secrets ? null : v.value(), v.rule())));
    }
    Object[] arguments = new Object[parts.size()];
    for (int i = 0; i < arguments.length; i++) {
      Part part = parts.get(i);
      Object given = data.get(part.field.name());
      try {
        arguments[i] = value(part, given, path, strict);
      } catch (InvalidInput e) {
        violations.addAll(part.field.secret() ? e.violations().stream().map(v -> new Violation(v.field(), null, v.rule())).toList() : e.violations());
      }
    }
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
    return construct(arguments, path);
  }

  private static Object value(Part part, Object given, String path, boolean strict) {
    FieldSchema field = part.field;
    Object effective = given == null ? field.initial() : given;
    if (effective == null) {
      if (field.required()) {
        throw new InvalidInput(path + field.name(), null, "is required");
      }
      return part.value.absent();
    }
    Fields.checkWhole(path, field, effective);
    Object decoded = part.value.decode(path + field.name(), effective, strict);
    Fields.check(path, field, effective);
    return decoded;
  }

  private T construct(Object[] arguments, String path) {
    Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      T record = constructor.newInstance(arguments);
      if (record instanceof Checked rules) {
        rules.check();
      }
      return record;
    } catch (InvalidInput e) {
      throw within(path, e);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidInput invalid) {
        throw within(path, invalid);
      }
      throw new IllegalStateException("constructor of " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no canonical constructor of " + type.getName(), e);
    }
  }

  private static InvalidInput within(String path, InvalidInput invalid) {
    return new InvalidInput(invalid.violations().stream().map(v -> new Violation(path + v.field(), v.value(), v.rule())).toList());
  }

  private static Object read(Part part, Object record) {
    try {
      var accessor = part.component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("component " + part.component.getName() + " is unreadable", e);
    }
  }
}
