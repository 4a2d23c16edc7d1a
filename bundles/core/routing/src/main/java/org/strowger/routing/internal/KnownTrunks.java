package org.strowger.routing.internal;

import java.util.Collection;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.strowger.kernel.HostPort;
import org.strowger.sip.spi.Trunks;

/** Tells the SIP stack where carriers are, so that no phone is called there: blocked ones too, which go on trusting us. */
@Component
public final class KnownTrunks implements Trunks {

  private final RouteBook book;

  @Activate
  public KnownTrunks(@Reference RouteBook book) {
    this.book = book;
  }

  @Override
  public Collection<HostPort> addresses() {
    return book.table().lines().values().stream().map(line -> line.terms().address()).filter(Objects::nonNull).toList();
  }
}
