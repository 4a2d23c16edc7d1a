package org.strowger.soap.internal.xml;

import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.Plan;

/** A service plan. A field that is stored and cannot be read is absent. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Plan", propOrder = {"id", "version", "name", "tariff", "rounding", "currency"})
public class PlanXml {

  public int id;
  public int version;

  @XmlElement(required = true)
  public String name;

  public Integer tariff;
  public String rounding;
  public String currency;

  public static PlanXml of(Plan plan) {
    var xml = new PlanXml();
    xml.id = plan.id().value();
    xml.version = plan.version();
    xml.name = plan.terms().name();
    xml.tariff = plan.terms().tariff() == null ? null : plan.terms().tariff().value();
    xml.rounding = plan.terms().rounding() == null ? null : plan.terms().rounding().name();
    xml.currency = plan.currency() == null ? null : plan.currency().getCurrencyCode();
    return xml;
  }
}
