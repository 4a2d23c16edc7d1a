package org.strowger.accounts.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger accounts", description = "Pid org.strowger.accounts")
@interface AccountsConfig {

  @AttributeDefinition(description = "Accounts kept in memory with their opened credentials, 100 to 1,000,000; about 4 KB each.")
  int cacheSize() default 20_000;

  @AttributeDefinition(description = "Names and logins nobody has that are remembered as such, 100 to 1,000,000.")
  int cacheUnknown() default 10_000;
}
