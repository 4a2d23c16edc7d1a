package com.example.dnc;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "A do-not-call list behind HTTP")
@interface HttpConfig {

  @AttributeDefinition(description = "Name of the list.")
  String list();

  @AttributeDefinition(description = "With {number} where the digits go.")
  String url();

  @AttributeDefinition(name = "limit.millis", min = "1", max = "400")
  int limit_millis() default 250;

  @AttributeDefinition(name = "cache.numbers", min = "0")
  int cache_numbers() default 10_000;

  @AttributeDefinition(name = "cache.seconds", min = "0")
  int cache_seconds() default 300;

  @AttributeDefinition(name = "most.underway", min = "1")
  int most_underway() default 100;

  @AttributeDefinition(name = "on.failure", description = "closed or open.")
  String on_failure() default "closed";
}
