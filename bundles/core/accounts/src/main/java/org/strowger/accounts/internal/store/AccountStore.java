package org.strowger.accounts.internal.store;

import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.AccountQuery;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.hibernate.Entities;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.CustomerId;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;
import org.strowger.persistence.api.Tx;

/** Accounts, their settings and sealed secrets in the schema {@code accounts}. Every method joins or makes a transaction. */
public final class AccountStore {

  private static final int FETCHED = 10_000;
  /** An id that no account has. */
  public static final AccountId NOBODY = new AccountId(Integer.MAX_VALUE);

  private final Domain domain;
  private final Tx tx;
  private final Entities entities;
  private final SettingsTable settings;
  private final FirstUses firstUses;
  private final Names names = new Names();

  /**
   * An account with what must not leave the bundle.
   *
   * @param problem what of it cannot be read, in words that name it; null if all can
   */
  public record Stored(Account account, byte[] voipSealed, String problem) {}

  /** What a new account is made of. */
  public record Making(AccountId id, CustomerId customer, AccountProfile profile, String currency, String webPassword, byte[] voipSealed, Instant now, String by) {}

  /** Blocks: migrates. */
  public AccountStore(Database database) {
    this.domain = database.open(DomainSpec.of("accounts", AccountStore.class).sealedWith("voip-*.key"));
    this.tx = domain.tx();
    this.entities = Entities.open(domain, AccountRow.class);
    this.settings = new SettingsTable(tx);
    this.firstUses = new FirstUses(domain);
  }

  public void close() {
    firstUses.close();
    entities.close();
  }

  public Tx tx() {
    return tx;
  }

  /** Notes a call attempt of an account that had none before, as far as anybody knows; reading the account shows it from now on. */
  public void used(AccountId id, Instant when, Keeper keeper) {
    firstUses.note(id, stamp(when), keeper);
  }

  /** The account as it would be read with this first use. @param when null for none */
  public static Account firstUsed(Account a, Instant when) {
    AccountInfo i = a.info();
    var info = new AccountInfo(i.currency(), FirstUses.expiration(when, a.profile().lifetimeDays()), when, i.created(), i.createdBy(), i.updated(), i.updatedBy(), i.lastLogin(),
        i.lastPasswordChange());
    return new Account(a.id(), a.customer(), a.profile(), info, a.features(), a.version());
  }

  public AccountId nextId() {
    return tx.required(() -> {
      try (var next = tx.connection().prepareStatement("select nextval('accounts.account_id')"); var row = next.executeQuery()) {
        row.next();
        return new AccountId(row.getInt(1));
      }
    });
  }

  public Account insert(Making making, Map<String, SettingsDocument> features) {
    return tx.required(() -> {
      names.add(making.profile().name());
      var row = new AccountRow();
      row.id = making.id().value();
      row.customer = making.customer().value();
      row.version = 1;
      row.currency = making.currency();
      row.put(making.profile());
      row.putSealed(making.voipSealed());
      row.webPassword = making.webPassword();
      row.created = row.updated = row.lastPasswordChange = stamp(making.now());
      row.createdBy = row.updatedBy = making.by();
      entities.manager().persist(row);
      entities.manager().flush();
      settings.put(making.id(), features.values());
      return row.account(features, null);
    });
  }

  public Optional<Stored> find(AccountId id) {
    return one("id", id.value());
  }

  public Optional<Stored> byName(String name) {
    return one("name", name);
  }

  public Optional<Stored> byVoipLogin(String login) {
    return one("voipLogin", login);
  }

  /** Whether somebody has this name. Without Hibernate: can be asked when this is closed, too, until the next one is there. */
  public boolean isName(String name) {
    return tx.required(() -> {
      try (var select = tx.connection().prepareStatement("select 1 from accounts.account where name = ?")) {
        select.setString(1, name);
        try (var row = select.executeQuery()) {
          return row.next();
        }
      }
    });
  }

  /** Reads who there is, for {@link #isNobodys}. Only when nobody but this store makes and renames accounts any more: what others commit after that it does not know. */
  public void readNames() {
    tx.run(() -> {
      try (var select = tx.connection().createStatement()) {
        select.setFetchSize(FETCHED);
        try (var rows = select.executeQuery("select name from accounts.account")) {
          while (rows.next()) {
            names.add(rows.getString(1));
          }
        }
      }
    });
    names.whole();
  }

  /** Whether certainly no account has this name. From memory; false as long as that is not known. */
  public boolean isNobodys(String name) {
    return names.isNobodys(name);
  }

  /** How many names {@link #isNobodys} knows of; 0 while it knows nothing. */
  public int namesKnown() {
    return names.known();
  }

  private Optional<Stored> one(String field, Object value) {
    return tx.required(() -> {
      var noted = firstUses.noted();
      List<AccountRow> rows = entities.manager().createQuery("select a from AccountRow a where a." + field + " = :value", AccountRow.class)
          .setParameter("value", value).getResultList();
      if (rows.isEmpty()) {
        // Somebody and nobody take as many questions to the database, so that the time tells no one who exists.
        settings.of(List.of(NOBODY));
        return Optional.empty();
      }
      return Optional.of(stored(rows.get(0), noted));
    });
  }

  private static String pattern(String typed) {
    return typed.toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1");
  }

