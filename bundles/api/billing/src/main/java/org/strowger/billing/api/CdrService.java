package org.strowger.billing.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Reads CDRs. Threads: any; blocks on the database. */
@ProviderType
public interface CdrService {

  List<Cdr> find(CdrQuery query);

  /** How many {@link #find} would show, were there no pages: offset and limit count for nothing. */
  long count(CdrQuery query);
}
