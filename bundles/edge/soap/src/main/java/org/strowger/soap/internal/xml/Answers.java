package org.strowger.soap.internal.xml;

import java.util.List;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlType;

/** What the operations answer. */
public final class Answers {

  private Answers() {}

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "AccountAnswer")
  @XmlRootElement(name = "AccountAnswer")
  public static class OneAccount {
    @XmlElement(required = true)
    public AccountXml account;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "AccountsAnswer")
  @XmlRootElement(name = "AccountsAnswer")
  public static class Accounts {
    @XmlElement(name = "account")
    public List<AccountXml> accounts;
  }

  /** The passwords are there only where the switch made them, this once. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CreatedAnswer", propOrder = {"account", "voipPassword", "webPassword"})
  @XmlRootElement(name = "CreatedAnswer")
  public static class Created {
    @XmlElement(required = true)
    public AccountXml account;

    public String voipPassword;
    public String webPassword;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "PaymentAnswer")
  @XmlRootElement(name = "PaymentAnswer")
  public static class OnePayment {
    @XmlElement(required = true)
    public PaymentXml payment;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "PaymentsAnswer")
  @XmlRootElement(name = "PaymentsAnswer")
  public static class Payments {
    @XmlElement(name = "payment")
    public List<PaymentXml> payments;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CdrsAnswer")
  @XmlRootElement(name = "CdrsAnswer")
  public static class Cdrs {
    @XmlElement(name = "cdr")
    public List<CdrXml> cdrs;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "TariffsAnswer")
  @XmlRootElement(name = "TariffsAnswer")
  public static class Tariffs {
    @XmlElement(name = "tariff")
    public List<TariffXml> tariffs;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "RatesAnswer")
  @XmlRootElement(name = "RatesAnswer")
  public static class Rates {
    @XmlElement(name = "rate")
    public List<RateXml> rates;
  }

  /** How many rates were written or deleted. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "RatesChangedAnswer")
  @XmlRootElement(name = "RatesChangedAnswer")
  public static class RatesChanged {
    public int rates;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "TariffAnswer")
  @XmlRootElement(name = "TariffAnswer")
  public static class OneTariff {
    @XmlElement(required = true)
    public TariffXml tariff;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "PlanAnswer")
  @XmlRootElement(name = "PlanAnswer")
  public static class OnePlan {
    @XmlElement(required = true)
    public PlanXml plan;
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "PlansAnswer")
  @XmlRootElement(name = "PlansAnswer")
  public static class Plans {
    @XmlElement(name = "plan")
    public List<PlanXml> plans;
  }

  /** What would become of the call, step by step. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "SimulatedAnswer")
  @XmlRootElement(name = "SimulatedAnswer")
  public static class Simulated {
    @XmlElement(name = "step")
    public List<StepXml> steps;
  }
}
