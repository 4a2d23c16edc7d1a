package org.strowger.accounts.internal.features;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.strowger.accounts.api.SettingsDocument;
import org.strowger.kernel.data.FieldSchema;
import org.strowger.kernel.data.Schema;

/** Which of a document's values are secret: noted with it while its schema is there, for the time when it is not. */
final class SecretNames {

  private SecretNames() {}

  /**
   * @param before what the values were made of: what was secret in it stays so, and of values the schema does not know it alone tells
   * @param names of the values there are now
   */
  static Set<String> of(Schema schema, SettingsDocument before, Collection<String> names) {
    return names.stream().filter(name -> secret(schema, before, name)).collect(Collectors.toSet());
  }

  private static boolean secret(Schema schema, SettingsDocument before, String name) {
    boolean noted = before.secrets() != null && before.secrets().contains(name);
    return noted || schema.field(name).map(SecretNames::holdsSecret).orElseGet(() -> before.secret(name));
  }

  private static boolean holdsSecret(FieldSchema field) {
    return field.secret() || field.fields().stream().anyMatch(SecretNames::holdsSecret) || field.element() != null && holdsSecret(field.element());
  }
}
