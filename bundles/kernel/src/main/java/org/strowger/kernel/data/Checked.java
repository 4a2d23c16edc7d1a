package org.strowger.kernel.data;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A record with rules that its components' annotations cannot state. A {@link Shape} asks them of whatever it decodes; the constructor does not, so
 * that what is stored and breaks a rule of this release can still be read, shown and repaired.
 */
@ConsumerType
public interface Checked {

  /** @throws org.strowger.kernel.InvalidInput naming what breaks a rule, fields as the record names them */
  void check();
}
