package org.strowger.sip.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.data.Shape;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;
import org.strowger.sip.internal.admission.Admission;
import org.strowger.sip.internal.admission.Ban;

/** {@code /bans}. */
@Component
public final class BanResource implements RestResource {

  private static final Shape<Ban> BAN = Shape.of(Ban.class);

  private final Admission admission;

  @Activate
  public BanResource(@Reference Admission admission) {
    this.admission = admission;
  }

  @Override
  public String name() {
    return "bans";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/bans", "List sources of SIP messages that are banned or slowed now", this::list).answeringListOf(BAN::schema),
        Endpoint.delete("/bans/{source}", "Let a source in again: an address, of IPv6 any of its /64", this::lift));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(admission.list().stream().map(BAN::encode).toList());
  }

  private RestAnswer lift(RestRequest request) {
    admission.lift(request.path("source"), request.caller().name());
    return RestAnswer.noContent();
  }
}
