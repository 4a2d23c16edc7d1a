package org.strowger.rating.internal.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** A thing at the door: id and version beside its own fields. */
record Versioned(int id, int version) {

  record Change(@Setting(optional = true, help = "As read; the change is refused if somebody made another since. Absent: whatever it is now.") Integer version) {}

  private static final Shape<Versioned> HEAD = Shape.of(Versioned.class);
  private static final Shape<Change> CHANGE = Shape.of(Change.class);

  static Schema view(String name, Schema terms) {
    return terms.behind(HEAD.schema(), name);
  }

  static Schema change(String name, Schema terms) {
    return terms.nothingRequired(name).behind(CHANGE.schema(), name);
  }

  Map<String, Object> with(Map<String, Object> terms) {
    var data = HEAD.encode(this);
    data.putAll(terms);
    return data;
  }

  /** The version a change names, else the one there is; the rest of {@code body} stays. */
  int takeVersion(LinkedHashMap<String, Object> body) {
    Object given = body.remove("version");
    try {
      return given == null ? version : Integer.parseInt(given.toString());
    } catch (NumberFormatException e) {
      throw new InvalidInput("version", given, "is a whole number");
    }
  }
}
