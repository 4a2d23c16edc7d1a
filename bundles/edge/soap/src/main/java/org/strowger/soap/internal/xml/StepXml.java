package org.strowger.soap.internal.xml;

import java.time.Instant;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.strowger.calls.api.CallTrace;

/** One step of what a call would do, and who decided it. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Step", propOrder = {"at", "offsetMillis", "stage", "by", "what", "tookMicros"})
public class StepXml {

  @XmlElement(required = true)
  @XmlSchemaType(name = "dateTime")
  public Instant at;

  public long offsetMillis;

  @XmlElement(required = true)
  public String stage;

  public String by;

  @XmlElement(required = true)
  public String what;

  public long tookMicros;

  public static StepXml of(CallTrace.Step step) {
    var xml = new StepXml();
    xml.at = step.at();
    xml.offsetMillis = step.offsetMillis();
    xml.stage = step.stage();
    xml.by = step.by();
    xml.what = step.what();
    xml.tookMicros = step.tookMicros();
    return xml;
  }
}
