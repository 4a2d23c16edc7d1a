package org.strowger.hibernate;

import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.strowger.persistence.api.Domain;

/** Makes session factories that find entities in the domain's bundle and everything else in this one. */
final class Factories {

  private Factories() {}

  static SessionFactory open(Domain domain, Class<?>... entities) {
    ClassLoader own = Factories.class.getClassLoader();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(own);
    try {
      return new HibernatePersistenceConfiguration(domain.spec().name())
          .managedClasses(entities)
          .property("jakarta.persistence.nonJtaDataSource", domain.dataSource())
          .property("hibernate.classLoaders", List.of(domain.spec().loader(), own))
          .property("hibernate.classLoader.tccl_lookup_precedence", "never")
          .property("hibernate.xml_mapping_enabled", false)
          .property("jakarta.persistence.validation.mode", "none")
          .property("hibernate.default_schema", domain.spec().schema())
          .property("hibernate.hbm2ddl.auto", "validate")
          .property("hibernate.jdbc.batch_size", 50)
          .property("hibernate.order_inserts", true)
          .property("hibernate.order_updates", true)
          .property("hibernate.jdbc.time_zone", "UTC")
          // Whoever catches the exception logs it, once.
          .property("hibernate.jdbc.log.errors", false)
          .property("hibernate.jdbc.log.warnings", false)
          .createEntityManagerFactory();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
