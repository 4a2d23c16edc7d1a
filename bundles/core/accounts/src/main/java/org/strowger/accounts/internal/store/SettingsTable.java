package org.strowger.accounts.internal.store;

import java.sql.Array;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.kernel.AccountId;
import org.strowger.persistence.api.Tx;

/** One JSON document per account and feature, on the connection of the transaction. */
final class SettingsTable {

  private final Tx tx;

  SettingsTable(Tx tx) {
    this.tx = tx;
  }

  void put(AccountId account, Collection<SettingsDocument> documents) {
    if (!documents.isEmpty()) {
      tx.run(() -> upsert(account, documents));
    }
  }

  private void upsert(AccountId account, Collection<SettingsDocument> documents) throws SQLException {
    try (var upsert = tx.connection().prepareStatement("insert into accounts.settings (account, feature, schema_version, document, secrets) values (?, ?, ?, ?::jsonb, ?)"
        + " on conflict (account, feature) do update set schema_version = excluded.schema_version, document = excluded.document, secrets = excluded.secrets")) {
      for (SettingsDocument document : documents) {
        upsert.setInt(1, account.value());
        upsert.setString(2, document.feature());
        upsert.setInt(3, document.schemaVersion());
        upsert.setString(4, JsonText.print(document.values()));
        upsert.setArray(5, document.secrets() == null ? null : tx.connection().createArrayOf("text", document.secrets().stream().sorted().toArray()));
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  Map<AccountId, Map<String, SettingsDocument>> of(List<AccountId> accounts) {
    return tx.required(() -> select(accounts));
  }

  private Map<AccountId, Map<String, SettingsDocument>> select(List<AccountId> accounts) throws SQLException {
    var found = new HashMap<AccountId, Map<String, SettingsDocument>>();
    var ids = tx.connection().createArrayOf("integer", accounts.stream().map(AccountId::value).toArray());
    try (var select = tx.connection().prepareStatement("select account, feature, schema_version, document::text, secrets from accounts.settings where account = any (?)")) {
      select.setArray(1, ids);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          var document = new SettingsDocument(rows.getString(2), rows.getInt(3), JsonText.parseObject(rows.getString(4)), secrets(rows.getArray(5)));
          found.computeIfAbsent(new AccountId(rows.getInt(1)), id -> new TreeMap<>()).put(document.feature(), document);
        }
      }
    }
    return found;
  }

  private static Set<String> secrets(Array stored) throws SQLException {
    return stored == null ? null : Set.of((String[]) stored.getArray());
  }
}
