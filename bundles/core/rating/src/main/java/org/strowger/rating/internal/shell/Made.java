package org.strowger.rating.internal.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.billing.api.Plan;
import org.strowger.billing.api.PlanTerms;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.data.Shape;
import org.strowger.shell.api.Json;

/** What a command has made or changed: a sentence for people, the thing itself for programs. */
final class Made {

  private Made() {}

  static void print(String sentence, Map<String, ?> thing, boolean json) {
    System.out.println(json ? Json.print(thing) : sentence);
  }

  static Map<String, Object> fields(Tariff tariff) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("id", tariff.id().value());
    fields.put("version", tariff.version());
    fields.putAll(Shape.of(TariffTerms.class).encode(tariff.terms()));
    return fields;
  }

  static Map<String, Object> fields(Plan plan) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("id", plan.id().value());
    fields.put("version", plan.version());
    fields.putAll(Shape.of(PlanTerms.class).encode(plan.terms()));
    fields.put("currency", plan.currency().getCurrencyCode());
    return fields;
  }
}
