package org.strowger.phone;

/** Something that was awaited did not happen within its limit. An assertion error, so that a test fails and does not err. */
public final class PhoneTimeout extends AssertionError {

  private static final long serialVersionUID = 1L;

  PhoneTimeout(String message) {
    super(message);
  }
}
