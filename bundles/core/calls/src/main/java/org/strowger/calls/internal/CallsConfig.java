package org.strowger.calls.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: calls")
@interface CallsConfig {

  @AttributeDefinition(name = "calls.max", min = "1", max = "1000000", description = "Calls at once, those that wait to be settled included; further INVITEs get 503.")
  int calls_max() default 20_000;

  @AttributeDefinition(name = "session.expires", min = "90", max = "86400", description = "Session timer in seconds, RFC 4028.")
  int session_expires() default 1800;

  @AttributeDefinition(name = "session.min", min = "90", max = "86400", description = "Shortest session timer that is taken, in seconds, RFC 4028 Min-SE.")
  int session_min() default 90;

  @AttributeDefinition(name = "trace.days", min = "1", max = "3650", description = "Days that call traces are kept.")
  int trace_days() default 90;
}
