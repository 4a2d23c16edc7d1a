package org.strowger.soap.internal.xml;

import java.util.ArrayList;
import java.util.List;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.Violation;

/** Why an operation was refused. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Problem", propOrder = {"code", "detail", "incident", "violations"})
public class Problem {

  /** INVALID, NOT_FOUND, DUPLICATE, CONFLICT, FORBIDDEN, UNAVAILABLE or UNEXPECTED. */
  @XmlElement(required = true)
  public String code;

  @XmlElement(required = true)
  public String detail;

  /** Where the switch's log has more. */
  public String incident;

  @XmlElement(name = "violation")
  public List<BrokenRule> violations = new ArrayList<>();

  /** A value that breaks a rule. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "Violation", propOrder = {"field", "value", "rule"})
  public static class BrokenRule {
    @XmlElement(required = true)
    public String field;

    public String value;

    @XmlElement(required = true)
    public String rule;
  }

  public static Problem of(StrowgerException e) {
    var problem = new Problem();
    problem.code = e.code().name();
    problem.detail = e.getMessage();
    if (e instanceof InvalidInput invalid) {
      for (Violation violation : invalid.violations()) {
        var broken = new BrokenRule();
        broken.field = violation.field();
        broken.value = violation.value();
        broken.rule = violation.rule();
        problem.violations.add(broken);
      }
    }
    return problem;
  }

  public static Problem unexpected(String incident) {
    var problem = new Problem();
    problem.code = "UNEXPECTED";
    problem.detail = "the switch's log has the reason under incident " + incident;
    problem.incident = incident;
    return problem;
  }
}
