package org.strowger.registrar.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger registrar", description = "Pid org.strowger.registrar")
@interface RegistrarConfig {

  @AttributeDefinition(description = "Shortest registration in seconds, 1 to 3600; a shorter one gets 423.")
  int minExpires() default 60;

  @AttributeDefinition(description = "Longest registration in seconds; a longer one is shortened.")
  int maxExpires() default 3600;

  @AttributeDefinition(description = "Seconds where the phone asks for none.")
  int defaultExpires() default 3600;

  @AttributeDefinition(description = "Contacts per account, 1 to 100; past it the one not refreshed for longest goes.")
  int maxContacts() default 10;

  @AttributeDefinition(description = "Threads that look up and check, 1 to 64. Read at start.")
  int workers() default 4;

  @AttributeDefinition(description = "REGISTERs that may wait per thread, 10 to 100,000; past it they get 503. Read at start.")
  int queue() default 1000;

  @AttributeDefinition(description = "Older meaning of Allow Registration (spec A.31): switched off, it refuses calls with digest too.")
  boolean regAllowedStopsCalls() default false;
}
