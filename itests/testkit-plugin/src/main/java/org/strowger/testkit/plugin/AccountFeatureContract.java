package org.strowger.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.strowger.accounts.spi.AccountFeature;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.FieldSchema;

/**
 * What every {@link AccountFeature} must do, also one that is made of a record by {@link org.strowger.accounts.spi.Settings}. Extend it in a test of yours, give it your
 * feature, and it tells you what the switch will hold against it.
 */
public abstract class AccountFeatureContract {

  /** The feature. Called once per test. */
  protected abstract AccountFeature feature();

  /** Values that an administrator may set: every field, and another value than the initial one. */
  protected abstract Map<String, Object> values();

  /** Documents as older versions wrote them, by their version: one of each from 1 to the one before this one. */
  protected Map<Integer, Map<String, Object>> olderDocuments() {
    return Map.of();
  }

  @Test
  public void saysWhatItAdds() {
    AccountFeature feature = feature();
    assertThat(feature.schema().feature()).as("its id").matches("[a-z][a-z0-9-]{0,63}");
    assertThat(feature.schema().section()).as("its heading").isNotBlank();
    assertThat(feature.schema().version()).isPositive();
    assertThat(feature.schema().schema().fields()).as("its settings").isNotEmpty();
    assertThat(feature.schema().schema().fields()).as("what people are told of each").allSatisfy(field -> assertThat(field.label()).isNotBlank());
  }

  /** An account that has set nothing has the initial values: accounts were there before the feature. */
  @Test
  public void nothingSetIsComplete() {
    AccountFeature feature = feature();
    Map<String, Object> initial = feature.complete(Map.of());
    assertThat(initial.keySet()).as("every field").containsExactlyInAnyOrderElementsOf(feature.schema().schema().fields().stream().map(FieldSchema::name).toList());
    assertThat(feature.complete(initial)).as("completed again").isEqualTo(initial);
  }

  @Test
  public void takesWhatIsSetAndShowsIt() {
    AccountFeature feature = feature();
    Map<String, Object> completed = feature.complete(values());
    assertThat(completed).containsAllEntriesOf(values()).isNotEqualTo(feature.complete(Map.of()));
    assertThat(feature.complete(completed)).as("completed again").isEqualTo(completed);
  }

  @Test
  public void documentsHoldPlainDataOnly() {
    plain(feature().complete(values()));
  }

  private static void plain(Object data) {
    if (data instanceof Map<?, ?> map) {
      map.values().forEach(AccountFeatureContract::plain);
    } else if (data instanceof Iterable<?> list) {
      list.forEach(AccountFeatureContract::plain);
    } else if (data != null) {
      assertThat(data.getClass()).as("a class of the plugin in a document would keep the plugin in memory").isIn(String.class, Boolean.class, Long.class, BigDecimal.class);
    }
  }

  @Test
  public void refusesAFieldThatThereIsNotByItsName() {
    var more = new LinkedHashMap<>(values());
    more.put("thereIsNoSuchField", "1");
    assertThatThrownBy(() -> feature().complete(more)).isInstanceOfSatisfying(InvalidInput.class,
        refused -> assertThat(refused.violations()).anyMatch(violation -> violation.field().equals("thereIsNoSuchField")));
  }

  @Test
  public void refusesWhatIsNotOfTheTypeByItsName() {
    for (FieldSchema field : feature().schema().schema().fields()) {
      var broken = new LinkedHashMap<>(values());
      broken.put(field.name(), Map.of("neither", "text nor number"));
      assertThatThrownBy(() -> feature().complete(broken)).as(field.name()).isInstanceOfSatisfying(InvalidInput.class,
          refused -> assertThat(refused.violations()).anyMatch(violation -> violation.field().startsWith(field.name())));
    }
  }

  @Test
  public void readsWhatOlderVersionsWrote() {
    AccountFeature feature = feature();
    assertThat(olderDocuments().keySet()).as("every older version once").containsExactlyInAnyOrderElementsOf(IntStream.range(1, feature.schema().version()).boxed().toList());
    olderDocuments().forEach((version, document) -> assertThat(feature.complete(feature.upgrade(document, version))).as("of version %s", version).isNotEmpty());
    assertThat(feature.upgrade(values(), feature.schema().version())).as("of its own version").isEqualTo(values());
  }
}