  /** Names that begin so, without case. */
  public List<String> names(CustomerId customer, String prefix, int limit) {
    String asked = "select a.name from AccountRow a where a.customer = :customer and lower(a.name) like :prefix escape '!' order by a.name";
    return tx.required(() -> entities.manager().createQuery(asked, String.class).setParameter("customer", customer.value())
        .setParameter("prefix", pattern(prefix) + "%").setMaxResults(limit).getResultList());
  }

  public List<Account> list(CustomerId customer, AccountQuery asked) {
    return tx.required(() -> {
      var query = asking("select a", customer, asked, " order by a.name, a.id", AccountRow.class);
      var noted = firstUses.noted();
      List<AccountRow> rows = query.setFirstResult(asked.offset()).setMaxResults(asked.limit()).getResultList();
      var documents = settings.of(rows.stream().map(AccountRow::accountId).toList());
      return rows.stream().map(row -> row.account(documents.getOrDefault(row.accountId(), Map.of()), noted.get(row.accountId()))).toList();
    });
  }

  /** Of all pages. */
  public long count(CustomerId customer, AccountQuery asked) {
    return tx.required(() -> asking("select count(a)", customer, asked, "", Long.class).getSingleResult());
  }

  private <T> TypedQuery<T> asking(String what, CustomerId customer, AccountQuery asked, String order, Class<T> type) {
    var where = new StringBuilder(what).append(" from AccountRow a where a.customer = :customer");
    Map<String, Object> values = new HashMap<>(Map.of("customer", customer.value()));
    if (asked.name() != null) {
      where.append(" and a.name = :name");
      values.put("name", asked.name());
    }
    if (asked.search() != null) {
      where.append(" and (lower(a.name) like :search escape '!' or lower(a.voipLogin) like :search escape '!'"
          + " or lower(a.batchTag) like :search escape '!' or lower(a.description) like :search escape '!')");
      values.put("search", "%" + pattern(asked.search()) + "%");
    }
    if (asked.batchTag() != null) {
      where.append(" and a.batchTag = :tag");
      values.put("tag", asked.batchTag());
    }
    if (asked.blocked() != null) {
      where.append(" and a.blocked = :blocked");
      values.put("blocked", asked.blocked());
    }
    if (asked.routingGroup() != null) {
      where.append(" and a.routingGroup = :group");
      values.put("group", asked.routingGroup().value());
    }
    var query = entities.manager().createQuery(where.append(order).toString(), type);
    values.forEach(query::setParameter);
    return query;
  }

  private Stored stored(AccountRow row, Map<AccountId, Instant> noted) {
    var documents = settings.of(List.of(row.accountId())).getOrDefault(row.accountId(), Map.of());
    return new Stored(row.account(documents, noted.get(row.accountId())), row.voipSealed, row.problem());
  }

  /** Locks an account for a change. Only within a transaction. */
  public Optional<Locked> lock(AccountId id) {
    var noted = firstUses.noted();
    return Optional.ofNullable(entities.manager().find(AccountRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE)).map(row -> new Locked(row, noted));
  }

  /** An account that nobody else changes until the transaction ends. */
  public final class Locked {

    private final AccountRow row;
    private final Map<AccountId, Instant> noted;

    private Locked(AccountRow row, Map<AccountId, Instant> noted) {
      this.row = row;
      this.noted = noted;
    }

    public Stored read() {
      return stored(row, noted);
    }

    public void profile(AccountProfile profile) {
      names.add(profile.name());
      row.put(profile);
    }

    /** Of an account whose currency cannot be read. */
    public void currency(Currency currency) {
      row.currency = currency.getCurrencyCode();
    }

    public void settings(SettingsDocument document) {
      settings.put(row.accountId(), List.of(document));
    }

    public void voipSealed(byte[] sealed) {
      row.putSealed(sealed);
    }

    public void webPassword(String hash, Instant now) {
      row.webPassword = hash;
      row.lastPasswordChange = stamp(now);
    }

    /** Ends the change: the next version, changed by {@code by}. */
    public Account changed(Instant now, String by) {
      row.version++;
      row.updated = stamp(now);
      row.updatedBy = by;
      entities.manager().flush();
      return stored(row, noted).account();
    }

    public void delete() {
      entities.manager().remove(row);
      entities.manager().flush();
    }
  }

  /** How many secrets are sealed under another key. */
  public long notSealedUnder(String key) {
    return tx.required(() -> entities.manager().createQuery("select count(a) from AccountRow a where a.voipKey <> :key", Long.class)
        .setParameter("key", key).getSingleResult());
  }

  /** Some accounts whose secret is sealed under another key, locked. Only within a transaction. */
  public List<Locked> lockNotSealedUnder(String key, int most) {
    var noted = firstUses.noted();
    return entities.manager().createQuery("select a from AccountRow a where a.voipKey <> :key order by a.id", AccountRow.class)
        .setParameter("key", key).setMaxResults(most).setLockMode(LockModeType.PESSIMISTIC_WRITE).getResultStream().map(row -> new Locked(row, noted)).toList();
  }

  /** As exact as the database keeps it, so that what is answered is what will be read. */
  private static Instant stamp(Instant now) {
    return now.truncatedTo(ChronoUnit.MICROS);
  }
}
