package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.kernel.Money;

/** An exact amount and its ISO 4217 currency. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Money", propOrder = {"amount", "currency"})
public class Amount {

  @XmlElement(required = true)
  public BigDecimal amount;

  @XmlElement(required = true)
  public String currency;

  public static Amount of(Money money) {
    if (money == null) {
      return null;
    }
    var amount = new Amount();
    amount.amount = money.amount();
    amount.currency = money.currency().getCurrencyCode();
    return amount;
  }

  /** @throws org.strowger.kernel.InvalidInput naming {@code field} */
  public Money money(String field) {
    return Money.of(Money.parseAmount(field + ".amount", amount.toPlainString()), Money.currency(field + ".currency", currency));
  }
}
