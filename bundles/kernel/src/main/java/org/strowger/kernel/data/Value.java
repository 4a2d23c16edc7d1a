package org.strowger.kernel.data;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Money;

/** How one Java type is written as plain data, and read back. */
interface Value {

  FieldType type();

  /** Plain data of a value that is not null; null stays null. */
  Object encode(Object value);

  Object decode(String where, Object given, boolean strict);

  default List<String> choices() {
    return List.of();
  }

  default List<FieldSchema> fields() {
    return List.of();
  }

  default Value element() {
    return null;
  }

  /** What a component holds when nothing is given. */
  default Object absent() {
    return null;
  }

  /** {@link Setting#initial()} as plain data. */
  default Object initial(String text) {
    return encode(decode("initial", text, true));
  }

  static Value of(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return new ListValue(of(generic.getActualTypeArguments()[0]));
    }
    if (!(type instanceof Class<?> c)) {
      throw new IllegalArgumentException("no plain data for " + type);
    }
    if (c == Money.class) {
      return new MoneyValue();
    }
    Value scalar = Scalar.of(c);
    if (scalar != null) {
      return scalar;
    }
    if (c.isRecord()) {
      RecordComponent[] components = c.getRecordComponents();
      boolean id = components.length == 1 && components[0].getName().equals("value") && c.getPackageName().equals("org.strowger.kernel");
      return id ? new IdValue(c, components[0]) : new RecordValue<>(Shape.of(c.asSubclass(Record.class)));
    }
    throw new IllegalArgumentException("no plain data for " + type);
  }

  /** A list. */
  record ListValue(Value element) implements Value {
    @Override
    public FieldType type() {
      return FieldType.LIST;
    }

    @Override
    public Object encode(Object value) {
      return value == null ? null : ((List<?>) value).stream().map(element::encode).toList();
    }

    @Override
    public Object decode(String where, Object given, boolean strict) {
      if (!(given instanceof List<?> list)) {
        throw new InvalidInput(where, given, "is a list");
      }
      var decoded = new ArrayList<Object>();
      for (int i = 0; i < list.size(); i++) {
        String at = where + "[" + i + "]";
        if (list.get(i) == null) {
          throw new InvalidInput(at, null, "is required");
        }
        decoded.add(element.decode(at, list.get(i), strict));
      }
      return List.copyOf(decoded);
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }

  /** Money as amount and currency. */
  record MoneyValue() implements Value {
    @Override
    public FieldType type() {
      return FieldType.MONEY;
    }

    @Override
    public Object encode(Object value) {
      if (value == null) {
        return null;
      }
      Money money = (Money) value;
      var data = new LinkedHashMap<String, Object>();
      data.put("amount", money.amount().toPlainString());
      data.put("currency", money.currency().getCurrencyCode());
      return data;
    }

    @Override
    public Object decode(String where, Object given, boolean strict) {
      if (!(given instanceof Map<?, ?> map) || map.get("amount") == null || map.get("currency") == null || map.size() != 2) {
        throw new InvalidInput(where, given, "is an object of amount and currency, such as {\"amount\": \"12.50\", \"currency\": \"USD\"}");
      }
      var amount = Money.parseAmount(where + ".amount", Scalar.plain(map.get("amount")));
      return Money.of(amount, Money.currency(where + ".currency", map.get("currency").toString()));
    }
  }

  /** One of the kernel's ids: an integer, or the short word of a 64-bit one. */
  record IdValue(Class<?> id, RecordComponent component) implements Value {
    @Override
    public FieldType type() {
      return component.getType() == int.class ? FieldType.INTEGER : FieldType.TEXT;
    }

    @Override
    public Object encode(Object value) {
      if (value == null) {
        return null;
      }
      return component.getType() == int.class ? (Object) Long.parseLong(value.toString()) : value.toString();
    }

    @Override
    public Object decode(String where, Object given, boolean strict) {
      try {
        if (component.getType() == int.class) {
          int number = (Integer) Scalar.of(int.class).decode(where, given, strict);
          return id.getConstructor(int.class).newInstance(number);
        }
        return id.getMethod("parse", String.class).invoke(null, given.toString());
      } catch (InvocationTargetException e) {
        throw new InvalidInput(where, given, component.getType() == int.class ? "is a positive number" : "is an id of letters and digits");
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(id + " is no id", e);
      }
    }
  }

  /** A record in a record. */
  record RecordValue<R extends Record>(Shape<R> shape) implements Value {
    @Override
    public FieldType type() {
      return FieldType.OBJECT;
    }

    @Override
    public List<FieldSchema> fields() {
      return shape.schema().fields();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object encode(Object value) {
      return value == null ? null : shape.encode((R) value);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object decode(String where, Object given, boolean strict) {
      if (!(given instanceof Map<?, ?> map)) {
        throw new InvalidInput(where, given, "is an object");
      }
      return shape.decode((Map<String, ?>) map, where + ".", strict);
    }
  }

  static List<String> names(Class<?> enumeration) {
    return Arrays.stream(enumeration.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
  }
}
