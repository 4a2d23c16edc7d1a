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

  @AttributeDefinition(description = "How long an answer that comes right behind another may wait for others to share its commit, milliseconds, 0 to 100.")
  int answerGather() default 25;

  @AttributeDefinition(description = "How long the end of a call may wait for others to share its commit, milliseconds, 0 to 1000.")
  int settleGather() default 200;

  @AttributeDefinition(description = "New calls while the database is away: REFUSE, or ALLOW those of payers whose money is known in memory; what they are promised then stands in the local journal.")
  Outage.NewCalls outageCalls() default Outage.NewCalls.REFUSE;

  @AttributeDefinition(description = "While the database is away the calls of one payer may hold so much more than at its beginning, in the payer's currency, 0 or more.")
  String outageCeiling() default "1000";
}
