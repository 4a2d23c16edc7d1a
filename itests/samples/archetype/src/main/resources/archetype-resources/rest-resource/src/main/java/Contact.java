package ${package};

import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** An entry of the directory, as REST shows it. */
record Contact(@Setting(label = "Number") String number, @Setting(label = "Name") String name) {

  static final Shape<Contact> SHAPE = Shape.of(Contact.class);
}
