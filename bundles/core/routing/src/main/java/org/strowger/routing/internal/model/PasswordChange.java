package org.strowger.routing.internal.model;

import org.strowger.kernel.data.Setting;
import org.strowger.kernel.data.Shape;

/** What becomes of a carrier's password when the carrier is changed. Never printed. */
public sealed interface PasswordChange {

  PasswordChange KEEP = new Keep();
  PasswordChange REMOVE = new Remove();

  /** It stays as it is. */
  record Keep() implements PasswordChange {}

  /** There is none from now on. */
  record Remove() implements PasswordChange {}

  /** It is this from now on. */
  record Become(@Setting(label = "Password", help = "Of the login. Kept sealed, never shown.", secret = true, min = 1, max = 128) String password)
      implements PasswordChange {

    public static final Shape<Become> SHAPE = Shape.of(Become.class, "Password");

    @Override
    public String toString() {
      return "a new password";
    }
  }
}
