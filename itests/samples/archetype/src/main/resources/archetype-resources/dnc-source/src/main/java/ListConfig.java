package ${package};

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "${name}: a do-not-call list")
@interface ListConfig {

  @AttributeDefinition(description = "Name of the list.")
  String dnc_list();

  @AttributeDefinition(description = "The numbers, separated by commas.")
  String numbers();

  @AttributeDefinition(description = "cld: must not be called; cli: must not call.")
  String dnc_side() default "cld";

  @AttributeDefinition(description = "closed or open.")
  String on_failure() default "closed";
}
