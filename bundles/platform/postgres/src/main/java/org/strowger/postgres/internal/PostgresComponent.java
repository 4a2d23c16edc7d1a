package org.strowger.postgres.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.kernel.Time;

/** Starts the database on a thread of its own and registers its services when it answers. */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.postgres")
@Designate(ocd = PostgresConfig.class)
public final class PostgresComponent {

  private final DatabaseStart start;

  @Activate
  public PostgresComponent(BundleContext context, PostgresConfig config, @Reference Time time) {
    String home = Optional.ofNullable(context.getProperty("strowger.home")).orElseThrow(() ->
        new IllegalStateException("the system property strowger.home must name the instance's folder"));
    Source source = config.jdbcUrl().isBlank()
        ? new Source.Embedded(Path.of(home), config.port())
        : new Source.Yours(config.jdbcUrl().strip(), config.user(), Path.of(home).resolve(config.passwordFile()));
    this.start = new DatabaseStart(context, source, config.poolSize(), time, Path.of(home).resolve("karaf").resolve("notes"));
  }

  @Deactivate
  public void stop() {
    start.close();
  }
}
