package org.strowger.plugins.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: plugins")
@interface GuardConfig {

  @AttributeDefinition(name = "limit.millis", min = "10", max = "5000", description = "A plugin that does not answer within this many milliseconds is abandoned.")
  int limit_millis() default 50;

  @AttributeDefinition(name = "limit.async.millis", min = "10", max = "10000", description = "The same for plugins that answer later.")
  int limit_async_millis() default 500;

  @AttributeDefinition(name = "bulkhead", min = "1", max = "16", description = "Threads that may be stuck in one plugin before it is quarantined.")
  int bulkhead() default 4;

  @AttributeDefinition(name = "bulkhead.async", min = "1", max = "1000", description = "Overdue answers of one plugin that answers later before it is quarantined.")
  int bulkhead_async() default 32;

  @AttributeDefinition(name = "quarantine.seconds", min = "1", max = "3600", description = "How long a plugin is not asked before it gets a trial call.")
  int quarantine_seconds() default 30;

  @AttributeDefinition(name = "threads", min = "1", max = "10000", description = "Threads of its own that a plugin may have; more are a fault.")
  int threads() default 64;

  @AttributeDefinition(name = "threads.seconds", min = "1", max = "3600", description = "How often threads of plugins are counted, and how long one that goes has to end its own.")
  int threads_seconds() default 60;

  @AttributeDefinition(name = "mandatory", description = "Ids of plugins without which the switch takes no calls, separated by commas.")
  String mandatory() default "";
}
