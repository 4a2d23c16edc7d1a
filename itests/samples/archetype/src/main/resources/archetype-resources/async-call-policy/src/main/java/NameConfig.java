package ${package};

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "${name}: names of callers")
@interface NameConfig {

  @AttributeDefinition(description = "Lines of number,name.")
  String file();
}
