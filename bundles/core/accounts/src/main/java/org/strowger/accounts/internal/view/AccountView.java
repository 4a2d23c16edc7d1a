package org.strowger.accounts.internal.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.AccountInfo;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.accounts.api.AccountService;
import org.strowger.accounts.api.NewAccount;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.billing.api.Balance;
import org.strowger.kernel.Money;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.FieldType;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Shape;

/** An account as people and programs see it, and the schemas of what they send: plain data for every door of this bundle. */
public final class AccountView {

  public static final Shape<AccountProfile> PROFILE = Shape.of(AccountProfile.class);
  private static final Shape<AccountInfo> INFO = Shape.of(AccountInfo.class);
  private static final Shape<NewAccount> NEW = Shape.of(NewAccount.class);
  private static final Shape<Funds> FUNDS = Shape.of(Funds.class);

  private final AccountService accounts;

  /** What the ledger says. */
  record Funds(Money balance, Money creditLimit, Money held, Money available) {
    static Funds of(Balance b) {
      return new Funds(b.balance(), b.creditLimit(), b.held(), b.available());
    }
  }

  public AccountView(AccountService accounts) {
    this.accounts = accounts;
  }

  /** One line of a list: no settings, no money. */
  public static Map<String, Object> line(Account account) {
    var data = head(account);
    data.put("info", INFO.encode(account.info()));
    return data;
  }

  /**
   * All of it.
   *
   * @param balance null while the ledger is away: the field is then null
   * @param administrator whether stored settings of features that are away are shown, marked {@code installed: false}, without secrets
   */
  public Map<String, Object> whole(Account account, Balance balance, boolean administrator) {
    var data = line(account);
    data.put("funds", balance == null ? null : FUNDS.encode(Funds.of(balance)));
    data.put("features", features(account, administrator));
    return data;
  }

  private static LinkedHashMap<String, Object> head(Account account) {
    var data = new LinkedHashMap<String, Object>();
    data.put("id", (long) account.id().value());
    data.put("version", (long) account.version());
    data.putAll(PROFILE.encode(account.profile()));
    return data;
  }

  private Map<String, Object> features(Account account, boolean administrator) {
    var sections = new LinkedHashMap<String, Object>();
    for (SettingsSchema schema : accounts.features()) {
      accounts.settings(account, schema.feature()).ifPresent(values -> sections.put(schema.feature(), withoutSecrets(schema.schema(), values)));
    }
    if (administrator) {
      account.features().values().stream().filter(stored -> !sections.containsKey(stored.feature())).forEach(stored -> {
        var away = new LinkedHashMap<String, Object>();
        away.put("installed", false);
        away.put("stored", withoutSecrets(stored));
        sections.put(stored.feature(), away);
      });
    }
    return sections;
  }

  private static Map<String, Object> withoutSecrets(SettingsDocument stored) {
    var shown = new LinkedHashMap<>(stored.values());
    shown.replaceAll((name, value) -> stored.secret(name) ? "(set)" : value);
    return shown;
  }

  private static Map<String, Object> withoutSecrets(Schema schema, Map<String, Object> values) {
    var shown = new LinkedHashMap<>(values);
    schema.fields().stream().filter(FieldSchema::secret).forEach(field -> shown.computeIfPresent(field.name(), (name, value) -> "(set)"));
    return shown;
  }

  /** What creation is sent. */
  public Schema creation() {
    var fields = new ArrayList<>(PROFILE.schema().fields());
    NEW.schema().fields().stream().filter(field -> field.type() != FieldType.OBJECT).forEach(fields::add);
    fields.add(features(false));
    return new Schema("NewAccount", fields);
  }

  /** What a change is sent: everything may be left out. */
  public Schema change() {
    var fields = new ArrayList<FieldSchema>();
    fields.add(field("version", FieldType.INTEGER, "As read; the change is refused if somebody made another since. Absent: whatever it is now.", false, List.of()));
    PROFILE.schema().fields().stream().map(AccountView::optional).forEach(fields::add);
    NEW.schema().fields().stream().filter(FieldSchema::secret).forEach(fields::add);
    fields.add(features(false));
    return new Schema("AccountChange", fields);
  }

  /** What is answered. */
  public Schema answer() {
    var fields = new ArrayList<>(lineSchema().fields());
    fields.add(field("funds", FieldType.OBJECT, "Null while the ledger is away.", false, FUNDS.schema().fields()));
    fields.add(features(false));
    return new Schema("Account", fields);
  }

  /** What creation answers: the account, and once the secrets that the switch made. */
  public Schema created() {
    var fields = new ArrayList<>(answer().fields());
    NEW.schema().fields().stream().filter(FieldSchema::secret).forEach(fields::add);
    return new Schema("CreatedAccount", fields);
  }

  public Schema lineSchema() {
    var fields = new ArrayList<FieldSchema>();
    fields.add(field("id", FieldType.INTEGER, "", true, List.of()));
    fields.add(field("version", FieldType.INTEGER, "Grows with every change.", true, List.of()));
    fields.addAll(PROFILE.schema().fields());
    fields.add(field("info", FieldType.OBJECT, "", true, INFO.schema().fields()));
    return new Schema("AccountLine", fields);
  }

  private FieldSchema features(boolean required) {
    List<FieldSchema> sections = accounts.features().stream()
        .map(schema -> field(schema.feature(), FieldType.OBJECT, schema.section(), false, schema.schema().fields().stream().map(AccountView::optional).toList()))
        .toList();
    return field("features", FieldType.OBJECT, "Settings by feature; the features installed now.", required, sections);
  }

  private static FieldSchema optional(FieldSchema f) {
    return new FieldSchema(f.name(), f.type(), f.label(), f.help(), false, f.initial(), f.min(), f.max(), f.pattern(), f.secret(), f.searchable(), f.choices(), f.fields(), f.element());
  }

  private static FieldSchema field(String name, FieldType type, String help, boolean required, List<FieldSchema> fields) {
    return new FieldSchema(name, type, name, help, required, null, Long.MIN_VALUE, Long.MAX_VALUE, "", false, false, List.of(), fields, null);
  }
}
