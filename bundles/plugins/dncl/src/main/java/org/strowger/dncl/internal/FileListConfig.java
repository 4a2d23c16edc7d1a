package org.strowger.dncl.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Strowger DNCL: a list in a file", description = "Factory pid org.strowger.dncl.file, one configuration per list")
@interface FileListConfig {

  @AttributeDefinition(description = "Name of the list, in CDRs and traces: lower case letters, digits, hyphens.")
  String list();

  @AttributeDefinition(description = "The file; relative to the instance's folder.")
  String file();

  @AttributeDefinition(description = "text, area-number or xml.")
  String format() default "text";

  @AttributeDefinition(description = "Digits that stand before each number of the file, 1 for a file of North American area codes; at most 8.")
  String prefix() default "";

  @AttributeDefinition(description = "cld: numbers that must not be called; cli: numbers that must not call.")
  String side() default "cld";

  @AttributeDefinition(name = "on.failure", description = "closed: calls are refused while the list cannot be read; open: they pass.")
  String on_failure() default "closed";

  @AttributeDefinition(name = "check.seconds", description = "How often to look whether the file has changed, in seconds, at most 86400; 0: only by dncl:reload.")
  int check_seconds() default 60;

  @AttributeDefinition(name = "max.megabytes", description = "Largest file that is read, 1 to 100000.")
  int max_megabytes() default 2000;

  @AttributeDefinition(name = "max.numbers", description = "Most numbers that are read, 1 to 100,000,000. Ten million take about 15 MB.")
  int max_numbers() default 50_000_000;
}
