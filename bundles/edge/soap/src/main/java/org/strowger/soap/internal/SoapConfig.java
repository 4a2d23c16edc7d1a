package org.strowger.soap.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: SOAP")
@interface SoapConfig {

  @AttributeDefinition(name = "max.body.kib", min = "1", max = "65536", description = "Greatest message, in KiB.")
  int max_body_kib() default 1024;

  @AttributeDefinition(name = "max.concurrent", min = "1", max = "256", description = "Messages read, worked on or answered at the same time; of one user at most half.")
  int max_concurrent() default 8;
}
