package org.strowger.postgres.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger database",
    description = "Embedded PostgreSQL, or your own. A change applies when the switch is restarted.")
@interface PostgresConfig {

  @AttributeDefinition(description = "JDBC URL of your own PostgreSQL (run with 18.6; older than 14 is refused): jdbc:postgresql://host:port/database. Empty: embedded.")
  String jdbcUrl() default "";

  @AttributeDefinition(description = "The role that logs in at jdbcUrl; it owns the database, or may create schemas in it.")
  String user() default "strowger";

  @AttributeDefinition(description = "File with the password for jdbcUrl, relative to the instance's folder.")
  String passwordFile() default "keys/database.password";

  @AttributeDefinition(description = "Port of the embedded database on 127.0.0.1; 0: any that is free.", min = "0", max = "65535")
  int port() default 0;

  @AttributeDefinition(description = "Connections at most; the embedded database takes 30 in all. REST and SOAP have all but 5.", min = "2", max = "25")
  int poolSize() default 12;
}
