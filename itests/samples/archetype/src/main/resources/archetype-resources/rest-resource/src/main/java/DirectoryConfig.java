package ${package};

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "${name}: a directory")
@interface DirectoryConfig {

  @AttributeDefinition(description = "number=name, separated by commas.")
  String contacts() default "";
}
