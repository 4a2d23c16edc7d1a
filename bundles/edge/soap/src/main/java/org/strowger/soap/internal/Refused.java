package org.strowger.soap.internal;

import org.strowger.kernel.InvalidInput;
import org.strowger.soap.internal.xml.Problem;

/** A message that is not worked on, and whose fault that is. Thrown inside the door, never out of it. */
final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final transient Problem problem;

  private Refused(String code, Problem problem) {
    super(problem.detail, null, false, false);
    this.code = code;
    this.problem = problem;
  }

  static Refused version(String rule) {
    return new Refused("VersionMismatch", Problem.of(new InvalidInput("message", null, rule)));
  }

  static Refused message(String rule) {
    return message(new InvalidInput("message", null, rule));
  }

  static Refused message(InvalidInput invalid) {
    return new Refused("Client", Problem.of(invalid));
  }

  static Refused unexpected(String incident) {
    return new Refused("Server", Problem.unexpected(incident));
  }

  byte[] envelope() {
    return Faults.envelope(code, problem);
  }
}
