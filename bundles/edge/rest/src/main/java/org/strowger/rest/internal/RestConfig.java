package org.strowger.rest.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: REST")
@interface RestConfig {

  @AttributeDefinition(name = "max.body.kib", min = "1", max = "65536", description = "Greatest body of a request, in KiB.")
  int max_body_kib() default 1024;

  @AttributeDefinition(name = "max.concurrent", min = "1", max = "256", description = "Requests read, worked on or answered at the same time; of one user at most half.")
  int max_concurrent() default 28;

  @AttributeDefinition(name = "limit.seconds", min = "1", max = "600", description = "Time the work may take once the request is read, in seconds.")
  int limit_seconds() default 30;
}
