package org.strowger.hibernate;

import jakarta.persistence.EntityManager;
import org.hibernate.SessionFactory;
import org.strowger.persistence.api.Domain;

/**
 * A domain's entities. Its {@link #manager()} is part of the thread's {@link org.strowger.persistence.api.Tx}: flushed before the one
 * commit, gone after it. Safe for use by any thread.
 */
public final class Entities implements AutoCloseable {

  private final Domain domain;
  private final SessionFactory factory;

  private Entities(Domain domain, SessionFactory factory) {
    this.domain = domain;
    this.factory = factory;
  }

  /**
   * Maps {@code entities} to the tables of {@code domain} and checks that they fit. Takes about 1 s the first time in a JVM, 0.1 s after.
   *
   * @param entities all entity, embeddable and mapped-superclass types; may be package-private
   */
  public static Entities open(Domain domain, Class<?>... entities) {
    return new Entities(domain, Factories.open(domain, entities));
  }

  /**
   * The entity manager of the thread's transaction, opened at the first use.
   *
   * @throws IllegalStateException outside a transaction
   */
  public EntityManager manager() {
    return domain.tx().participant(this, connection -> SessionPart.open(factory, connection)).session();
  }

  /** Forgets the mappings and the classes behind them. Transactions that are still running fail. */
  @Override
  public void close() {
    factory.close();
  }
}
