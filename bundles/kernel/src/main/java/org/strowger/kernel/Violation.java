package org.strowger.kernel;

/**
 * One value that breaks one rule.
 *
 * @param field where: a path such as {@code credentials.voipLogin}
 * @param value what was given, shortened; null if nothing was; never a secret
 * @param rule what is asked, readable after "field 'value' ": "is an amount with at most 20 decimals"
 */
public record Violation(String field, String value, String rule) {

  private static final int SHOWN = 80;

  public Violation {
    if (value != null && value.length() > SHOWN) {
      value = value.substring(0, SHOWN) + "…";
    }
  }

  @Override
  public String toString() {
    return value == null ? field + ": " + rule : field + " '" + value + "': " + rule;
  }
}
