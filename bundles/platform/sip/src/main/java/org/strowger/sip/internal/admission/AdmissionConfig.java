package org.strowger.sip.internal.admission;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What gets in, PID {@code org.strowger.sip.admission}. */
@ObjectClassDefinition(id = "org.strowger.sip.admission", name = "Strowger SIP admission")
@interface AdmissionConfig {

  @AttributeDefinition(description = "Age in milliseconds of the oldest message that waits, past which new requests get 503, 10 to 10000")
  int queue_maxMillis() default 200;

  @AttributeDefinition(description = "A 503 names 1 to so many seconds in Retry-After, evenly spread, 1 to 3600")
  int retryAfter_mostSeconds() default 5;
}
