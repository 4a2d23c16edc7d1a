package org.strowger.routing.internal.view;

import java.util.LinkedHashMap;
import java.util.Map;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.data.Schema;
import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;
import org.strowger.routing.internal.model.Carrier;
import org.strowger.routing.internal.model.CarrierTerms;
import org.strowger.routing.internal.model.PasswordChange;

/** A carrier as doors show and take it: its terms, and a password that is taken and never shown. */
public final class CarrierView {

  record Known(CarrierId id, int version, @Setting(help = "Whether it has a password.") boolean passwordSet) {
    static final Shape<Known> SHAPE = Shape.of(Known.class);
  }

  private static final String PASSWORD = "password";
  private static final Schema LOGIN = Fields.optional(PasswordChange.Become.SHAPE.schema());

  public static final Schema SHOWN = Fields.joined("Carrier", Known.SHAPE.schema(), CarrierTerms.SHAPE.schema());
  public static final Schema NEW = Fields.joined("NewCarrier", CarrierTerms.SHAPE.schema(), LOGIN);
  public static final Schema CHANGE = Fields.joined("CarrierChange", Fields.Version.SHAPE.schema(), Fields.optional(CarrierTerms.SHAPE.schema()), LOGIN);

  private CarrierView() {}

  /** What somebody wants a carrier to be. @param version null for any */
  public record Asked(Integer version, CarrierTerms terms, PasswordChange password) {}

  public static Map<String, Object> of(Carrier carrier) {
    var data = new LinkedHashMap<String, Object>(Known.SHAPE.encode(new Known(carrier.id(), carrier.version(), carrier.passwordSet())));
    data.putAll(CarrierTerms.SHAPE.encode(carrier.terms()));
    return data;
  }

  /** @throws org.strowger.kernel.InvalidInput naming every broken field */
  public static Asked create(Map<String, Object> data) {
    var reading = new Fields.Reading();
    var terms = reading.known(NEW, data);
    PasswordChange password = reading.part(() -> password(terms));
    CarrierTerms read = reading.part(() -> CarrierTerms.SHAPE.decode(terms));
    reading.done();
    return new Asked(null, read, password);
  }

  /** Fields that are absent stay. @throws org.strowger.kernel.InvalidInput naming every broken field */
  public static Asked change(Carrier carrier, Map<String, Object> data) {
    var reading = new Fields.Reading();
    var terms = reading.known(CHANGE, data);
    PasswordChange password = reading.part(() -> password(terms));
    Integer version = reading.part(() -> Fields.version(terms));
    CarrierTerms read = reading.part(() -> CarrierTerms.SHAPE.with(carrier.terms(), terms));
    reading.done();
    return new Asked(version, read, password);
  }

  /** Takes it out of {@code data}. */
  private static PasswordChange password(Map<String, Object> data) {
    if (!data.containsKey(PASSWORD)) {
      return PasswordChange.KEEP;
    }
    Object given = data.remove(PASSWORD);
    return given == null ? PasswordChange.REMOVE : PasswordChange.Become.SHAPE.decode(Map.of(PASSWORD, given));
  }
}
