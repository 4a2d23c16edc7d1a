package org.strowger.anonymous.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Strowger anonymous calling", description = "Pid org.strowger.anonymous")
@interface AnonymousConfig {

  @AttributeDefinition(name = "anonymous.users", description = "User parts of From that withhold a number, separated by commas; \"\" stands for none at all.")
  String anonymous_users() default "anonymous";

  @AttributeDefinition(name = "identity.carriers", description = "Names of carriers that may learn a hidden number, in P-Asserted-Identity, separated by commas; * for all.")
  String identity_carriers() default "";

  @AttributeDefinition(name = "offnet.block", description = "Which calls that leave by a carrier an account's Block Incoming AC refuses.",
      options = {@Option(label = "Calls that came in for the account", value = "INCOMING"), @Option(label = "Every call of the account", value = "EVERY")})
  OffNetBlock offnet_block() default OffNetBlock.INCOMING;

  /** Which calls out by a carrier an account's Block Incoming AC means. */
  enum OffNetBlock {
    /** Those that came in for the account, without its digest: its DIDs and trunks. */
    INCOMING,
    /** Those that the account makes itself too. */
    EVERY
  }
}
