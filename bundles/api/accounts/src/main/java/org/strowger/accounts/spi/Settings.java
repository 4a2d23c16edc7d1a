package org.strowger.accounts.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.strowger.accounts.api.Account;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.Shape;

/**
 * A feature's settings, decoded. Keep it in a static final field of the record: it dies with the
 * plugin. Threads: any.
 *
 * <pre>{@code
 * static final Settings<DnclSettings> SETTINGS = Settings.of(DnclSettings.class);
 * …
 * SETTINGS.of(call.caller()).lookup()
 * }</pre>
 */
public final class Settings<T extends Record> implements AccountFeature {

  private final SettingsSchema schema;
  private final Shape<T> shape;
  private final T initial;
  private final Map<SettingsDocument, T> decoded = Collections.synchronizedMap(new WeakHashMap<>());

  private Settings(AccountSettings declared, Shape<T> shape) {
    this.schema = new SettingsSchema(declared.feature(), declared.section(), declared.version(), shape.schema());
    this.shape = shape;
    this.initial = shape.initial();
  }

  /** @param record carries {@link AccountSettings}; every component is optional or has an initial value */
  public static <T extends Record> Settings<T> of(Class<T> record) {
    AccountSettings declared = record.getAnnotation(AccountSettings.class);
    if (declared == null) {
      throw new IllegalArgumentException(record.getName() + " has no @AccountSettings");
    }
    return new Settings<>(declared, Shape.of(record, declared.feature()));
  }

  /** What the account has set, initial values where it has nothing. */
  public T of(Account account) {
    SettingsDocument document = account.features().get(schema.feature());
    return document == null ? initial : decoded.computeIfAbsent(document, d -> decode(d.values()));
  }

  /** A newer version may have written values this one does not allow: those fields act as if nobody had set them. */
  private T decode(Map<String, Object> values) {
    try {
      return shape.decodeKnown(values);
    } catch (InvalidInput e) {
      var readable = new LinkedHashMap<>(values);
      e.violations().forEach(v -> readable.remove(v.field().split("[.\\[]", 2)[0]));
      return readable.size() == values.size() ? initial : decode(readable);
    }
  }

  public T initial() {
    return initial;
  }

  @Override
  public SettingsSchema schema() {
    return schema;
  }

  @Override
  public Map<String, Object> complete(Map<String, Object> values) {
    return shape.encode(shape.decode(values));
  }
}
