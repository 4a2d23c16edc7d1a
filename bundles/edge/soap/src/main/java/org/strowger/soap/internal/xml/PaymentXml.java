package org.strowger.soap.internal.xml;

import java.time.Instant;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.Payment;

/** A change of a balance other than by a call. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Payment", propOrder = {"id", "account", "kind", "amount", "notes", "time", "by", "balanceAfter"})
public class PaymentXml {

  public int id;
  public int account;

  @XmlElement(required = true)
  public Payment.Kind kind;

  @XmlElement(required = true)
  public Amount amount;

  public String notes;

  @XmlSchemaType(name = "dateTime")
  @XmlElement(required = true)
  public Instant time;

  public String by;

  @XmlElement(required = true)
  public Amount balanceAfter;

  public static PaymentXml of(Payment payment) {
    var xml = new PaymentXml();
    xml.id = payment.id().value();
    xml.account = payment.payer().id();
    xml.kind = payment.kind();
    xml.amount = Amount.of(payment.amount());
    xml.notes = payment.notes();
    xml.time = payment.time();
    xml.by = payment.by();
    xml.balanceAfter = Amount.of(payment.balanceAfter());
    return xml;
  }
}
