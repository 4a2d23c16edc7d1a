package org.strowger.ledger.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.data.Shape;
import org.strowger.ledger.internal.CdrView;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** {@code /cdrs}. */
@Component
public final class CdrResource implements RestResource {

  private static final Shape<CdrQuery> QUERY = Shape.of(CdrQuery.class);

  private final CdrService cdrs;

  @Activate
  public CdrResource(@Reference CdrService cdrs) {
    this.cdrs = cdrs;
  }

  @Override
  public String name() {
    return "cdrs";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/cdrs", "List CDRs, newest first", this::list).takingQuery(QUERY.schema()).answeringListOf(CdrView::schema));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(cdrs.find(QUERY.decode(request.query())).stream().map(CdrView::of).toList());
  }
}
