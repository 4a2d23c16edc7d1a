package org.strowger.rest.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.strowger.rest.api.Endpoint;

/**
 * A group of endpoints that comes and goes with its bundle: register it as a service and it is
 * published under {@code /api/v1} and described in {@code openapi.json}; when the service leaves, its
 * paths answer 404.
 */
@ConsumerType
public interface RestResource {

  /** One word, the OpenAPI tag: {@code accounts}. */
  String name();

  List<Endpoint> endpoints();
}
