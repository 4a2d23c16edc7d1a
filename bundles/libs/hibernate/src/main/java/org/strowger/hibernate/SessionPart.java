package org.strowger.hibernate;

import java.sql.Connection;
import org.hibernate.FlushMode;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.strowger.persistence.api.Participant;

/** A session on the transaction's shared connection. */
final class SessionPart implements Participant {

  private final Session session;

  private SessionPart(Session session) {
    this.session = session;
  }

  static SessionPart open(SessionFactory factory, Connection shared) {
    Session session = factory.withOptions().connection(Detached.of(shared)).openSession();
    // Flush, DML and locks throw without a begun transaction, though nothing is to be begun on the connection.
    session.beginTransaction();
    return new SessionPart(session);
  }

  Session session() {
    return session;
  }

  @Override
  public void flush() {
    session.flush();
  }

  @Override
  public void ended(boolean committed) {
    try {
      if (session.getTransaction().isActive()) {
        // The connection is done with; this only lets Hibernate release what it holds for the transaction.
        session.setHibernateFlushMode(FlushMode.MANUAL);
        if (committed) {
          session.getTransaction().commit();
        } else {
          session.getTransaction().rollback();
        }
      }
    } finally {
      session.close();
    }
  }
}
