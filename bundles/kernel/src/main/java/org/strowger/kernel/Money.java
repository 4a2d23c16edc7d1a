package org.strowger.kernel;

import java.math.BigDecimal;
import java.util.Currency;

/**
 * An exact decimal amount and its ISO 4217 currency. Zeros at the end carry no meaning: 1.50 equals
 * 1.5. Nothing here rounds; rounding is the tariff's, once, when a cost is computed.
 *
 * @param amount at most {@value #MAX_DECIMALS} decimals and {@value #MAX_INTEGER_DIGITS} digits before the point
 */
public record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {

  /** Spec A.1: the default tariff precision. */
  public static final int MAX_DECIMALS = 20;

  public static final int MAX_INTEGER_DIGITS = 18;

  /** Longest text {@link #parse} looks at: sign, digits, point. */
  private static final int MAX_TEXT = 2 + MAX_DECIMALS + MAX_INTEGER_DIGITS;

  public Money {
    amount = canonical(amount);
    if (amount.scale() > MAX_DECIMALS) {
      throw new InvalidInput("amount", amount.toPlainString(), "has at most " + MAX_DECIMALS + " decimals");
    }
    if (amount.precision() - amount.scale() > MAX_INTEGER_DIGITS) {
      throw new InvalidInput("amount", amount.toPlainString(), "has at most " + MAX_INTEGER_DIGITS + " digits before the point");
    }
  }

  public static Money of(String amount, String currency) {
    return new Money(parseAmount("amount", amount), currency("currency", currency));
  }

  public static Money of(BigDecimal amount, Currency currency) {
    return new Money(amount, currency);
  }

  public static Money zero(Currency currency) {
    return new Money(BigDecimal.ZERO, currency);
  }

  /**
   * Reads a plain decimal: optional minus, digits, optional point and digits. No exponent, no grouping.
   *
   * @throws InvalidInput naming {@code field}
   */
  public static BigDecimal parseAmount(String field, String text) {
    if (text == null || text.length() > MAX_TEXT || !isPlainDecimal(text)) {
      throw new InvalidInput(field, text, "is a plain decimal such as 12.50, at most " + MAX_DECIMALS + " decimals");
    }
    BigDecimal amount = new BigDecimal(text);
    if (amount.scale() > MAX_DECIMALS) {
      throw new InvalidInput(field, text, "has at most " + MAX_DECIMALS + " decimals");
    }
    if (amount.precision() - amount.scale() > MAX_INTEGER_DIGITS) {
      throw new InvalidInput(field, text, "has at most " + MAX_INTEGER_DIGITS + " digits before the point");
    }
    return canonical(amount);
  }

  /** @throws InvalidInput naming {@code field} if {@code code} is not a currency of ISO 4217 */
  public static Currency currency(String field, String code) {
    try {
      return Currency.getInstance(code);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new InvalidInput(field, code, "is a currency code of ISO 4217 such as USD");
    }
  }

  /** Zeros at the end removed, scale never negative: equal amounts become equal values. */
  public static BigDecimal canonical(BigDecimal amount) {
    BigDecimal stripped = amount.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static boolean isPlainDecimal(String text) {
    int i = text.startsWith("-") ? 1 : 0;
    int before = 0;
    int after = 0;
    boolean point = false;
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && !point) {
        point = true;
      } else if (c >= '0' && c <= '9') {
        if (point) {
          after++;
        } else {
          before++;
        }
      } else {
        return false;
      }
    }
    return before > 0 && (!point || after > 0);
  }

  public Money plus(Money other) {
    return new Money(amount.add(same(other).amount), currency);
  }

  public Money minus(Money other) {
    return new Money(amount.subtract(same(other).amount), currency);
  }

  public Money negate() {
    return new Money(amount.negate(), currency);
  }

  public Money max(Money other) {
    return compareTo(other) >= 0 ? this : other;
  }

  public boolean isNegative() {
    return amount.signum() < 0;
  }

  public boolean isPositive() {
    return amount.signum() > 0;
  }

  public boolean isZero() {
    return amount.signum() == 0;
  }

  /** @throws IllegalArgumentException if the currencies differ */
  @Override
  public int compareTo(Money other) {
    return amount.compareTo(same(other).amount);
  }

  private Money same(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("currencies differ: " + currency + " and " + other.currency);
    }
    return other;
  }

  /** {@code 12.5 USD} */
  @Override
  public String toString() {
    return amount.toPlainString() + " " + currency;
  }
}
