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

  @AttributeDefinition(description = "Networks and addresses, separated by commas, that no limit and no ban concerns: carriers, proxies of your own")
  String exempt() default "";

  @AttributeDefinition(description = "Networks and addresses, separated by commas, of proxies of your own, whose REGISTERs may name other hosts than themselves in Contact and Path")
  String proxies() default "";

  @AttributeDefinition(description = "Messages that belong to no call and no request that is there, strays of every kind too, that a source may send in a second, 0 (no limit) to 100000")
  int source_perSecond() default 2000;

  @AttributeDefinition(description = "Of these, how many may come at once, 1 to 100000")
  int source_burst() default 4000;

  @AttributeDefinition(description = "TCP connections that a source may hold, 1 to 20000")
  int source_connections() default 200;

  @AttributeDefinition(description = "Requests outside of dialogs of a source that may be under way or remembered at a time, 100 to 1000000")
  int source_transactions() default 50000;

  @AttributeDefinition(description = "Challenges that a source may leave unanswered within the window before strangers there are slowed to 50 a second, 0 (never) to 100000")
  int unanswered_most() default 200;

  @AttributeDefinition(description = "Names that a slowed source may try by TCP within the window, without an answer to a challenge, before it is banned, 0 (never) to 1000")
  int ban_names() default 300;

  @AttributeDefinition(description = "Wrong passwords within the window that ban their source; one login counts a fifth of it unless it is faster than a phone, 0 (never) to 100000")
  int ban_failures() default 30;

  @AttributeDefinition(description = "Seconds in which they are counted, 1 to 86400")
  int ban_windowSeconds() default 300;

  @AttributeDefinition(description = "Seconds that a ban lasts, 1 to 604800")
  int ban_seconds() default 600;
}
