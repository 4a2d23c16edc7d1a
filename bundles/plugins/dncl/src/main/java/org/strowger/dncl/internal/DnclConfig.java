package org.strowger.dncl.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Strowger DNCL", description = "Pid org.strowger.dncl")
@interface DnclConfig {

  @AttributeDefinition(description = "Which number is looked up.",
      options = {@Option(label = "As it is routed, after all translations of the incoming call", value = "TRANSLATED"), @Option(label = "As it came in, before any", value = "DIALLED")})
  Stage stage() default Stage.TRANSLATED;

  /** When a number is looked up; the vendor's page can be read both ways (spec A.51). */
  enum Stage { TRANSLATED, DIALLED }
}
