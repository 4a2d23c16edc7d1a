package org.strowger.soap.internal;

import javax.xml.ws.WebFault;
import org.strowger.soap.internal.xml.Names;
import org.strowger.soap.internal.xml.Problem;

/** A refusal on the wire: a SOAP fault whose detail is a {@link Problem}. */
@WebFault(name = "Problem", targetNamespace = Names.NAMESPACE)
public final class SwitchFault extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public SwitchFault(Problem problem) {
    super(problem.detail, null, false, false);
    this.problem = problem;
  }

  /** Whether the same message would be refused again. */
  boolean isCallers() {
    return !problem.code.equals("UNAVAILABLE") && !problem.code.equals("UNEXPECTED");
  }

  /** By JAX-WS's convention, what goes into the detail. */
  public Problem getFaultInfo() {
    return problem;
  }
}
