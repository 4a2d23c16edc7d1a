package org.strowger.shell.internal;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.strowger.kernel.Health;
import org.strowger.kernel.StrowgerException;
import org.strowger.rest.api.Role;

/** Whether there is somebody who may log in and administer. */
@Component(service = Health.Check.class)
public final class UserHealth implements Health.Check {

  private final Users users;

  @Activate
  public UserHealth(BundleContext context) {
    this(new Users(new Services(context)));
  }

  UserHealth(Users users) {
    this.users = users;
  }

  @Override
  public String name() {
    return "shell";
  }

  @Override
  public Health health() {
    List<Users.User> all;
    try {
      all = users.list();
    } catch (StrowgerException e) {
      return Health.down("nobody can log in: " + e.getMessage());
    }
    long admins = all.stream().filter(user -> user.role() == Role.ADMIN).count();
    return admins == 0 ? Health.degraded("no user may administer; make one with user:create") : Health.ok(all.size() + " users, " + admins + " of them administrators");
  }
}
