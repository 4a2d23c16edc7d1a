package ${package};

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "${name}: prefixes that are not called")
@interface PrefixConfig {

  @AttributeDefinition(description = "Separated by commas.")
  String prefixes() default "";

  @AttributeDefinition(min = "400", max = "699")
  int status() default 403;

  @AttributeDefinition
  String phrase() default "Forbidden";
}
