package org.strowger.ledger.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.strowger.ledger", name = "Strowger ledger")
@interface LedgerConfig {

  @AttributeDefinition(description = "How long an answered call waits for its journal row, milliseconds; past it the call is refused.")
  int answerPatience() default 3000;

  @AttributeDefinition(description = "How long a call's end waits for a database that is away before the caller is told, seconds. It is tried again anyway.")
  int settlePatience() default 30;

  @AttributeDefinition(description = "Talking time that a prepaid call asks for at a time: INCREMENTAL (10 s, then twice as much each time, up to max(200 s, ACD)) or ACD (one ACD of the tariff each time).")
  Slices slices() default Slices.INCREMENTAL;

  @AttributeDefinition(description = "How long an answer may wait for others to share its commit, milliseconds, 0 to 100.")
  int answerGather() default 8;

  @AttributeDefinition(description = "How long the end of a call may wait for others to share its commit, milliseconds, 0 to 1000.")
  int settleGather() default 200;
}
