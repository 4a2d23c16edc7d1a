package org.strowger.sip.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the SIP stack, PID {@code org.strowger.sip}. */
@ObjectClassDefinition(id = "org.strowger.sip", name = "Strowger SIP")
@interface SipConfig {

  @AttributeDefinition(description = "Where to listen: udp:ADDRESS:PORT and tcp:ADDRESS:PORT, comma-separated")
  String sip_listen() default "udp:127.0.0.1:5060, tcp:127.0.0.1:5060";

  @AttributeDefinition(description = "Host that peers reach us by, in Via and Contact; empty: the listening address")
  String sip_advertised() default "";

  @AttributeDefinition(description = "Digest realm. Changing it makes every stored HA1 useless")
  String sip_realm() default "strowger";

  @AttributeDefinition(description = "Digest algorithms in the order they are offered")
  String sip_digest_algorithms() default "MD5, SHA-256";

  @AttributeDefinition(description = "Beginnings of User-Agent, separated by commas, of phones that give up when a second algorithm is offered: they are offered the first alone")
  String sip_digest_firstOnly() default "baresip v0, baresip v1, baresip v2";

  @AttributeDefinition(description = "Seconds until a nonce is stale")
  int sip_digest_nonceSeconds() default 60;

  @AttributeDefinition(description = "T1 of RFC 3261 in milliseconds")
  int sip_t1Millis() default 500;

  @AttributeDefinition(description = "Longest message taken, in bytes")
  int sip_maxMessageBytes() default 8192;

  @AttributeDefinition(description = "Server and User-Agent header; empty: none")
  String sip_serverName() default "Strowger";
}
