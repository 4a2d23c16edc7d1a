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
    boolean weak;
    try {
      all = users.list();
      weak = users.keptWeakly();
    } catch (StrowgerException e) {
      return Health.down("nobody can log in: " + e.getMessage());
    }
    long admins = all.stream().filter(user -> user.role() == Role.ADMIN).count();
    if (admins == 0) {
      return Health.degraded("no user may administer; make one with user:create");
    }
    String counted = all.size() + " users, " + admins + " of them administrators";
    return weak ? Health.degraded(counted + "; etc/org.apache.karaf.jaas.cfg is not the shipped one and keeps their passwords without a salt or in the clear: set encryption.name = strowger")
        : Health.ok(counted);
  }
}
