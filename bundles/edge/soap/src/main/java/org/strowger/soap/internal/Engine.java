package org.strowger.soap.internal;

import java.util.Map;
import javax.servlet.ServletConfig;
import javax.servlet.ServletException;
import javax.xml.namespace.QName;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.message.Message;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.soap.internal.xml.Names;

/** CXF with our one service, on a bus of its own: nothing of it is shared, all of it goes at the end. */
final class Engine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final String ADDRESS = "/v1";

  private final Bus bus;
  private final Server server;
  private final CXFNonSpringServlet servlet;

  /** Takes about a second: JAXB reads the classes and the WSDL is made. */
  Engine(SwitchPort operations, ServletConfig config) throws ServletException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // CXF and JAXB look for their parts by the context class loader.
    thread.setContextClassLoader(BusFactory.class.getClassLoader());
    try {
      bus = BusFactory.newInstance().createBus();
      servlet = new CXFNonSpringServlet(null, false);
      servlet.setBus(bus);
      servlet.init(config);
      var factory = new JaxWsServerFactoryBean();
      factory.setBus(bus);
      factory.setServiceClass(SwitchPort.class);
      factory.setServiceBean(operations);
      factory.setServiceName(new QName(Names.NAMESPACE, "SwitchService"));
      factory.setEndpointName(new QName(Names.NAMESPACE, "SwitchPort"));
      factory.setAddress(ADDRESS);
      factory.setProperties(Map.of(Message.SCHEMA_VALIDATION_ENABLED, "IN", FaultListener.class.getName(), (FaultListener) Engine::worthAStackTrace));
      server = factory.create();
    } finally {
      thread.setContextClassLoader(before);
      BusFactory.setThreadDefaultBus(null);
    }
  }

  /** What a caller did wrong is told to the caller; what we did wrong is logged by {@link Operations} with its incident. */
  private static boolean worthAStackTrace(Exception exception, String description, Message message) {
    boolean callers = exception instanceof Fault fault && Fault.FAULT_CODE_CLIENT.equals(fault.getFaultCode());
    LOG.debug("{}: {}", description, exception.getMessage());
    return !callers && !(exception.getCause() instanceof SwitchFault) && !(exception instanceof SwitchFault);
  }

  CXFNonSpringServlet servlet() {
    return servlet;
  }

  @Override
  public void close() {
    server.destroy();
    servlet.destroy();
    bus.shutdown(true);
    BusFactory.clearDefaultBusForAnyThread(bus);
  }
}
