package org.strowger.kernel.data;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.strowger.kernel.HostPort;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;

/** A type that is one plain value. */
record Scalar(FieldType type, List<String> choices, Object absent, Function<Object, Object> encoder, Decoder decoder) implements Value {

  private static final String HOST_PORT = "is host:port with a port from 1 to 65535, [IPv6]:port, or a host or address alone";

  interface Decoder {
    Object decode(String where, Object given);
  }

  static Value of(Class<?> c) {
    if (c == String.class) {
      return text(Function.identity(), (where, given) -> string(where, given));
    }
    if (c == boolean.class || c == Boolean.class) {
      return new Scalar(FieldType.FLAG, List.of(), c.isPrimitive() ? false : null, v -> v, Scalar::flag);
    }
    if (c == int.class || c == Integer.class) {
      return new Scalar(FieldType.INTEGER, List.of(), c.isPrimitive() ? 0 : null, v -> ((Integer) v).longValue(),
          (where, given) -> (int) integer(where, given, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (c == long.class || c == Long.class) {
      return new Scalar(FieldType.INTEGER, List.of(), c.isPrimitive() ? 0L : null, v -> v,
          (where, given) -> integer(where, given, Long.MIN_VALUE, Long.MAX_VALUE));
    }
    if (c == BigDecimal.class) {
      return new Scalar(FieldType.DECIMAL, List.of(), null, v -> ((BigDecimal) v).toPlainString(),
          (where, given) -> Money.parseAmount(where, plain(given)));
    }
    if (c == Duration.class) {
      return new Scalar(FieldType.SECONDS, List.of(), null, v -> ((Duration) v).toSeconds(),
          (where, given) -> Duration.ofSeconds(integer(where, given, Integer.MIN_VALUE, Integer.MAX_VALUE)));
    }
    if (c == Instant.class) {
      return new Scalar(FieldType.INSTANT, List.of(), null, Object::toString, Scalar::instant);
    }
    if (c == Currency.class) {
      return text(v -> ((Currency) v).getCurrencyCode(), (where, given) -> Money.currency(where, string(where, given)));
    }
    if (c == ZoneId.class) {
      return text(v -> ((ZoneId) v).getId(), Scalar::zone);
    }
    if (c == HostPort.class) {
      return text(v -> ((HostPort) v).port() == 0 ? v.toString().replaceAll(":0$", "") : v.toString(), Scalar::hostPort);
    }
    if (c.isEnum()) {
      return choice(c);
    }
    return null;
  }

  @Override
  public Object encode(Object value) {
    return value == null ? null : encoder.apply(value);
  }

  @Override
  public Object decode(String where, Object given, boolean strict) {
    return decoder.decode(where, given);
  }

  private static Scalar text(Function<Object, Object> encoder, Decoder decoder) {
    return new Scalar(FieldType.TEXT, List.of(), null, encoder, decoder);
  }

  private static Scalar choice(Class<?> c) {
    List<String> names = Value.names(c);
    return new Scalar(FieldType.CHOICE, names, null, v -> ((Enum<?>) v).name(), (where, given) -> {
      int index = names.indexOf(given.toString());
      if (index < 0) {
        throw new InvalidInput(where, given, "is one of " + String.join(", ", names));
      }
      return c.getEnumConstants()[index];
    });
  }

  /** Numbers of any kind as plain decimal text, without an exponent. */
  static String plain(Object given) {
    return given instanceof BigDecimal d && Math.abs((long) d.scale()) < 100 ? d.toPlainString() : given.toString();
  }

  /** A plain value as it was given, for who gave it; null for what has parts. */
  static String shown(Object given) {
    return given == null || given instanceof Map || given instanceof List ? null : plain(given);
  }

  private static String string(String where, Object given) {
    if (given instanceof String s) {
      return Texts.sound(where, s);
    }
    throw new InvalidInput(where, given, "is a text");
  }

  private static Object flag(String where, Object given) {
    if (given instanceof Boolean b) {
      return b;
    }
    return switch (given.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidInput(where, given, "is true or false");
    };
  }

  private static long integer(String where, Object given, long min, long max) {
    String text = plain(given);
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new InvalidInput(where, given, "is a whole number");
    }
    throw new InvalidInput(where, given, "is a whole number from " + min + " to " + max);
  }

  private static Object instant(String where, Object given) {
    try {
      return Instants.sound(where, Instant.parse(given.toString()));
    } catch (DateTimeException e) {
      throw new InvalidInput(where, given, "is a UTC time of ISO 8601 such as 2026-11-21T12:00:00Z");
    }
  }

  private static Object zone(String where, Object given) {
    try {
      return ZoneId.of(string(where, given));
    } catch (DateTimeException e) {
      throw new InvalidInput(where, given, "is a time zone such as Europe/Berlin or UTC");
    }
  }

  private static Object hostPort(String where, Object given) {
    try {
      HostPort read = HostPort.parse(string(where, given), 0);
      // A port that is not said takes any default; one that is said as 0 takes none.
      if (read.port() == 0 && HostPort.parse(string(where, given), 1).port() == 0) {
        throw new InvalidInput(where, given, HOST_PORT);
      }
      if (read.host().chars().anyMatch(Character::isWhitespace)) {
        throw new InvalidInput(where, given, HOST_PORT);
      }
      return read;
    } catch (InvalidInput e) {
      // Of its parts' rules none says what the whole is.
      throw new InvalidInput(where, given, HOST_PORT);
    }
  }
}
