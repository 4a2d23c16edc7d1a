package org.strowger.soap.internal.xml;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.accounts.api.Account;
import org.strowger.billing.api.Balance;

/** An account at one moment. No secret is in it. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Account", propOrder = {"id", "version", "profile", "currency", "balance", "held", "available", "expiration", "firstUse", "created", "createdBy",
    "updated", "updatedBy", "settings"})
public class AccountXml {

  public int id;
  public int version;

  @XmlElement(required = true)
  public Profile profile;

  @XmlElement(required = true)
  public String currency;

  /** Absent, like the next two, when nobody knows the balance. */
  public Amount balance;

  public Amount held;
  public Amount available;

  @XmlSchemaType(name = "dateTime")
  public Instant expiration;

  @XmlSchemaType(name = "dateTime")
  public Instant firstUse;

  @XmlSchemaType(name = "dateTime")
  @XmlElement(required = true)
  public Instant created;

  public String createdBy;

  @XmlSchemaType(name = "dateTime")
  @XmlElement(required = true)
  public Instant updated;

  public String updatedBy;

  @XmlElement(name = "setting")
  public List<SettingValue> settings = new ArrayList<>();

  /** @param balance null if there is none */
  public static AccountXml of(Account account, Balance balance) {
    var xml = new AccountXml();
    xml.id = account.id().value();
    xml.version = account.version();
    xml.profile = Profile.of(account.profile());
    xml.currency = account.info().currency() == null ? null : account.info().currency().getCurrencyCode();
    if (balance != null) {
      xml.balance = Amount.of(balance.balance());
      xml.held = Amount.of(balance.held());
      xml.available = Amount.of(balance.available());
    }
    xml.expiration = account.info().expiration();
    xml.firstUse = account.info().firstUse();
    xml.created = account.info().created();
    xml.createdBy = account.info().createdBy();
    xml.updated = account.info().updated();
    xml.updatedBy = account.info().updatedBy();
    return xml;
  }
}
