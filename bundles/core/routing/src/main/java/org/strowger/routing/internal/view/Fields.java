package org.strowger.routing.internal.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Violation;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** What bodies have beside the terms of a thing, and how the schemas are put together. */
final class Fields {

  record Version(@Setting(help = "As read: the change is refused if somebody changed it since. Absent: changes whatever it is now.", optional = true) Integer version) {
    static final Shape<Version> SHAPE = Shape.of(Version.class);
  }

  private Fields() {}

  static Schema joined(String name, Schema... parts) {
    return new Schema(name, List.of(parts).stream().flatMap(part -> part.fields().stream()).toList());
  }

  /** For a body that changes some fields: none is required, what is absent stays. */
  static Schema optional(Schema schema) {
    return new Schema(schema.name(), schema.fields().stream().map(f -> new FieldSchema(f.name(), f.type(), f.label(), f.help(), false, null, f.min(), f.max(),
        f.pattern(), f.secret(), f.searchable(), f.choices(), f.fields(), f.element())).toList());
  }

  /** Takes it out of {@code data}. @return null for any */
  static Integer version(Map<String, Object> data) {
    Object given = data.remove("version");
    return given == null ? null : Version.SHAPE.decode(Map.of("version", given)).version();
  }

  /** Collects what is broken, so that every broken field is named at once. */
  static final class Reading {
    private final List<Violation> violations = new ArrayList<>();

    /** What the schema knows of it, to be taken apart. By the whole schema: a part without the secret tells what may be the secret. */
    Map<String, Object> known(Schema schema, Map<String, Object> data) {
      violations.addAll(schema.unknown(data));
      var known = new HashMap<>(data);
      known.keySet().removeIf(name -> schema.field(name).isEmpty());
      return known;
    }

    <T> T part(Supplier<T> work) {
      try {
        return work.get();
      } catch (InvalidInput e) {
        violations.addAll(e.violations());
        return null;
      }
    }

    void done() {
      if (!violations.isEmpty()) {
        throw new InvalidInput(violations);
      }
    }
  }
}
