package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.billing.api.CdrQuery;

/** What the operations ask. */
public final class Requests {

  private Requests() {}

  /** By id or by name, one of them. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "GetAccountRequest", propOrder = {"id", "name"})
  @XmlRootElement(name = "GetAccountRequest")
  public static class GetAccount {
    public Integer id;
    public String name;
  }

  /** In order of name. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListAccountsRequest", propOrder = {"search", "batchTag", "blocked", "offset", "limit"})
  @XmlRootElement(name = "ListAccountsRequest")
  public static class ListAccounts {
    public String search;
    public String batchTag;
    public Boolean blocked;

    @XmlElement(defaultValue = "0")
    public Integer offset;

    @XmlElement(defaultValue = "50")
    public Integer limit;
  }

  /** Passwords that are absent are made by the switch and answered once. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CreateAccountRequest", propOrder = {"profile", "balance", "voipPassword", "webPassword", "settings"})
  @XmlRootElement(name = "CreateAccountRequest")
  public static class CreateAccount {
    @XmlElement(required = true)
    public Profile profile;

    public BigDecimal balance;
    public String voipPassword;
    public String webPassword;

    @XmlElement(name = "setting")
    public List<SettingValue> settings = new ArrayList<>();
  }

  /** An amount for an account. The same key books once. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "FundsRequest", propOrder = {"account", "amount", "notes", "idempotencyKey"})
  public static class Funds {
    public int account;

    @XmlElement(required = true)
    public Amount amount;

    public String notes;
    public String idempotencyKey;
  }

  /** Money received. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "AddFundsRequest")
  @XmlRootElement(name = "AddFundsRequest")
  public static class AddFunds extends Funds {}

  /** An adjustment downwards. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "DebitRequest")
  @XmlRootElement(name = "DebitRequest")
  public static class Debit extends Funds {}

  /** An adjustment upwards. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CreditRequest")
  @XmlRootElement(name = "CreditRequest")
  public static class Credit extends Funds {}

  /** Newest first. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListPaymentsRequest", propOrder = {"account", "offset", "limit"})
  @XmlRootElement(name = "ListPaymentsRequest")
  public static class ListPayments {
    public int account;

    @XmlElement(defaultValue = "0")
    public Integer offset;

    @XmlElement(defaultValue = "50")
    public Integer limit;
  }

  /** Newest first. {@code from} is inclusive and an hour ago if absent, {@code until} is exclusive. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListCdrsRequest", propOrder = {"account", "carrier", "call", "cli", "cld", "from", "until", "type", "offset", "limit"})
  @XmlRootElement(name = "ListCdrsRequest")
  public static class ListCdrs {
    public Integer account;
    public Integer carrier;
    public String call;
    public String cli;
    public String cld;

    @XmlSchemaType(name = "dateTime")
    public Instant from;

    @XmlSchemaType(name = "dateTime")
    public Instant until;

    public CdrQuery.Filter type;

    @XmlElement(defaultValue = "0")
    public Integer offset;

    @XmlElement(defaultValue = "50")
    public Integer limit;
  }

  /** In order of name. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListTariffsRequest")
  @XmlRootElement(name = "ListTariffsRequest")
  public static class ListTariffs {}

  /** In order of prefix; those whose prefix starts with {@code prefix}. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListRatesRequest", propOrder = {"tariff", "prefix", "offset", "limit"})
  @XmlRootElement(name = "ListRatesRequest")
  public static class ListRates {
    public int tariff;
    public String prefix;

    @XmlElement(defaultValue = "0")
    public Integer offset;

    @XmlElement(defaultValue = "50")
    public Integer limit;
  }

  /** All of them or none. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "RatesRequest", propOrder = {"tariff", "rates"})
  public abstract static class SomeRates {
    public int tariff;

    @XmlElement(name = "rate")
    public List<RateXml> rates = new ArrayList<>();
  }

  /** Adds rates, or changes those of the same prefix, activation and period. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "PutRatesRequest")
  @XmlRootElement(name = "PutRatesRequest")
  public static class PutRates extends SomeRates {}

  /** Puts these in the place of all rates, in one step. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ReplaceRatesRequest")
  @XmlRootElement(name = "ReplaceRatesRequest")
  public static class ReplaceRates extends SomeRates {}

  /** Every rate of exactly this prefix. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "DeleteRatesRequest", propOrder = {"tariff", "prefix"})
  @XmlRootElement(name = "DeleteRatesRequest")
  public static class DeleteRates {
    public int tariff;

    @XmlElement(required = true)
    public String prefix;
  }

  /** Absent fields get their initial values. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CreateTariffRequest", propOrder = {"name", "currency", "connectFee", "freeSeconds", "postCallSurcharge", "gracePeriod", "costRoundUp", "decimalPrecision",
      "averageDuration", "onNet", "timeZone", "timeOfDay"})
  @XmlRootElement(name = "CreateTariffRequest")
  public static class CreateTariff {
    @XmlElement(required = true)
    public String name;

    @XmlElement(required = true)
    public String currency;

    public BigDecimal connectFee;
    public Integer freeSeconds;
    public BigDecimal postCallSurcharge;
    public Integer gracePeriod;
    public Boolean costRoundUp;
    public Integer decimalPrecision;
    public Integer averageDuration;
    public String onNet;
    public String timeZone;
    public String timeOfDay;
  }

  /** In order of name. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "ListPlansRequest")
  @XmlRootElement(name = "ListPlansRequest")
  public static class ListPlans {}

  /** {@code rounding} is ROUND if absent. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "CreatePlanRequest", propOrder = {"name", "tariff", "rounding"})
  @XmlRootElement(name = "CreatePlanRequest")
  public static class CreatePlan {
    @XmlElement(required = true)
    public String name;

    public int tariff;
    public String rounding;
  }

  /** A call that never happens; {@code cli} is the account's name if absent, {@code at} is now. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "SimulateCallRequest", propOrder = {"account", "cld", "cli", "at"})
  @XmlRootElement(name = "SimulateCallRequest")
  public static class SimulateCall {
    @XmlElement(required = true)
    public String account;

    @XmlElement(required = true)
    public String cld;

    public String cli;

    @XmlSchemaType(name = "dateTime")
    public Instant at;
  }
}
