package org.strowger.registrar.internal.rest;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.AccountId;
import org.strowger.registrar.internal.RegistrationView;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** {@code /accounts/{id}/registrations}. */
@Component
public final class RegistrationResource implements RestResource {

  private final RegistrationView view;

  @Activate
  public RegistrationResource(@Reference RegistrationView view) {
    this.view = view;
  }

  @Override
  public String name() {
    return "registrations";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.get("/accounts/{id}/registrations", "Lists where an account is registered now, the most wanted contact first", this::list)
        .answeringListOf(RegistrationView.LINE::schema));
  }

  private RestAnswer list(RestRequest request) {
    return RestAnswer.ok(view.of(new AccountId(request.id("account", "id"))));
  }
}
