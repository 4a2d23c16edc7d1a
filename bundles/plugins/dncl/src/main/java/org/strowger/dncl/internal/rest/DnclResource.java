package org.strowger.dncl.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.dncl.internal.DnclView;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.spi.RestResource;

/** {@code /dncl/…}. */
@Component
public final class DnclResource implements RestResource {

  private final DnclView view;

  @Activate
  public DnclResource(@Reference DnclView view) {
    this.view = view;
  }

  @Override
  public String name() {
    return "dncl";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/dncl/lists", "Lists the do-not-call lists, how many numbers each has and since when", request -> RestAnswer.ok(view.all()))
            .answeringListOf(DnclView.LINE::schema),
        Endpoint.get("/dncl/numbers/{number}", "Says what each list knows of a number", request -> RestAnswer.ok(view.check(request.path("number"))))
            .answeringListOf(DnclView.FINDING::schema),
        Endpoint.post("/dncl/lists/{list}/reload", "Starts to read a list afresh; the old one answers until the new one is whole",
            request -> RestAnswer.ok(view.reload(request.path("list")).get(0))).answering(DnclView.LINE::schema));
  }
}
