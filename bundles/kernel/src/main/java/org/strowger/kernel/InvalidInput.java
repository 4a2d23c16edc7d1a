package org.strowger.kernel;

import java.util.List;
import java.util.stream.Collectors;

/** Input that breaks rules. Names every broken one; nothing was changed. */
public final class InvalidInput extends StrowgerException {

  private final transient List<Violation> violations;

  public InvalidInput(List<Violation> violations) {
    super(ErrorCode.INVALID, violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
    this.violations = List.copyOf(violations);
  }

  public InvalidInput(String field, Object value, String rule) {
    this(List.of(new Violation(field, value == null ? null : value.toString(), rule)));
  }

  /**
   * @return {@code value}
   * @throws InvalidInput unless it is {@code least} to {@code most}
   */
  public static int range(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidInput(field, value, "is " + least + " to " + most);
    }
    return value;
  }

  public List<Violation> violations() {
    return violations;
  }
}
