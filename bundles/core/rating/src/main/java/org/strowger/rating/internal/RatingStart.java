package org.strowger.rating.internal;

import java.util.function.BooleanSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.billing.api.DurationRounding;
import org.strowger.billing.api.RatingService;
import org.strowger.kernel.Health;
import org.strowger.kernel.Time;
import org.strowger.osgi.OwnBundle;
import org.strowger.persistence.api.Database;
import org.strowger.persistence.api.Opening;
import org.strowger.rating.internal.store.RatingStore;

/** Opens the store and reads the book, on a thread of its own; there are quotes when all is read. */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.rating")
@Designate(ocd = RatingConfig.class)
public final class RatingStart {

  private volatile DurationRounding onNetRounding;
  private final Opening opening;

  @Activate
  public RatingStart(BundleContext context, @Reference Database database, @Reference Time time, RatingConfig config) {
    modified(config);
    var own = new OwnBundle(context);
    opening = Opening.begin("rating", own::register, contents -> open(database, time, contents, own::isLeaving));
  }

  private void open(Database database, Time time, Opening.Contents contents, BooleanSupplier leaving) {
    RatingStore store = contents.keep(new RatingStore(database), RatingStore::close);
    RateBook book = contents.keep(new RateBook(store, () -> onNetRounding, leaving, time), RateBook::stop);
    // First for calls: what the book before this one knows, which they ask until now, nobody can have changed.
    contents.offer(RatingService.class, book);
    contents.offer(Health.Check.class, book);
    contents.offer(RatingStore.class, store);
    contents.offer(RateBook.class, book);
  }

  @Modified
  void modified(RatingConfig config) {
    onNetRounding = config.onNetRounding();
  }

  @Deactivate
  void close() {
    opening.close();
  }
}
