package org.strowger.jmx.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger: JMX")
@interface JmxConfig {

  @AttributeDefinition(name = "host", description = "Address it listens on. Passwords go over it in the clear: leave it on loopback.")
  String host() default "127.0.0.1";

  @AttributeDefinition(name = "port", min = "1", max = "65535", description = "TCP port.")
  int port() default 1099;
}
