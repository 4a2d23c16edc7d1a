package org.strowger.ledger.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.strowger.billing.api.Cdr;
import org.strowger.billing.api.CdrQuery;
import org.strowger.billing.api.CdrService;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.Time;
import org.strowger.persistence.api.Tx;

/** Finds CDRs. */
final class Cdrs implements CdrService {

  private static final Duration WINDOW = Duration.ofHours(1);
  private static final int MAX_PAGE = 1000;

  private final Tx tx;
  private final Time time;
  private final CdrTable table;

  Cdrs(Tx tx, Time time, CdrTable table) {
    this.tx = tx;
    this.time = time;
    this.table = table;
  }

  @Override
  public List<Cdr> find(CdrQuery query) {
    if (query.limit() < 1 || query.limit() > MAX_PAGE) {
      throw new InvalidInput("limit", query.limit(), "is 1 to " + MAX_PAGE);
    }
    if (query.offset() < 0) {
      throw new InvalidInput("offset", query.offset(), "is not negative");
    }
    return Sql.required(tx, connection -> table.find(connection, query, lately(query)));
  }

  @Override
  public long count(CdrQuery query) {
    return Sql.required(tx, connection -> table.count(connection, query, lately(query)));
  }

  private Instant lately(CdrQuery query) {
    return (query.until() == null ? time.now() : query.until()).minus(WINDOW);
  }
}
