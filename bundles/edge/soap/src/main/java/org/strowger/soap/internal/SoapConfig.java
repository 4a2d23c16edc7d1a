package org.strowger.soap.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: SOAP")
@interface SoapConfig {

  @AttributeDefinition(name = "max.body.kib", min = "1", max = "65536", description = "Greatest message, in KiB.")
  int max_body_kib() default 1024;

  @AttributeDefinition(name = "max.concurrent", min = "1", max = "256", description = "Messages worked on at the same time.")
  int max_concurrent() default 8;
}
