package org.strowger.accounts.internal.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.Map;
import org.hibernate.annotations.ColumnTransformer;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.internal.secrets.Seal;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.Money;
import org.strowger.kernel.PlanId;
import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.StoredFields;

/** A row of {@code accounts.account}. */
@Entity
@Table(name = "account")
class AccountRow {

  @Id
  int id;

  @Column(updatable = false)
  int customer;

  int version;

  String name;

  @Column(name = "voip_login")
  String voipLogin;

  int plan;

  String currency;

  /** As text: a number that is none, as the database's NaN, keeps nothing else from being read. */
  @Column(name = "credit_limit", columnDefinition = "numeric(38, 20)")
  @ColumnTransformer(read = "cast(credit_limit as text)", write = "cast(? as numeric)")
  String creditLimit;

  @Column(name = "routing_group")
  Integer routingGroup;

  @Column(name = "time_zone")
  String timeZone;

  String language;

  @Column(name = "batch_tag")
  String batchTag;

  String description;

  @Column(name = "lifetime_days")
  int lifetimeDays;

  boolean blocked;

  /** Calls set it with SQL of their own; an administrator's change must not write back what it read before. */
  @Column(name = "first_use", insertable = false, updatable = false)
  Instant firstUse;

  @Column(updatable = false)
  Instant created;

  @Column(name = "created_by", updatable = false)
  String createdBy;

  Instant updated;

  @Column(name = "updated_by")
  String updatedBy;

  @Column(name = "last_login", insertable = false, updatable = false)
  Instant lastLogin;

  @Column(name = "last_password_change")
  Instant lastPasswordChange;

  @Column(name = "web_password")
  String webPassword;

  @Column(name = "voip_sealed")
  byte[] voipSealed;

  @Column(name = "voip_key")
  String voipKey;

  AccountId accountId() {
    return new AccountId(id);
  }

  void put(AccountProfile profile) {
    name = profile.name();
    voipLogin = profile.voipLogin();
    plan = profile.plan().value();
    creditLimit = profile.creditLimit().toPlainString();
    routingGroup = profile.routingGroup() == null ? null : profile.routingGroup().value();
    timeZone = profile.timeZone().getId();
    language = profile.language();
    batchTag = profile.batchTag();
    description = profile.description();
    lifetimeDays = profile.lifetimeDays();
    blocked = profile.blocked();
  }

  void putSealed(byte[] sealed) {
    voipSealed = sealed;
    voipKey = Seal.keyOf(sealed);
  }

  private AccountProfile profile(StoredFields reading) {
    return new AccountProfile(name, voipLogin, reading.required("plan", plan, PlanId::new), reading.required("creditLimit", creditLimit, text -> Money.canonical(new BigDecimal(text))),
        reading.read("routingGroup", routingGroup, RoutingGroupId::new), reading.required("timeZone", timeZone, ZoneId::of), language, batchTag, description, lifetimeDays, blocked);
  }

  /** What is wrong with it; null if nothing is. */
  String problem() {
    var reading = new StoredFields();
    reading.required("currency", currency, Currency::getInstance);
    reading.checked(profile(reading));
    return reading.problem(() -> "account " + name);
  }

  /** A field that cannot be read is null in it. @param noted first use that is not durable yet, null for none */
  Account account(Map<String, SettingsDocument> features, Instant noted) {
    Instant first = firstUse == null ? noted : firstUse;
    var reading = new StoredFields();
    var info = new AccountInfo(reading.required("currency", currency, Currency::getInstance), FirstUses.expiration(first, lifetimeDays), first, created, createdBy, updated, updatedBy, lastLogin, lastPasswordChange);
    return new Account(accountId(), new CustomerId(customer), profile(reading), info, features, version);
  }
}
