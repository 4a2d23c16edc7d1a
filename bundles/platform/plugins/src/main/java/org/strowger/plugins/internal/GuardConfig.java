package org.strowger.plugins.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: plugins")
@interface GuardConfig {

  @AttributeDefinition(name = "limit.millis", min = "1", max = "60000", description = "An answer of a plugin that takes longer, in milliseconds, is counted as late.")
  int limit_millis() default 50;
}
