package ${package};

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "${name}: CDRs as CSV")
@interface CsvConfig {

  @AttributeDefinition(description = "Where to append.")
  String file();
}
