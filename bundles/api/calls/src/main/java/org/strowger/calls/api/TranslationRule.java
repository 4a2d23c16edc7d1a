package org.strowger.calls.api;

import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;

/**
 * A number translation of spec part D: items {@code s/match/replace/[g]} separated by semicolons, each
 * working on the output of the one before, or a literal that replaces the number. Python's dialect.
 * Immutable; threads: any.
 *
 * <p>Bounded: rule at most {@value #MAX_RULE} characters, number and what becomes of it at most {@value #MAX_INPUT}, at most
 * {@value #MAX_STEPS} steps of matching for the whole rule. A step is a part of an expression tried at a place, whether it reads there or not.
 */
public final class TranslationRule {

  public static final int MAX_RULE = 1024;
  public static final int MAX_INPUT = 128;
  public static final int MAX_STEPS = 50_000;

  /** Changes nothing. */
  public static final TranslationRule NONE = new TranslationRule("");

  private final String text;
  private final TranslationItems items;

  private TranslationRule(String text) {
    this.text = text;
    this.items = TranslationItems.parse(text);
  }

  /**
   * @param field named in the error
   * @param text null or empty for no rule
   * @throws InvalidInput that says what is wrong, and where
   */
  public static TranslationRule parse(String field, String text) {
    if (text == null || text.isBlank()) {
      return NONE;
    }
    if (text.length() > MAX_RULE) {
      throw new InvalidInput(field, text, "has at most " + MAX_RULE + " characters, not " + text.length());
    }
    try {
      return new TranslationRule(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(field, text, e.getMessage() + "; write s/match/replace/ with an expression of Python's re, and try it with route:translate");
    }
  }

  /**
   * Translates a number.
   *
   * @throws TooHard if the number or the work is past the limits
   */
  public String apply(String number) {
    return items.apply(number);
  }

  public boolean isEmpty() {
    return this == NONE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TranslationRule rule && rule.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }

  /** The call is refused with this reason. */
  public static final class TooHard extends StrowgerException {
    TooHard(String why) {
      super(org.strowger.kernel.ErrorCode.INVALID, why);
    }
  }
}
