package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlAttribute;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.FieldSchema;

/** One typed value of a setting: exactly one of its elements is there, none for a setting without a value. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Value", propOrder = {"text", "flag", "number", "decimal", "money", "time", "list", "object"})
public class Value {

  public String text;
  public Boolean flag;
  public Long number;
  public BigDecimal decimal;
  public Amount money;

  @XmlSchemaType(name = "dateTime")
  public Instant time;

  public Items list;
  public Members object;

  /** Values in order. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "Items")
  public static class Items {
    @XmlElement(name = "value")
    public List<Value> values = new ArrayList<>();
  }

  /** Values by name. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "Members")
  public static class Members {
    @XmlElement(name = "member")
    public List<Member> members = new ArrayList<>();
  }

  /** One named value. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "Member")
  public static class Member {
    @XmlAttribute(required = true)
    public String name;

    @XmlElement(required = true)
    public Value value;
  }

  /** @param plain plain data as the schema of the field has it */
  static Value of(FieldSchema field, Object plain) {
    var value = new Value();
    if (plain == null) {
      return value;
    }
    switch (field.type()) {
      case TEXT, CHOICE -> value.text = plain.toString();
      case FLAG -> value.flag = (Boolean) plain;
      case INTEGER, SECONDS -> value.number = ((Number) plain).longValue();
      case DECIMAL -> value.decimal = new BigDecimal(plain.toString());
      case MONEY -> value.money = amount((Map<?, ?>) plain);
      case INSTANT -> value.time = Instant.parse(plain.toString());
      case LIST -> value.list = items(field.element(), (List<?>) plain);
      case OBJECT -> value.object = members(field.fields(), (Map<?, ?>) plain);
    }
    return value;
  }

  private static Amount amount(Map<?, ?> plain) {
    var amount = new Amount();
    amount.amount = new BigDecimal(plain.get("amount").toString());
    amount.currency = plain.get("currency").toString();
    return amount;
  }

  private static Items items(FieldSchema element, List<?> plain) {
    var items = new Items();
    plain.forEach(one -> items.values.add(of(element, one)));
    return items;
  }

  private static Members members(List<FieldSchema> fields, Map<?, ?> plain) {
    var members = new Members();
    for (FieldSchema field : fields) {
      if (!field.secret()) {
        var member = new Member();
        member.name = field.name();
        member.value = of(field, plain.get(field.name()));
        members.members.add(member);
      }
    }
    return members;
  }

  /** @throws InvalidInput naming {@code where} if more than one element is there */
  Object plain(String where) {
    var found = new ArrayList<>();
    add(found, text);
    add(found, flag);
    add(found, number);
    add(found, decimal == null ? null : decimal.toPlainString());
    add(found, money == null ? null : Map.of("amount", money.amount.toPlainString(), "currency", String.valueOf(money.currency)));
    add(found, time == null ? null : time.toString());
    if (list != null) {
      var items = new ArrayList<>();
      list.values.forEach(value -> items.add(value.plain(where)));
      found.add(items);
    }
    if (object != null) {
      var members = new LinkedHashMap<String, Object>();
      object.members.forEach(member -> members.put(member.name, member.value == null ? null : member.value.plain(where + "." + member.name)));
      found.add(members);
    }
    if (found.size() > 1) {
      throw new InvalidInput(where, null, "has one of text, flag, number, decimal, money, time, list and object");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static void add(List<Object> found, Object value) {
    if (value != null) {
      found.add(value);
    }
  }
}
