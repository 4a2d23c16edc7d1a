package org.strowger.postgres.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.Time;

/** Starts the database on a thread of its own and registers its services when it answers. */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.postgres")
@Designate(ocd = PostgresConfig.class)
public final class PostgresComponent {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresComponent.class);

  private final DatabaseStart start;
  private final Map<String, Object> running;

  @Activate
  public PostgresComponent(BundleContext context, PostgresConfig config, @Reference Time time) {
    String home = Optional.ofNullable(context.getProperty("strowger.home")).orElseThrow(() ->
        new IllegalStateException("the system property strowger.home must name the instance's folder"));
    Source source = config.jdbcUrl().isBlank()
        ? new Source.Embedded(Path.of(home), config.port())
        : new Source.Yours(config.jdbcUrl().strip(), config.user(), Path.of(home).resolve(config.passwordFile()));
    this.running = values(config);
    this.start = new DatabaseStart(context, source, config.poolSize(), time, Path.of(home));
  }

  /** Without this, saving the file would take the database away from every domain, and end all calls. */
  @Modified
  void modified(PostgresConfig config) {
    List<String> waiting = waiting(config);
    if (!waiting.isEmpty()) {
      LOG.warn("org.strowger.postgres: {} changed; the database goes on as it is, restart the switch to apply", String.join(", ", waiting));
    }
  }

  /** The keys whose values are not those that the database was started with. */
  List<String> waiting(PostgresConfig config) {
    Map<String, Object> values = values(config);
    return running.keySet().stream().filter(key -> !running.get(key).equals(values.get(key))).sorted().toList();
  }

  private static Map<String, Object> values(PostgresConfig config) {
    return Map.of("jdbcUrl", config.jdbcUrl(), "user", config.user(), "passwordFile", config.passwordFile(), "port", config.port(), "poolSize", config.poolSize());
  }

  @Deactivate
  public void stop() {
    start.close();
  }
}
